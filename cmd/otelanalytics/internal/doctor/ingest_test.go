// SPDX-License-Identifier: Apache-2.0

package doctor_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// pageOf serves the SDK's own metrics that are always there, and some lines.
func pageOf(t *testing.T, lines ...string) (url string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		for _, m := range ownmetrics.All() {
			if m.Always {
				fmt.Fprintf(w, "%s 0\n", m.PrometheusName())
			}
		}
		for _, line := range lines {
			fmt.Fprintf(w, "otelanalytics_ingest_%s\n", line)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL + "/metrics"
}

func examineIngest(t *testing.T, lines ...string) *examined {
	t.Helper()
	return examine(t, "--metrics", pageOf(t, lines...), "--skip", "configuration,map,errors")
}

func TestIngest(t *testing.T) {
	clean(t)
	accepted := []string{
		`events_accepted_total{source="web"} 1000`, `events_accepted_total{source="app"} 10`,
		`requests_accepted_total{source="web"} 300`, `requests_accepted_total{source="app"} 2`,
	}
	for _, test := range []struct {
		name   string
		lines  []string
		status string
		says   []string
	}{
		{"no doors", nil, "ok", []string{"takes no events over HTTP"}},
		{"nothing refused", accepted, "ok", []string{"1010 events came over HTTP, and nothing was refused"}},
		{"little", append(accepted, `events_refused_total{source="web",reason="time_range"} 10`), "ok", []string{
			"1010 events came over HTTP; 10 events and 0 requests were refused since the start", "10 events of web: time_range", "time_range: correct the clock",
		}},
		{"much of one source", append(accepted, `events_refused_total{source="app",reason="type_not_allowed"} 2`, `events_refused_total{source="web",reason="invalid"} 1`), "warning", []string{
			"2 events of app: type_not_allowed", "1 event of web: invalid", "type_not_allowed: add the event type",
		}},
		{"as it should be", append(accepted, `events_refused_total{source="web",reason="consent"} 900`), "ok", []string{"900 events of web: consent"}},
		{"requests", append(accepted, `requests_refused_total{source="web",reason="rate"} 7`, `requests_refused_total{source="",reason="key"} 1`), "warning", []string{
			"0 events and 8 requests were refused", "7 requests of web: rate", "1 request of nobody known: key", "rate: raise the rate of the source", "key: give the program a key",
		}},
	} {
		t.Run(test.name, func(t *testing.T) { examineIngest(t, test.lines...).want("ingest", test.status, test.says...) })
	}
}

// TestEveryRefusalHasACure holds the cures to the table of reasons.
func TestEveryRefusalHasACure(t *testing.T) {
	clean(t)
	for _, m := range []*ownmetrics.Metric{ownmetrics.IngestEventsRefused, ownmetrics.IngestRequestsRefused} {
		label, _ := m.Label("reason")
		for _, reason := range label.Names() {
			line := fmt.Sprintf("%s{source=\"web\",reason=%q} 5", strings.TrimPrefix(m.PrometheusName(), "otelanalytics_ingest_"), reason)
			fix := examineIngest(t, `events_accepted_total{source="web"} 1`, line).check("ingest").Fix
			meant := reason == "consent" || reason == "suppressed"
			if got := slices.ContainsFunc(fix, func(f string) bool { return strings.HasPrefix(f, reason+": ") }); got == meant || len(fix) > 1 {
				t.Errorf("%s, %s: %q", m.Name, reason, fix)
			}
		}
	}
}
