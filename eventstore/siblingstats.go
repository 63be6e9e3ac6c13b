// SPDX-License-Identifier: Apache-2.0

package eventstore

import "slices"

// add adds what another store has done.
func (st *Stats) add(other Stats) {
	st.Accepted += other.Accepted
	st.Recovered += other.Recovered
	st.Lost += other.Lost
	st.Pending += other.Pending
	st.Redelivered += other.Redelivered
	st.JournalBytes += other.JournalBytes
	st.OldestAge = max(st.OldestAge, other.OldestAge)
	st.Stored = addTo(st.Stored, other.Stored)
	st.Deduplicated = addTo(st.Deduplicated, other.Deduplicated)
	st.Quarantined = addTo(st.Quarantined, other.Quarantined)
	st.Suppressed = addTo(st.Suppressed, other.Suppressed)
	st.Errors = addTo(st.Errors, other.Errors)
	for _, more := range other.Sinks {
		if i := slices.IndexFunc(st.Sinks, func(have SinkStats) bool { return have.Name == more.Name }); i >= 0 {
			st.Sinks[i].add(more)
		} else {
			st.Sinks = append(st.Sinks, more)
		}
	}
	for _, c := range other.Consumers {
		i := slices.IndexFunc(st.Consumers, func(have ConsumerStats) bool { return have.Name == c.Name })
		if i < 0 {
			st.Consumers = append(st.Consumers, c)
			continue
		}
		have := &st.Consumers[i]
		have.Pending += c.Pending
		have.Lost += c.Lost
		have.Errors += c.Errors
		if have.LastError == "" {
			have.LastError = c.LastError
		}
	}
}

func addTo[K comparable](sums, more map[K]int64) map[K]int64 {
	if sums == nil {
		sums = make(map[K]int64, len(more))
	}
	for k, n := range more {
		sums[k] += n
	}
	return sums
}

// closed returns what stays of the counts of a directory that this process has given back: its files are no longer this process's.
func (st Stats) closed() Stats {
	st.JournalBytes, st.OldestAge = 0, 0
	st.Sinks = slices.DeleteFunc(st.Sinks, func(s SinkStats) bool { return !s.Declared }) // nothing else is known of them
	for i := range st.Sinks {
		st.Sinks[i] = st.Sinks[i].closed()
	}
	for i := range st.Consumers {
		st.Consumers[i].Pending, st.Consumers[i].LastError = 0, ""
	}
	return st
}

// addTo adds what was done for the directories of dead processes.
func (b *siblings) addTo(st *Stats) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	st.add(b.given)
	for _, child := range b.adopted {
		st.add(child.Stats())
	}
}
