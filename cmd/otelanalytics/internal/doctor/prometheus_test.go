// SPDX-License-Identifier: Apache-2.0

package doctor_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// recorded is Prometheus' API as a server of version 3 answered it, with the page's address, and a test's numbers, in place
// of those that it had. The real one is asked in module tests/exporters.
type recorded struct {
	*httptest.Server
	targets, info string
	names         []string // that it has of the page
	accepted      float64
}

func newPrometheus(t *testing.T, s *service, scraped time.Time) *recorded {
	t.Helper()
	host := strings.TrimPrefix(s.server.URL, "http://")
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join("testdata", "prometheus", name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		return strings.NewReplacer("HOST", host, "SCRAPED", scraped.UTC().Format(time.RFC3339Nano)).Replace(string(text))
	}
	p := &recorded{targets: read("targets"), info: read("info"), accepted: 5, names: []string{
		"otelanalytics_clock_seconds", "otelanalytics_start_seconds", "otelanalytics_record_delay_seconds",
		"otelanalytics_events_accepted_total", "otelanalytics_events_recovered_total", "otelanalytics_events_stored_total", "otelanalytics_events_deduplicated_total", "otelanalytics_events_lost_total",
		"otelanalytics_journal_pending", "otelanalytics_journal_size_bytes", "otelanalytics_journal_oldest_age_seconds",
		"orders_total", "open_orders", "order_value_EUR_bucket", "order_value_EUR_count", "order_value_EUR_sum",
	}}
	build := read("buildinfo")
	vector := func(format string, args ...any) string {
		return fmt.Sprintf(`{"status":"success","data":{"resultType":"vector","result":[%s]}}`, fmt.Sprintf(format, args...))
	}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		query := r.URL.Query().Get("query")
		switch {
		case r.URL.Path == "/api/v1/status/buildinfo":
			fmt.Fprint(w, build)
		case r.URL.Path == "/api/v1/targets" && r.URL.Query().Get("state") == "active":
			fmt.Fprint(w, p.targets)
		case query == `target_info{service_instance_id="i-1"}`:
			fmt.Fprint(w, p.info)
		case query == fmt.Sprintf(`count by (__name__) ({job="shop",instance=%q})`, host):
			var all []string
			for _, name := range p.names {
				all = append(all, fmt.Sprintf(`{"metric":{"__name__":%q},"value":[1795668261.164,"1"]}`, name))
			}
			fmt.Fprint(w, vector("%s", strings.Join(all, ",")))
		case query == fmt.Sprintf(`sum({__name__="otelanalytics_events_accepted_total",job="shop",instance=%q})`, host):
			fmt.Fprint(w, vector(`{"metric":{},"value":[1795668261.164,"%v"]}`, p.accepted))
		default:
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprintf(w, `{"status":"error","errorType":"bad_data","error":"the test does not know %s"}`, strings.ReplaceAll(query, `"`, `'`))
		}
	}))
	t.Cleanup(p.Close)
	return p
}

func TestPrometheus(t *testing.T) {
	s := newService(t)
	s.sell(5)
	long := time.Now().Add(-10 * time.Minute)
	soon := time.Now().Add(time.Minute) // scraped after the page is read
	for _, test := range []struct {
		name    string
		scraped time.Time
		change  func(*recorded)
		check   string
		status  string
		texts   []string
	}{
		{"down", soon, func(p *recorded) {
			p.targets = strings.Replace(strings.Replace(p.targets, `"lastError":""`, `"lastError":"connect: connection refused"`, 1), `"up"`, `"down"`, 1)
		}, "prometheus_target", "failed", []string{"down", "connect: connection refused", "Prometheus cannot: let the service listen"}},
		{"not scraped", soon, func(p *recorded) {
			p.targets = strings.ReplaceAll(p.targets, "shop", "other")
			p.targets = strings.ReplaceAll(p.targets, "/metrics", "/elsewhere")
		}, "prometheus_target", "failed", []string{"Prometheus scrapes 2 targets, and this page is not one of them", "- job_name: shop\n  metrics_path: /metrics"}},
		{"by another address", soon, func(p *recorded) {
			p.targets = strings.Replace(p.targets, "scrapeUrl\":\"http://127.0.0.1", "scrapeUrl\":\"http://10.0.0.7", 1)
		}, "prometheus_target", "ok", []string{"http://10.0.0.7:"}},
		{"as localhost", soon, func(p *recorded) {
			p.targets = strings.Replace(p.targets, "scrapeUrl\":\"http://127.0.0.1", "scrapeUrl\":\"http://localhost", 1)
			p.info = `{"status":"success","data":{"resultType":"vector","result":[]}}`
		}, "prometheus_target", "ok", []string{"http://localhost:"}},
		{"not scraped lately", long, func(*recorded) {}, "prometheus_target", "failed", []string{"the last scrape was 10m", "with an interval of 15s"}},
		{"not scraped yet", soon, func(p *recorded) { p.targets = strings.Replace(p.targets, `"up"`, `"unknown"`, 1) }, "prometheus_target", "warning", []string{"not scraped yet"}},
		{"twice", soon, func(p *recorded) {
			p.targets = strings.ReplaceAll(p.targets, `"instance":"127.0.0.1:1","job":"node"`, `"instance":"127.0.0.1:8000","job":"alone"`)
			p.info = strings.Replace(p.info, `"result":[`, `"result":[{"metric":{"instance":"127.0.0.1:8000","job":"alone"},"value":[1,"1"]},`, 1)
		}, "prometheus_once", "warning", []string{"2 targets for the same process", `job "alone"`}},
		{"dropped", soon, func(p *recorded) { p.names = p.names[:11] }, "prometheus_values", "failed", []string{"3 metrics of the page are not in Prometheus", "orders_total", "metric_relabel_configs"}},
		{"dropped, or not yet scraped", time.Now(), func(p *recorded) { p.names = p.names[:11] }, "prometheus_values", "warning", []string{"run this again after a scrape interval (15s)"}},
		{"more than on the page", soon, func(p *recorded) { p.accepted = 6 }, "prometheus_values", "failed", []string{"6 in Prometheus and 5 on the page"}},
		{"less than on the page", soon, func(p *recorded) { p.accepted = 4 }, "prometheus_values", "failed", []string{"4 in Prometheus, and was 5"}},
		{"less, and scraped before", time.Now(), func(p *recorded) { p.accepted = 4 }, "prometheus_values", "ok", []string{"4 accepted events, 5 on the page"}},
		{"gone", soon, func(p *recorded) { p.Close() }, "prometheus", "failed", []string{"nothing listens on", "start Prometheus"}},
		{"no Prometheus", soon, func(p *recorded) { p.Config.Handler = http.NotFoundHandler() }, "prometheus", "failed", []string{"has no page /api/v1/status/buildinfo"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := newPrometheus(t, s, test.scraped)
			test.change(p)
			r := s.examine("--prometheus", p.URL, "--skip", "mongodb,data_directory")
			r.want(test.check, test.status, test.texts...)
			if want := map[bool]int{true: 1, false: 0}[test.status == "failed"]; r.code != want {
				t.Errorf("exit code %d, want %d\n%s", r.code, want, r.out)
			}
		})
	}
}
