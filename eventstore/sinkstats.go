// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"maps"
	"time"
)

// SinkStats counts the events of a sink of [Config].Sinks since Open. In every snapshot of a declared sink
//
//	Events = Stored + Deduplicated + Pending + Suppressed + Passed + Lost + the sum of Quarantined
//
// holds.
type SinkStats struct {
	Name string
	// Declared is true when Config.Sinks names the sink. Otherwise an earlier process named it, and only Pending, OldestAge and
	// Lost are known.
	Declared bool
	// Away is true when the sink takes nothing at present, or when nothing is delivered to it because it is not declared.
	Away bool

	Events       int64            // events that were due to the sink when the store was opened, and all accepted since
	Stored       int64            // events that the sink has
	Redelivered  int64            // stored events that the sink already had
	Deduplicated int64            // events for which the sink has another one with the same ID
	Quarantined  map[string]int64 // events that the sink will never take, by reason
	Suppressed   int64            // events that were removed before the sink had them, because of Config.Suppression
	Passed       int64            // events with a Refusal, or of another version of the SDK: they are in the first sink's quarantine
	Pending      int64            // events that the sink does not have yet
	// Lost counts events that were lost before the sink had them, by damage on disk or with a store in [Memory].
	Lost int64

	OldestAge time.Duration    // how long the oldest pending event has been waiting, 0 without one
	Errors    map[string]int64 // failed attempts to deliver, by kind
	LastError string           // the latest of these errors, of any age, without secrets or documents; empty without one
}

// stats returns the figures of a sink behind the first.
func (o *outlet) stats() SinkStats {
	st := o.counts()
	if st.Pending > 0 {
		st.OldestAge = max(o.consumer.OldestAge(), 1) // it may look at the disk
	}
	st.Away = o.away.Load()
	st.LastError, _ = o.tally.latest()
	return st
}

// counts is the part of stats that holds together.
func (o *outlet) counts() SinkStats {
	t := o.tally
	t.mu.Lock()
	defer t.mu.Unlock()
	last, now := o.consumer.Position()
	st := SinkStats{
		Name: o.key, Declared: true,
		Events: int64(last) - t.base, Stored: sum(t.stored), Redelivered: t.redelivered, Deduplicated: sum(t.deduplicated),
		Quarantined: make(map[string]int64), Suppressed: sum(t.suppressed), Passed: t.passed,
		Pending: int64(now.Backlog), Lost: int64(now.Lost) + t.lost, Errors: maps.Clone(t.errors),
	}
	for key, n := range t.quarantined {
		st.Quarantined[key.Reason] += n
	}
	if t.ended {
		st.Lost, st.Pending = st.Lost+st.Pending, 0
	}
	return st
}

func sum[K comparable](counts map[K]int64) (n int64) {
	for _, c := range counts {
		n += c
	}
	return n
}

// sinkStats returns the figures of all sinks behind the first.
func (s *Store) sinkStats() (all []SinkStats) {
	for _, o := range s.others {
		all = append(all, o.stats())
	}
	for _, c := range s.journal.Consumers() {
		if name, is := sinkOf(c.Name); is && !c.Declared {
			all = append(all, SinkStats{Name: name, Away: true, Pending: int64(c.Backlog), Lost: int64(c.Lost), OldestAge: s.journal.OldestAge(c.Name)})
		}
	}
	return all
}

// add adds what the sink of the same name has got from another directory.
func (st *SinkStats) add(other SinkStats) {
	st.Declared = st.Declared || other.Declared
	st.Away = st.Away || other.Away
	st.Events += other.Events
	st.Stored += other.Stored
	st.Redelivered += other.Redelivered
	st.Deduplicated += other.Deduplicated
	st.Quarantined = addTo(st.Quarantined, other.Quarantined)
	st.Suppressed += other.Suppressed
	st.Passed += other.Passed
	st.Pending += other.Pending
	st.Lost += other.Lost
	st.OldestAge = max(st.OldestAge, other.OldestAge)
	st.Errors = addTo(st.Errors, other.Errors)
	if st.LastError == "" {
		st.LastError = other.LastError
	}
}

// closed is [Stats.closed] for a sink. What was pending was not this process's to deliver any more.
func (st SinkStats) closed() SinkStats {
	st.Events -= st.Pending
	st.Pending, st.OldestAge, st.Away, st.LastError = 0, 0, false, ""
	return st
}
