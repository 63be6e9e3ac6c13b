// SPDX-License-Identifier: Apache-2.0

package servicetest

// Events returns the number of events that the SDK counts as accepted, recovered, stored, quarantined, lost, rejected,
// duplicate or dropped.
func (p Page) Events(what string) int64 {
	return int64(p.Sum("otelanalytics_events_" + what + "_total"))
}

// Pending returns the number of events in the journal that are not delivered yet.
func (p Page) Pending() int64 { return int64(p.Sum("otelanalytics_journal_pending")) }

// Balanced checks the sum that the SDK promises: no event appears or disappears. It holds while nothing is tracked.
func (p Page) Balanced(t T) {
	t.Helper()
	if p.Events("accepted")+p.Events("recovered") != p.Events("stored")+p.Pending()+p.Events("quarantined")+p.Events("lost") {
		t.Errorf("accepted %d + recovered %d = stored %d + pending %d + quarantined %d + lost %d does not hold on the page",
			p.Events("accepted"), p.Events("recovered"), p.Events("stored"), p.Pending(), p.Events("quarantined"), p.Events("lost"))
	}
}
