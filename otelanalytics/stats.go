// SPDX-License-Identifier: Apache-2.0

package otelanalytics

// Stats counts events since the client was made. Counters of the journal count since its store was opened. Track counts
// Accepted when it returns. The store counts the others in one snapshot. When nothing is in progress,
//
//	Accepted + Recovered = Stored + Deduplicated + Pending + Quarantined + Suppressed + Lost
type Stats struct {
	Accepted     int64 // Track wrote them to the journal
	Recovered    int64 // an earlier process wrote them and they were not in MongoDB yet, or they were replayed from quarantine
	Stored       int64 // they are in MongoDB
	Deduplicated int64 // MongoDB has another event with their Key, which this client did not remember
	Pending      int64 // they are in the journal and not in MongoDB yet
	Quarantined  int64 // MongoDB will never take them: see the quarantine file
	Suppressed   int64 // their user was suppressed before they were in MongoDB: nothing of them is kept
	Lost         int64 // damage on disk made them unreadable, or a store in memory lost them
	Rejected     int64 // Track returned an error for them, and they are not kept
	Dropped      int64 // the before-track hook dropped them
	Duplicate    int64 // this client accepted their Key before; they are not included above
	SampledOut   int64 // recorded and not stored, because of WithStoreSample; they are not included above
}

// Stats returns the counters that otelanalytics.events.* exports, summed over event types.
func (c *Client) Stats() Stats {
	var s Stats
	for _, t := range c.all() {
		if t.stored {
			s.Accepted += t.accepted.Load()
		}
		s.Duplicate += t.duplicate.Load()
		s.Dropped += t.dropped.Load()
		s.SampledOut += t.sampledOut.Load()
		for i := range t.rejected {
			s.Rejected += t.rejected[i].Load()
		}
	}
	if c.store == nil {
		return s
	}
	st := c.storeStats()
	s.Recovered, s.Lost, s.Pending = st.Recovered, st.Lost, st.Pending
	for _, n := range st.Stored {
		s.Stored += n
	}
	for _, n := range st.Deduplicated {
		s.Deduplicated += n
	}
	for _, n := range st.Quarantined {
		s.Quarantined += n
	}
	for _, n := range st.Suppressed {
		s.Suppressed += n
	}
	return s
}

// all returns every entry, the unknown one last.
func (c *Client) all() []*entry {
	all := make([]*entry, 0, len(c.entries)+1)
	for _, e := range c.eventMap.Events() {
		all = append(all, c.entries[e.Name])
	}
	return append(all, c.unknown)
}
