// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"fmt"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/generate/calls"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// protocol says what the statuses of its answers mean.
type protocol struct {
	entry     string // of the map: packages httpinstr and grpcinstr record into it
	alert     string
	asked     string    // requests, for example
	answered  string    // what a failure is answered with
	failing   string    // a regular expression for the statuses of failures
	good, bad [2]string // statuses, for tests
	otelName  string    // what otelhttp counts, and its label
	otelLabel string
	left      string // said of statuses that are no failures of the service
}

var (
	overHTTP = protocol{
		entry: "request", alert: "OtelanalyticsRequestsFail", asked: "requests", answered: "a 5xx", failing: "5..",
		good: [2]string{"200", "404"}, bad: [2]string{"500", "503"},
		// OpenTelemetry, semantic conventions for HTTP metrics.
		otelName: "http_server_request_duration_seconds_count", otelLabel: "http_response_status_code",
	}
	overGRPC = protocol{
		entry: calls.Entry, alert: "OtelanalyticsCallsFail", asked: "calls", answered: "a server error, such as INTERNAL",
		failing: calls.ServerErrors,
		good:    [2]string{"OK", "UNIMPLEMENTED"}, bad: [2]string{"INTERNAL", "UNKNOWN"},
		left: " UNIMPLEMENTED is none: anybody can call a method that is not there.",
	}
)

// answers is a counter of requests with a label for their status.
type answers struct {
	protocol
	metric, label string
}

// answersOf are the map's counters of what a service is asked: each request counted once, by its status. Where the map has
// none for HTTP it is what otelhttp counts.
func (k *maker) answersOf(m *eventmap.Map) []answers {
	var all []answers
	for _, p := range []protocol{overHTTP, overGRPC} {
		metric, label, ok := k.counted(m, p.entry)
		if !ok && p.otelName != "" {
			metric, label, ok = k.name(p.otelName), p.otelLabel, true
		}
		if ok {
			all = append(all, answers{p, metric, label})
		}
	}
	return all
}

// counted returns the names of a counter that an entry of the map records into once, and of its label for the status.
func (k *maker) counted(m *eventmap.Map, entry string) (metric, label string, ok bool) {
	for _, e := range m.Events() {
		if e.Name != entry {
			continue
		}
		for _, r := range e.Records {
			once := r.Value.Path == nil && r.Value.Expression == nil && r.Value.Constant == 1 && r.When == nil
			if !r.Metric.Instrument.IsMonotonic() || !r.Metric.Enabled || !once {
				continue
			}
			for i, s := range r.Sources {
				if s.Kind == eventmap.FromData && len(s.Path) == 1 && s.Path[0] == "status" {
					return k.name(r.Metric.PrometheusName()), r.Metric.Attributes[i].PrometheusLabel(), true
				}
			}
		}
	}
	return "", "", false
}

func (k *maker) failedRatio(a answers) string {
	return k.recorded(a.metric, "failed_ratio_rate"+rateWindow)
}

// failed is the rule for the part of what was asked that was answered as a failure.
func (k *maker) failed(a answers) rule {
	rate := func(more ...string) string {
		return k.sum(fmt.Sprintf("rate(%s[%s])", k.of(a.metric, more...), rateWindow))
	}
	record := k.failedRatio(a)
	of := func(instance, status string) string { return k.series(a.metric, "instance", instance, a.label, status) }
	return rule{
		comment: fmt.Sprintf("%s%s that were answered with %s.%s A series for those is there from the first one on: until then their number is 0 wherever there are %[5]s.",
			strings.ToUpper(a.asked[:1]), a.asked[1:], a.answered, a.left, a.asked),
		record: record,
		expr:   fmt.Sprintf("(%s or %s * 0)\n/\n(%[2]s > 0)", rate(fmt.Sprintf("%s=~%q", a.label, a.failing)), rate()),
		tests: []test{{
			name: "is a part of all " + a.asked,
			inputs: []input{
				{of("a", a.good[0]), "0+120x10"},
				{of("b", a.good[1]), "0+60x10"},
				{of("a", a.bad[0]), "0+30x10"},
				{of("b", a.bad[1]), "0+30x10"},
			},
			asks: []asked{{record, "10m", []sampled{{k.series(record), 0.25}}}},
		}, {
			name:   "is 0 when none fails",
			inputs: []input{{of("a", a.good[0]), "0+60x10"}},
			asks:   []asked{{record, "10m", []sampled{{k.series(record), 0}}}},
		}, {
			name:   "is 1 when all fail",
			inputs: []input{{of("a", a.bad[0]), "0+60x10"}},
			asks:   []asked{{record, "10m", []sampled{{k.series(record), 1}}}},
		}, {
			name:   "is not there without " + a.asked,
			inputs: []input{{of("a", a.good[0]), "60x10"}, {of("a", a.bad[0]), "60x10"}},
			asks:   []asked{{record, "10m", nil}},
		}},
	}
}
