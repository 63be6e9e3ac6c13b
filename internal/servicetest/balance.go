// SPDX-License-Identifier: Apache-2.0

package servicetest

import "github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"

// Events returns the number of events that the SDK counts as accepted, recovered, stored, deduplicated, quarantined, suppressed, lost, rejected,
// duplicate or dropped. It panics for another word.
func (p Page) Events(what string) int64 {
	return p.own(counted[what])
}

var counted = map[string]*ownmetrics.Metric{
	"accepted":     ownmetrics.EventsAccepted,
	"recovered":    ownmetrics.EventsRecovered,
	"stored":       ownmetrics.EventsStored,
	"deduplicated": ownmetrics.EventsDeduplicated,
	"quarantined":  ownmetrics.EventsQuarantined,
	"suppressed":   ownmetrics.EventsSuppressed,
	"lost":         ownmetrics.EventsLost,
	"rejected":     ownmetrics.EventsRejected,
	"duplicate":    ownmetrics.EventsDuplicate,
	"dropped":      ownmetrics.EventsDropped,
}

// Pending returns the number of events in the journal that are not delivered yet.
func (p Page) Pending() int64 { return p.own(ownmetrics.JournalPending) }

func (p Page) own(m *ownmetrics.Metric) int64 { return int64(p.Sum(m.PrometheusName())) }

// Balanced checks the sum that the SDK promises: no event appears or disappears. It holds while nothing is tracked.
func (p Page) Balanced(t T) {
	t.Helper()
	in := p.Events("accepted") + p.Events("recovered")
	out := p.Events("stored") + p.Events("deduplicated") + p.Pending() + p.Events("quarantined") + p.Events("suppressed") + p.Events("lost")
	if in != out {
		t.Errorf("accepted %d + recovered %d = stored %d + deduplicated %d + pending %d + quarantined %d + suppressed %d + lost %d does not hold on the page",
			p.Events("accepted"), p.Events("recovered"),
			p.Events("stored"), p.Events("deduplicated"), p.Pending(), p.Events("quarantined"), p.Events("suppressed"), p.Events("lost"))
	}
}
