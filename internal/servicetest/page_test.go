// SPDX-License-Identifier: Apache-2.0

package servicetest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
)

// recorder is a test that may fail without failing this one.
type recorder struct{ said []string }

func (r *recorder) Helper() {}
func (r *recorder) Errorf(format string, args ...any) {
	r.said = append(r.said, fmt.Sprintf(format, args...))
}
func (r *recorder) Fatalf(format string, args ...any) { r.Errorf(format, args...); panic(r) }

// fatal runs f, and returns what it ended the test with.
func fatal(f func(servicetest.T)) (said string) {
	r := new(recorder)
	defer func() {
		if recover() != nil {
			said = strings.Join(r.said, "\n")
		}
	}()
	f(r)
	return ""
}

func page(status int, text string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(text))
	})
}

const shop = `# TYPE orders_total counter
orders_total{b="2",a="1"} 3
orders_total 4
# TYPE open gauge
open -2
# TYPE took_seconds histogram
took_seconds_bucket{le="0.5"} 1
took_seconds_bucket{le="+Inf"} 2
took_seconds_sum 1.5
took_seconds_count 2
`

func TestValues(t *testing.T) {
	server := httptest.NewServer(page(http.StatusOK, shop))
	defer server.Close()
	for name, p := range map[string]servicetest.Page{
		"read":   servicetest.Read(t, page(http.StatusOK, shop)),
		"scrape": servicetest.Scrape(t, server.URL),
	} {
		want := map[string]float64{
			`orders_total{a="1",b="2"}`: 3, "orders_total": 4, "open": -2,
			`took_seconds_bucket{le="0.5"}`: 1, `took_seconds_bucket{le="+Inf"}`: 2, "took_seconds_sum": 1.5, "took_seconds_count": 2,
		}
		if diff := cmp.Diff(want, p.Values("")); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
		if got := p.Values("op"); len(got) != 1 {
			t.Errorf("%s: under a prefix: %v", name, got)
		}
		if p.Sum("orders_total") != 7 || p.Sum("open") != -2 || p.Sum("absent") != 0 {
			t.Errorf("%s: the sums are %v, %v and %v", name, p.Sum("orders_total"), p.Sum("open"), p.Sum("absent"))
		}
	}
}

func TestNoPage(t *testing.T) {
	for name, h := range map[string]http.Handler{
		"status":     page(http.StatusInternalServerError, ""),
		"not a page": page(http.StatusOK, "<html>"),
	} {
		server := httptest.NewServer(h)
		if fatal(func(t servicetest.T) { servicetest.Read(t, h) }) == "" {
			t.Errorf("%s: read", name)
		}
		if fatal(func(t servicetest.T) { servicetest.Scrape(t, server.URL) }) == "" {
			t.Errorf("%s: scraped", name)
		}
		server.Close()
		if fatal(func(t servicetest.T) { servicetest.Scrape(t, server.URL) }) == "" {
			t.Errorf("%s: scraped from a server that is closed", name)
		}
	}
}

func TestBalanced(t *testing.T) {
	const balanced = `otelanalytics_events_accepted_total{event_type="a"} 5
otelanalytics_events_accepted_total{event_type="b"} 6
otelanalytics_events_recovered_total 4
otelanalytics_events_stored_total 8
otelanalytics_journal_pending 4
otelanalytics_events_quarantined_total{reason="x"} 2
otelanalytics_events_lost_total 1
otelanalytics_events_rejected_total 100
`
	for name, text := range map[string]string{"balanced": balanced, "nothing": ""} {
		r := new(recorder)
		if servicetest.Read(t, page(http.StatusOK, text)).Balanced(r); len(r.said) > 0 {
			t.Errorf("%s: %s", name, r.said)
		}
	}
	for line := range strings.Lines(balanced) {
		if strings.Contains(line, "rejected") {
			continue
		}
		r := new(recorder)
		if servicetest.Read(t, page(http.StatusOK, strings.Replace(balanced, line, "", 1))).Balanced(r); len(r.said) != 1 {
			t.Errorf("without %s: %q", line, r.said)
		}
	}
}

func TestWantLines(t *testing.T) {
	r := new(recorder)
	servicetest.WantLines(r, page(http.StatusOK, shop), "orders_total 4", `orders_total{b="2",a="1"} 3`)
	if len(r.said) > 0 {
		t.Error(r.said)
	}
	servicetest.WantLines(r, page(http.StatusOK, shop), `orders_total{c="3"} 4`, "open -2.0")
	want := []string{
		"not on the page: orders_total{c=\"3\"} 4\norders_total{b=\"2\",a=\"1\"} 3\norders_total 4\n",
		"not on the page: open -2.0\nopen -2\n",
	}
	if diff := cmp.Diff(want, r.said); diff != "" {
		t.Error(diff)
	}
}
