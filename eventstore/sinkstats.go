// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"maps"
	"time"
)

// SinkStats is what a sink of [Config].Sinks has got since Open. In every snapshot of a sink that is declared
//
//	Events = Stored + Deduplicated + Pending + Suppressed + Passed + Lost + the sum of Quarantined
//
// holds.
type SinkStats struct {
	Name string
	// Declared says that Config.Sinks names it. Otherwise an earlier process did, and Pending, OldestAge and Lost alone are known.
	Declared bool
	// Away says that the sink takes nothing at present, or that nobody delivers to it, since it is not declared.
	Away bool

	Events       int64            // that it had to get when the store was opened, and those that were accepted since
	Stored       int64            // events that it has
	Redelivered  int64            // of those: it had them already
	Deduplicated int64            // events in whose place it has another one with the same ID
	Quarantined  map[string]int64 // events that it will never take, by reason
	Suppressed   int64            // events that Config.Suppression had taken out before the sink had them
	Passed       int64            // events with a Refusal, or of another version of the SDK, which the first sink's quarantine has
	Pending      int64            // events that it has not got yet
	// Lost counts events that damage on disk took, or a store in [Memory], before the sink had them.
	Lost int64

	OldestAge time.Duration    // how long the oldest pending event has been waiting, 0 without one
	Errors    map[string]int64 // failed attempts to deliver, by kind
	LastError string           // of them, however long ago, without secrets or documents; empty without one
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
