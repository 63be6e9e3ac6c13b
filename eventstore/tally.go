// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"maps"
	"sync"
	"sync/atomic"
	"time"
)

// Stats is what a store has done since Open. After a quiet moment
//
//	Accepted + Recovered = stored + Pending + quarantined + Lost
//
// holds, stored and quarantined being the sums of Stored and Quarantined.
type Stats struct {
	Accepted  int64 // events whose Append returned nil
	Recovered int64 // events that Open found in the journal, readable or not, and those put back by ReplayQuarantine
	Lost      int64 // events that damage on disk made unreadable
	Pending   int64 // events in the journal that are neither stored nor quarantined nor lost yet

	Stored      map[string]int64        // events that the sink has, by Event.Type
	Quarantined map[QuarantineKey]int64 // events that the sink will never take
	Redelivered int64                   // of those stored: the sink had them already
	Errors      map[string]int64        // failed attempts to deliver, by kind

	JournalBytes int64         // the journal's size on disk
	OldestAge    time.Duration // how long the oldest pending event has been waiting, 0 without one
}

// QuarantineKey is a type of event and the reason why events of it were quarantined.
type QuarantineKey struct{ Type, Reason string }

// tally holds the counters behind Stats.
type tally struct {
	accepted, recovered atomic.Int64

	mu          sync.Mutex
	stored      map[string]int64
	quarantined map[QuarantineKey]int64
	redelivered int64
	errors      map[string]int64
	lastError   string // without secrets or documents
	lastErrorAt time.Time
}

func newTally() *tally {
	return &tally{
		stored:      make(map[string]int64),
		quarantined: make(map[QuarantineKey]int64),
		errors:      make(map[string]int64),
	}
}

// failed counts a failed attempt. text is its error, without secrets or documents.
func (t *tally) failed(kind, text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.errors[kind]++
	t.lastError, t.lastErrorAt = text, time.Now()
}

// last remembers an error that is counted nowhere.
func (t *tally) last(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lastError, t.lastErrorAt = text, time.Now()
}

// latest returns the latest error.
func (t *tally) latest() (text string, at time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.lastError, t.lastErrorAt
}

// Stats returns a snapshot of the counters.
func (s *Store) Stats() Stats {
	j, t := s.journal.Stats(), s.tally
	st := Stats{
		Accepted:     t.accepted.Load(),
		Recovered:    t.recovered.Load(),
		Lost:         int64(j.Lost),
		Pending:      max(0, int64(j.Backlog)-s.settled.Load()),
		JournalBytes: j.Bytes,
	}
	if st.Pending > 0 {
		st.OldestAge = j.OldestAge
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	st.Stored, st.Quarantined, st.Errors = maps.Clone(t.stored), maps.Clone(t.quarantined), maps.Clone(t.errors)
	st.Redelivered = t.redelivered
	return st
}
