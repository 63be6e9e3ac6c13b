// SPDX-License-Identifier: Apache-2.0

package doctor_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
)

// counting is a page whose numbers depend on how often it was read.
func counting(t *testing.T, accepted, stored, failures, rejected func(reading int64) int64) (url string) {
	t.Helper()
	var readings atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		n := readings.Add(1)
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		for name, value := range map[string]int64{
			`events_accepted_total{event_type="order_placed"}`: accepted(n) - 1, "events_recovered_total": 1,
			`events_stored_total{event_type="order_placed"}`: stored(n) - 1, "events_lost_total": 0, "journal_pending": 0,
			`events_deduplicated_total{event_type="order_placed"}`: 1,
			"clock_seconds": 1, "start_seconds": 1, "record_delay_seconds": 0, "journal_size_bytes": 0, "journal_oldest_age_seconds": 0, `store_errors_total{kind="network"}`: failures(n),
			`events_rejected_total{event_type="other",reason="invalid"}`: rejected(n),
		} {
			fmt.Fprintf(w, "otelanalytics_%s %d\n", name, value)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL + "/metrics"
}

func TestNumbers(t *testing.T) {
	clean(t)
	still := func(n int64) func(int64) int64 { return func(int64) int64 { return n } }
	growing := func(from, by int64) func(int64) int64 { return func(reading int64) int64 { return from + by*reading } }
	for _, test := range []struct {
		name               string
		accepted, stored   func(int64) int64
		failures, rejected func(int64) int64
		sum, errors        string
		sumText, errorText string
	}{
		{"well", still(5), still(5), still(0), still(0), "ok", "ok", "5 accepted and recovered", "none since the start"},
		{"errors of earlier", still(5), still(5), still(3), still(2), "ok", "ok", "", "3 failed attempts to store and 2 rejected events since the start"},
		{"busy", growing(100, 10), growing(97, 10), still(0), still(0), "ok", "ok", "3 are between these states", ""},
		{"settles", still(5), func(n int64) int64 { return min(2+n, 5) }, still(0), still(0), "ok", "ok", "", ""},
		{"does not add up", still(5), still(4), still(0), still(0), "failed", "ok", "accepted + recovered = 5, and stored + deduplicated + pending + quarantined + suppressed + lost = 4", ""},
		{"loses more than moves", growing(100, 1), growing(50, 1), still(0), still(0), "failed", "ok", "", ""},
		{"store fails", still(5), still(5), growing(0, 2), still(0), "ok", "failed", "", `otelanalytics_store_errors_total{kind="network"}: 2 more`},
		{"rejects", still(5), still(5), still(0), growing(0, 1), "ok", "warning", "", `otelanalytics_events_rejected_total{reason="invalid"}: 1 more`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := examine(t, "--metrics", counting(t, test.accepted, test.stored, test.failures, test.rejected), "--skip", "configuration,map")
			r.want("metrics_sum", test.sum, test.sumText)
			r.want("errors", test.errors, test.errorText)
		})
	}
}

// Values that are missing in metrics show a mistake, however long ago they came.
func TestValues(t *testing.T) {
	clean(t)
	for _, test := range []struct {
		name, line, status, says string
	}{
		{"none", `fields_mistyped_total{event_type="order_placed",field="total"} 0`, "ok", "every field and value"},
		{
			"mistyped", `fields_mistyped_total{event_type="order_placed",field="total",otel_scope_name="x"} 3`, "warning",
			`otelanalytics_fields_mistyped_total{event_type="order_placed",field="total"}: 3`,
		},
		{
			"a rule of the map", `events_violations_total{event_type="order_placed",field="total",rule="min",otel_scope_name="x"} 2`, "warning",
			`otelanalytics_events_violations_total{event_type="order_placed",field="total",rule="min"}: 2`,
		},
		{"no violation", `events_violations_total{event_type="order_placed",field="total",rule="min"} 0`, "ok", "every field and value"},
		{"refused", `values_refused_total{metric="orders",reason="negative"} 1`, "warning", `otelanalytics_values_refused_total{metric="orders",reason="negative"}: 1`},
		{"a bound of the map", `attributes_overflow_total{metric="orders",attribute="country"} 9`, "ok", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
				for _, name := range []string{"events_accepted_total", "events_recovered_total", "events_stored_total", "events_deduplicated_total", "events_lost_total", "journal_pending", "journal_size_bytes", "journal_oldest_age_seconds", "clock_seconds", "start_seconds", "record_delay_seconds"} {
					fmt.Fprintf(w, "otelanalytics_%s 0\n", name)
				}
				fmt.Fprintf(w, "otelanalytics_%s\n", test.line)
			}))
			defer server.Close()
			r := examine(t, "--metrics", server.URL, "--skip", "configuration,map,errors")
			r.want("values", test.status, test.says)
		})
	}
}
