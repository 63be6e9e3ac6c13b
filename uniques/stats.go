// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"log/slog"
	"sync"
	"sync/atomic"
)

// Stats says what a counter has done since New.
type Stats struct {
	Open      int   // sketches of this process in memory
	OpenBytes int   // their memory, about
	Saved     int64 // sketches, each as often as it was saved
	Rebuilt   int64 // leases of others whose range was counted again
	Reread    int64 // documents that were read for that
	Damaged   int64 // records that were passed over: damaged, or of another key or version
	Errors    int64 // what failed in the background, and is tried again
	Shed      int64 // times that open sketches were dropped for their memory, to be counted from the documents
	// Uncovered are the deliveries whose events may be missing in sketches after a crash: the records refuse the lease.
	Uncovered int64
}

type tally struct {
	saved, rebuilt, reread, damaged, errors, shed, uncovered atomic.Int64

	mu    sync.Mutex // guards known
	known map[string]bool
}

// Stats returns what the counter has done.
func (u *Counter) Stats() Stats {
	u.open.mu.Lock()
	n, bytes := len(u.open.sketches), u.open.bytes()
	u.open.mu.Unlock()
	s := &u.stats
	return Stats{
		Open: n, OpenBytes: bytes, Saved: s.saved.Load(), Rebuilt: s.rebuilt.Load(), Reread: s.reread.Load(),
		Damaged: s.damaged.Load(), Errors: s.errors.Load(), Shed: s.shed.Load(), Uncovered: s.uncovered.Load(),
	}
}

// maxKnown bounds the damaged records that are remembered.
const maxKnown = 10_000

// damaged counts and logs a record that cannot be read, once.
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
		u.log.Warn("sketches: a record is passed over, its users may be missing; it expires by itself", slog.Int64("records", n), slog.Any("error", err))
	}
}
