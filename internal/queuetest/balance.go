// SPDX-License-Identifier: Apache-2.0

package queuetest

import "testing"

// Sum adds the numbers of a figure that has one for each type of event.
func Sum[K comparable](figure map[K]int64) (n int64) {
	for _, v := range figure {
		n += v
	}
	return n
}

// Balanced checks the sums that [eventstore.Stats] and [eventstore.SinkStats] document. It holds while nothing is appended.
func Balanced(t testing.TB, q Queue) {
	t.Helper()
	st := q.Stats()
	if st.Accepted+st.Recovered != Sum(st.Stored)+Sum(st.Deduplicated)+st.Pending+Sum(st.Quarantined)+Sum(st.Suppressed)+st.Lost {
		t.Errorf("accepted + recovered = stored + deduplicated + pending + quarantined + suppressed + lost does not hold: %+v", st)
	}
	for _, s := range st.Sinks {
		if s.Declared && s.Events != s.Stored+s.Deduplicated+s.Pending+s.Suppressed+s.Passed+s.Lost+Sum(s.Quarantined) {
			t.Errorf("events = stored + deduplicated + pending + suppressed + passed + lost + quarantined does not hold: %+v", s)
		}
	}
}
