// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// events are the alerts for events that do not come, or are not accepted.
func (k *maker) events(m *eventmap.Map) []rule {
	var all []rule
	if stopped, ok := k.stopped(m); ok {
		all = append(all, stopped)
	}
	return append(all, k.rejected(), k.refusing())
}

// stopped compares each event type with its own past. It needs a day of it.
func (k *maker) stopped(m *eventmap.Map) (rule, bool) {
	var types, quoted []string
	for _, e := range m.Events() {
		if e.Store {
			types = append(types, e.Name)
			quoted = append(quoted, regexp.QuoteMeta(e.Name))
		}
	}
	if len(types) == 0 {
		return rule{}, false
	}
	quiet := promDuration(k.quiet)
	windows := int(24 * time.Hour / k.quiet)
	most := enough(windows)
	x := k.of(k.quietIncrease())
	known := k.of(k.own(ownmetrics.EventsAccepted), fmt.Sprintf("event_type=~%q", strings.Join(quoted, "|")))
	r := rule{
		comment: fmt.Sprintf(`No event of a type for %[1]s, although its events arrive regularly: in %[2]d of the %[3]d windows of the day before, and at
this time of day yesterday. The alert is silent when there was none at this time a week ago either, and when Prometheus has
not scraped for the whole window. It is only about types that the map declares.`, quiet, most, windows),
		alert: "OtelanalyticsEventStopped",
		expr: fmt.Sprintf(`(%[1]s == 0)
and (%[1]s offset 1d > 0)
unless (%[1]s offset 1w == 0)
and (sum_over_time((%[1]s > bool 0)[1d:%[2]s] offset %[2]s) >= %[3]d)
and group by %[4]s (%[5]s offset %[2]s)`, x, quiet, most, k.by("event_type"), known),
		hold: 10 * time.Minute, severity: warning,
		summary:     "{{ $labels.job }}: no {{ $labels.event_type }} for " + quiet,
		description: "Events of this type came in most hours of the last day, and at this time yesterday. None was accepted in the last " + quiet + ".",
	}
	r.tests = k.stoppedTests(types, r)
	return r, true
}

// enough is in how many of the windows of a day a type has to come to be one that comes regularly.
func enough(windows int) int { return (3*windows + 3) / 4 }

// rejected is about events of one type that are refused again and again: a caller's mistake, mostly.
func (k *maker) rejected() rule {
	ratio := k.rejectedRatio()
	r := rule{
		alert:       "OtelanalyticsEventsRejected",
		expr:        fmt.Sprintf("%s > %v", k.of(ratio), k.errorRatio),
		hold:        10 * time.Minute,
		severity:    warning,
		summary:     "{{ $labels.job }}: {{ $value | humanizePercentage }} of {{ $labels.event_type }} are refused",
		description: "Their callers get an error, and the events are not kept. The label reason of " + k.own(ownmetrics.EventsRejected) + " has the reason.",
	}
	r.tests = k.ratioTests(r, k.series(k.own(ownmetrics.EventsAccepted), "instance", "a", "event_type", "x"),
		k.series(k.own(ownmetrics.EventsRejected), "instance", "a", "event_type", "x", "reason", "invalid"),
		k.labels("event_type", "x"), " of x are refused")
	r.tests = append(r.tests, test{
		name: "is silent about calls that ended while another tracked the same key",
		inputs: []input{
			{k.series(k.own(ownmetrics.EventsAccepted), "instance", "a", "event_type", "x"), "0+60x40"},
			{k.series(k.own(ownmetrics.EventsRejected), "instance", "a", "event_type", "x", "reason", "canceled"), "0+60x40"},
		},
		fires: []fires{{"40m", nil}},
	}, test{
		name: "is silent about users who are suppressed",
		inputs: []input{
			{k.series(k.own(ownmetrics.EventsAccepted), "instance", "a", "event_type", "x"), "0+60x40"},
			{k.series(k.own(ownmetrics.EventsRejected), "instance", "a", "event_type", "x", "reason", "suppressed"), "0+60x40"},
		},
		fires: []fires{{"40m", nil}},
	})
	return r
}

// refusing is about the journal, which takes no events of any type.
func (k *maker) refusing() rule {
	r := rule{
		comment:     "Not a ratio: each of these events would have been good.",
		alert:       "OtelanalyticsJournalRefuses",
		expr:        k.grown(k.own(ownmetrics.EventsRejected), []string{"instance", "reason"}, `reason=~"journal_full|journal_error"`),
		severity:    critical,
		summary:     "{{ $labels.job }}: the journal of {{ $labels.instance }} refuses events ({{ $labels.reason }})",
		description: `{{ printf "%.0f" $value }} in 15m: their callers get an error, and the events are not kept. journal_full: MongoDB has not taken events for too long. journal_error: the disk.`,
	}
	rejected := func(instance, reason string) string {
		return k.series(k.own(ownmetrics.EventsRejected), "instance", instance, "event_type", "x", "reason", reason)
	}
	fire := func(instance, reason string) firing {
		return firing{
			labels:      k.labels("instance", instance, "reason", reason),
			summary:     k.target["job"] + ": the journal of " + instance + " refuses events (" + reason + ")",
			description: "1 in 15m: their callers get an error, and the events are not kept. journal_full: MongoDB has not taken events for too long. journal_error: the disk.",
		}
	}
	r = k.grownRule(r, "event_type", func(name string) (string, firing) { return rejected(name, "journal_full"), fire(name, "journal_full") })
	r.tests = append(r.tests, test{
		name:   "fires when the disk refuses events, and is silent about events that are refused because of their content",
		inputs: []input{{rejected("a", "journal_error"), "0x10 1x20"}, {rejected("a", "invalid"), "0+1x30"}},
		fires:  []fires{{"15m", []firing{fire("a", "journal_error")}}},
	})
	return r
}
