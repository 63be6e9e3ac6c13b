// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"fmt"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

var (
	// meant are the reasons of refused events that are no mistake.
	meant = []string{"consent", "suppressed"}
	// scanned are the reasons of refused requests that anybody's scanner has.
	scanned = []string{"address", "method"}
)

func (k *maker) ingestEventsRatio() string {
	return k.recorded(k.own(ownmetrics.IngestEventsRefused), "ratio_rate"+rateWindow, "source")
}

func (k *maker) ingestRequestsRatio() string {
	return k.recorded(k.own(ownmetrics.IngestRequestsRefused), "ratio_rate"+rateWindow, "reason")
}

// ingested are the rules for the parts of what comes over HTTP that are refused.
func (k *maker) ingested() []rule {
	rate := func(m *ownmetrics.Metric, more ...string) string {
		return fmt.Sprintf("rate(%s[%s])", k.of(k.own(m), more...), rateWindow)
	}
	not := func(reasons []string) string { return fmt.Sprintf("reason!~%q", strings.Join(reasons, "|")) }
	refused := k.sum(rate(ownmetrics.IngestEventsRefused, not(meant)), "source")
	requests := k.sum(rate(ownmetrics.IngestRequestsRefused, not(scanned)), "reason")
	all := []rule{
		{
			comment: "Of the events of each source that came over HTTP, those that were refused for good, but for want of consent, or since users are suppressed.",
			record:  k.ingestEventsRatio(),
			expr:    fmt.Sprintf("%s\n/\n((%[1]s + %s) > 0)", refused, k.sum(rate(ownmetrics.IngestEventsAccepted), "source")),
		},
		{
			comment: "Of the requests with events, those that were refused as a whole, by reason. Addresses that do not exist are asked for by scanners.",
			record:  k.ingestRequestsRatio(),
			expr: fmt.Sprintf("%s\n/ on %s group_left ()\n((%s + %s) > 0)", requests, k.by(),
				k.sum(rate(ownmetrics.IngestRequestsRefused, not(scanned))), k.sum(rate(ownmetrics.IngestRequestsAccepted))),
		},
	}
	k.testIngested(all)
	return all
}

// testIngested adds the tests of the two rules.
func (k *maker) testIngested(all []rule) {
	of := func(m *ownmetrics.Metric, labels ...string) string { return k.series(k.own(m), labels...) }
	events, requests := &all[0], &all[1]
	events.tests = []test{{
		name: "is a part of what the source sent",
		inputs: []input{
			{of(ownmetrics.IngestEventsAccepted, "instance", "a", "source", "web"), "0+120x10"},
			{of(ownmetrics.IngestEventsAccepted, "instance", "b", "source", "web"), "0+60x10"},
			{of(ownmetrics.IngestEventsAccepted, "instance", "b", "source", "app"), "0+60x10"},
			{of(ownmetrics.IngestEventsRefused, "instance", "a", "source", "web", "reason", "malformed"), "0+30x10"},
			{of(ownmetrics.IngestEventsRefused, "instance", "b", "source", "web", "reason", "invalid"), "0+30x10"},
			{of(ownmetrics.IngestEventsRefused, "instance", "b", "source", "web", "reason", "consent"), "0+30x10"},
			{of(ownmetrics.IngestEventsRefused, "instance", "b", "source", "web", "reason", "suppressed"), "0+30x10"},
		},
		asks: []asked{{events.record, "10m", []sampled{{k.series(events.record, "source", "web"), 0.25}}}},
	}}
	requests.tests = []test{{
		name: "is a part of what all sources sent",
		inputs: []input{
			{of(ownmetrics.IngestRequestsAccepted, "instance", "a", "source", "web"), "0+120x10"},
			{of(ownmetrics.IngestRequestsAccepted, "instance", "b", "source", "app"), "0+60x10"},
			{of(ownmetrics.IngestRequestsRefused, "instance", "a", "reason", "key"), "0+30x10"},
			{of(ownmetrics.IngestRequestsRefused, "instance", "a", "source", "web", "reason", "rate"), "0+15x10"},
			{of(ownmetrics.IngestRequestsRefused, "instance", "b", "source", "app", "reason", "rate"), "0+15x10"},
			{of(ownmetrics.IngestRequestsRefused, "instance", "b", "reason", "address"), "0+60x10"},
			{of(ownmetrics.IngestRequestsRefused, "instance", "b", "source", "app", "reason", "method"), "0+60x10"},
		},
		asks: []asked{{requests.record, "10m", []sampled{
			{k.series(requests.record, "reason", "key"), 0.125},
			{k.series(requests.record, "reason", "rate"), 0.125},
		}}},
	}}
}
