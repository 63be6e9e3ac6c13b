// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
)

// Stats counts the events of a store since Open. In every snapshot
//
//	Accepted + Recovered = stored + deduplicated + Pending + quarantined + suppressed + Lost
//
// holds. The words in lower case are the sums of the maps. The two sides are counted in different places: the writer counts stored,
// deduplicated, quarantined and suppressed, and the journal counts Pending and Lost. An event that is missing on one side is
// a bug, and this equation shows it.
type Stats struct {
	Accepted  int64 // events that Append wrote to the journal
	Recovered int64 // events that Open found in the journal, readable or not, and those put back by ReplayQuarantine
	// Lost counts events that damage on disk made unreadable. For a store in [Memory] it counts the events that Shutdown did not
	// deliver, and the refused events for which the quarantine had no space.
	Lost    int64
	Pending int64 // events in the journal that are not counted elsewhere yet

	Stored       map[string]int64        // events that the sink has, by Event.Type
	Deduplicated map[string]int64        // events for which the sink has another one with the same ID, by Event.Type
	Quarantined  map[QuarantineKey]int64 // events that the sink will never take
	Suppressed   map[string]int64        // events removed before the sink had them, because of [Config.Suppression], by Event.Type
	Redelivered  int64                   // stored events that the sink already had
	Errors       map[string]int64        // failed attempts to deliver, by kind

	Sinks     []SinkStats     // the sinks of Config.Sinks, then the sinks of earlier processes; the other figures are the first sink's
	Consumers []ConsumerStats // the consumers of Config.Consumers, then the consumers of earlier processes

	JournalBytes int64         // the journal's size, on disk or in memory
	OldestAge    time.Duration // how long the oldest pending event has been waiting, 0 without one
}

// QuarantineKey is an event type and the reason why events of this type were quarantined.
type QuarantineKey struct{ Type, Reason string }

// tally holds the counters behind Stats.
type tally struct {
	base      int64        // sequence numbers before those that count as accepted or recovered
	recovered atomic.Int64 // counted under replaying

	// replaying is held while an event is put back and counted, and while a snapshot is taken; taken before mu.
	replaying sync.Mutex
	// mu is held while an event that is done is counted, together with the note in the journal, and while a snapshot is
	// taken. It guards everything below. The journal's locks are taken after it.
	mu           sync.Mutex
	stored       map[string]int64
	deduplicated map[string]int64
	quarantined  map[QuarantineKey]int64
	suppressed   map[string]int64
	redelivered  int64
	lost         int64 // beside what the journal lost
	passed       int64 // of a sink behind the first
	ended        bool  // the store was in memory and is gone: what was pending is lost
	errors       map[string]int64
	lastError    string // without secrets or documents
	lastErrorAt  time.Time
}

func newTally() *tally {
	return &tally{
		stored:       make(map[string]int64),
		deduplicated: make(map[string]int64),
		quarantined:  make(map[QuarantineKey]int64),
		suppressed:   make(map[string]int64),
		errors:       make(map[string]int64),
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

// settle counts events that are done, if note has the journal note them.
func (t *tally) settle(o *outcome, note func() bool) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !note() {
		return false
	}
	for _, events := range [][]*pending{o.stored, o.redelivered} {
		for _, e := range events {
			t.stored[e.Type]++
		}
	}
	t.redelivered += int64(len(o.redelivered))
	for _, e := range o.deduplicated {
		t.deduplicated[e.Type]++
	}
	for _, e := range o.quarantined {
		t.quarantined[QuarantineKey{e.Type, e.reason}]++
	}
	for _, e := range o.suppressed {
		t.suppressed[e.Type]++
	}
	t.lost += int64(len(o.lost))
	t.passed += int64(len(o.passed))
	return true
}

// endInMemory has what is pending in the journal, which is closed, count as lost from now on, and returns how much it is.
func (t *tally) endInMemory(j *journal.Journal) (lost int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended = true
	return int64(j.Counts().Backlog)
}

// hasEnded reports whether endInMemory was called.
func (t *tally) hasEnded() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.ended
}

// Stats returns a snapshot of the counters. With [DirAuto] they cover all directories that this process has or had. Events
// in the directory of a dead process count as Recovered once the directory is adopted.
func (s *Store) Stats() Stats {
	st := s.ownStats()
	s.siblings.addTo(&st)
	return st
}

// ownStats is Stats for the store's own directory.
func (s *Store) ownStats() Stats {
	st := s.tally.snapshot(s.journal)
	if st.Pending > 0 {
		// It may look at the disk, and what waited may be through by now. It did wait.
		st.OldestAge = max(s.journal.Stats().OldestAge, 1)
	}
	st.Sinks = s.sinkStats()
	st.Consumers = s.consumerStats()
	return st
}

// snapshot is the part of Stats that holds together.
func (t *tally) snapshot(j *journal.Journal) Stats {
	t.replaying.Lock()
	defer t.replaying.Unlock()
	t.mu.Lock()
	defer t.mu.Unlock()
	now := j.Counts()
	st := Stats{
		Recovered:    t.recovered.Load(),
		Lost:         int64(now.Lost) + t.lost,
		Pending:      int64(now.Backlog),
		JournalBytes: now.Bytes,
		Redelivered:  t.redelivered,
	}
	if t.ended {
		st.Lost, st.Pending = st.Lost+st.Pending, 0
	}
	st.Accepted = int64(now.LastSeq) - t.base - st.Recovered
	st.Stored, st.Deduplicated = maps.Clone(t.stored), maps.Clone(t.deduplicated)
	st.Quarantined, st.Suppressed, st.Errors = maps.Clone(t.quarantined), maps.Clone(t.suppressed), maps.Clone(t.errors)
	return st
}
