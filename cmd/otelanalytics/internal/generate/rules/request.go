// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"fmt"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// requestEntry is the entry of the map that package httpinstr records requests with.
const requestEntry = "request"

// requests is a counter of requests with a label for their status.
type requests struct{ metric, label string }

// requestsOf is the map's counter of requests, where it has one: each request counted once, by its status. Else it is
// what otelhttp counts (OpenTelemetry, semantic conventions for HTTP metrics).
func (k *maker) requestsOf(m *eventmap.Map) requests {
	for _, e := range m.Events() {
		if e.Name != requestEntry {
			continue
		}
		for _, r := range e.Records {
			once := r.Value.Path == nil && r.Value.Expression == nil && r.Value.Constant == 1 && r.When == nil
			if !r.Metric.Instrument.IsMonotonic() || !r.Metric.Enabled || !once {
				continue
			}
			for i, s := range r.Sources {
				if s.Kind == eventmap.FromData && len(s.Path) == 1 && s.Path[0] == "status" {
					return requests{k.name(r.Metric.PrometheusName()), r.Metric.Attributes[i].PrometheusLabel()}
				}
			}
		}
	}
	return requests{k.name("http_server_request_duration_seconds_count"), "http_response_status_code"}
}

func (k *maker) failedRatio(q requests) string {
	return k.recorded(q.metric, "failed_ratio_rate"+rateWindow)
}

// failed is the rule for the part of the requests that were answered with a 5xx.
func (k *maker) failed(q requests) rule {
	rate := func(more ...string) string {
		return k.sum(fmt.Sprintf("rate(%s[%s])", k.of(q.metric, more...), rateWindow))
	}
	record := k.failedRatio(q)
	of := func(instance, status string) string { return k.series(q.metric, "instance", instance, q.label, status) }
	return rule{
		comment: "Requests that were answered with a 5xx. A series for those is there from the first one on: until then their number is 0 wherever there are requests.",
		record:  record,
		expr:    fmt.Sprintf("(%s or %s * 0)\n/\n(%[2]s > 0)", rate(q.label+`=~"5.."`), rate()),
		tests: []test{{
			name: "is a part of all requests",
			inputs: []input{
				{of("a", "200"), "0+120x10"},
				{of("b", "404"), "0+60x10"},
				{of("a", "500"), "0+30x10"},
				{of("b", "503"), "0+30x10"},
			},
			asks: []asked{{record, "10m", []sampled{{k.series(record), 0.25}}}},
		}, {
			name:   "is 0 when none fails",
			inputs: []input{{of("a", "200"), "0+60x10"}},
			asks:   []asked{{record, "10m", []sampled{{k.series(record), 0}}}},
		}, {
			name:   "is 1 when all fail",
			inputs: []input{{of("a", "500"), "0+60x10"}},
			asks:   []asked{{record, "10m", []sampled{{k.series(record), 1}}}},
		}, {
			name:   "is not there without requests",
			inputs: []input{{of("a", "200"), "60x10"}, {of("a", "500"), "60x10"}},
			asks:   []asked{{record, "10m", nil}},
		}},
	}
}
