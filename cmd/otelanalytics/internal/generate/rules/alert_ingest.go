// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"fmt"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// ingest are the alerts for what comes over HTTP. Anybody can send what is refused, so that they are about parts of all.
func (k *maker) ingest() []rule {
	return []rule{k.ingestEvents(), k.ingestRequests()}
}

// ingestEvents is about a source whose events are refused for good.
func (k *maker) ingestEvents() rule {
	r := rule{
		alert:    "OtelanalyticsIngestEventsRefused",
		expr:     fmt.Sprintf("%s > %v", k.of(k.ingestEventsRatio()), k.errorRatio),
		hold:     10 * time.Minute,
		severity: warning,
		summary:  "{{ $labels.job }}: {{ $value | humanizePercentage }} of the events of {{ $labels.source }} are refused",
		description: "Their clients were told, and do not send them again. The label reason of " +
			k.own(ownmetrics.IngestEventsRefused) + " has the reason.",
	}
	r.tests = k.ratioTests(r, k.series(k.own(ownmetrics.IngestEventsAccepted), "instance", "a", "source", "web"),
		k.series(k.own(ownmetrics.IngestEventsRefused), "instance", "b", "source", "web", "reason", "malformed"),
		k.labels("source", "web"), " of the events of web are refused")
	for _, reason := range meant {
		r.tests = append(r.tests, test{
			name: "is silent about " + reason + ", which is as it should be",
			inputs: []input{
				{k.series(k.own(ownmetrics.IngestEventsAccepted), "instance", "a", "source", "web"), "0+60x40"},
				{k.series(k.own(ownmetrics.IngestEventsRefused), "instance", "a", "source", "web", "reason", reason), "0+600x40"},
			},
			fires: []fires{{"40m", nil}},
		})
	}
	return r
}

// ingestRequests is about requests that are refused as a whole, whosever they are.
func (k *maker) ingestRequests() rule {
	r := rule{
		alert:    "OtelanalyticsIngestRequestsRefused",
		expr:     fmt.Sprintf("%s > %v", k.of(k.ingestRequestsRatio()), k.errorRatio),
		hold:     10 * time.Minute,
		severity: warning,
		summary:  "{{ $labels.job }}: {{ $value | humanizePercentage }} of the requests with events are refused ({{ $labels.reason }})",
		description: "After busy, rate, full and unavailable most clients send them again, and after others they drop them. The label source of " +
			k.own(ownmetrics.IngestRequestsRefused) + " says whose they are.",
	}
	good := k.series(k.own(ownmetrics.IngestRequestsAccepted), "instance", "a", "source", "web")
	for _, reason := range []string{"key", "rate"} {
		r.tests = append(r.tests, k.ratioTests(r, good,
			k.series(k.own(ownmetrics.IngestRequestsRefused), "instance", "b", "source", "app", "reason", reason),
			k.labels("reason", reason), " of the requests with events are refused ("+reason+")")...)
	}
	for _, reason := range scanned {
		r.tests = append(r.tests, test{
			name: "is silent about those who try any " + reason,
			inputs: []input{
				{good, "0+60x40"},
				{k.series(k.own(ownmetrics.IngestRequestsRefused), "instance", "a", "reason", reason), "0+600x40"},
			},
			fires: []fires{{"40m", nil}},
		})
	}
	return r
}
