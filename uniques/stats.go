// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// Stats are figures of a counter since New.
type Stats struct {
	Open      int   // sketches of this process in memory
	OpenBytes int   // their memory, about
	Saved     int64 // sketches, each as often as it was saved
	Rebuilt   int64 // leases of others whose range was counted again
	Reread    int64 // documents that were read for that
	Damaged   int64 // records that were skipped: damaged, or of another key or version
	Errors    int64 // failures, which are tried again
	Shed      int64 // times that open sketches were dropped to free memory, to be counted from the documents
	// Uncovered are deliveries whose events may be missing in sketches after a crash, because the records refuse the
	// lease.
	Uncovered int64
	// ReadingAge is the time since Numbers last succeeded. If it has not succeeded yet, it is the time since its first
	// call. It is 0 before that call.
	ReadingAge time.Duration
}

type tally struct {
	saved, rebuilt, reread, damaged, shed, uncovered atomic.Int64

	errors [errorKinds]atomic.Int64
	read   atomic.Pointer[time.Time] // when Numbers succeeded, or was first called; nil before that

	mu    sync.Mutex // guards known
	known map[string]bool
}

// Stats returns the figures of the counter.
func (u *Counter) Stats() Stats {
	u.open.mu.Lock()
	n, bytes := len(u.open.sketches), u.open.bytes()
	u.open.mu.Unlock()
	s := &u.stats
	var errs int64
	age, _ := u.readingAge()
	for i := range s.errors {
		errs += s.errors[i].Load()
	}
	return Stats{
		Open: n, OpenBytes: bytes, Saved: s.saved.Load(), Rebuilt: s.rebuilt.Load(), Reread: s.reread.Load(),
		Damaged: s.damaged.Load(), Errors: errs, Shed: s.shed.Load(), Uncovered: s.uncovered.Load(),
		ReadingAge: age,
	}
}

// readingAge returns the time since Numbers last succeeded, or else since its first call. ok is false before that call:
// this process may never read.
func (u *Counter) readingAge() (age time.Duration, ok bool) {
	if at := u.stats.read.Load(); at != nil {
		return time.Since(*at), true
	}
	return 0, false
}

// maxKnown bounds the damaged records that are remembered.
const maxKnown = 10_000

// damaged counts and logs a record that cannot be read, once a record.
func (u *Counter) damaged(id string, err error) {
	s := &u.stats
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known[id] {
		return
	}
	if s.known == nil || len(s.known) >= maxKnown {
		s.known = make(map[string]bool)
	}
	s.known[id] = true
	if n := s.damaged.Add(1); n == 1 || n%100 == 0 { // a line for each would be loud
		u.log.Warn("sketches: a record is skipped, its users may be missing; it expires by itself", slog.Int64("records", n), slog.Any("error", err))
	}
}
