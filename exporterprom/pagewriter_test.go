// SPDX-License-Identifier: Apache-2.0

package exporterprom_test

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	dto "github.com/prometheus/client_model/go"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/exemplar"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/protobuf/proto"

	"github.com/otelanalytics/otelanalytics-go/exporterprom"
)

// TestAnswersArePromhttps compares answers, with their status and header, with those of promhttp's handler for the same page,
// from scrape to scrape.
func TestAnswersArePromhttps(t *testing.T) {
	for _, created := range []bool{false, true} {
		options := []exporterprom.Option{exporterprom.WithGatherer(mixed(t)), exporterprom.WithoutRuntimeMetrics()}
		if created {
			options = append(options, exporterprom.WithCreatedLines())
		}
		prom, err := exporterprom.New(options...)
		if err != nil {
			t.Fatal(err)
		}
		theirs := promhttp.HandlerFor(prom.Gatherer(), promhttp.HandlerOpts{EnableOpenMetrics: true, EnableOpenMetricsTextCreatedSamples: created})
		meter := sdkmetric.NewMeterProvider(sdkmetric.WithReader(prom.Reader()), sdkmetric.WithExemplarFilter(exemplar.TraceBasedFilter)).Meter("test")
		things, err := meter.Float64Counter("things")
		if err != nil {
			t.Fatal(err)
		}
		latency, err := meter.Float64Histogram("latency", metric.WithUnit("s"))
		if err != nil {
			t.Fatal(err)
		}
		sampled := trace.ContextWithSpanContext(t.Context(), trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: trace.FlagsSampled}))
		record := func(i int) {
			set := metric.WithAttributes(attribute.Int("n", i), attribute.String("text", "a \"b\"\n"))
			things.Add(sampled, float64(i)*1e5+.5, set)
			latency.Record(sampled, float64(i), set)
		}
		all := func() {
			for i := range 30 {
				record(i)
			}
		}
		for _, change := range []struct {
			name string
			do   func()
		}{{"first", all}, {"none", func() {}}, {"one", func() { record(7) }}, {"all", all}, {"a new one", func() { record(31) }}} {
			change.do()
			for _, r := range requests() {
				t.Run(fmt.Sprintf("created lines %t, %s changed, %s", created, change.name, r.name), func(t *testing.T) {
					if diff := cmp.Diff(answered(t, theirs, r), answered(t, prom.Handler(), r)); diff != "" {
						t.Errorf("(-promhttp +ours)\n%s", diff)
					}
				})
			}
		}
	}
}

// mixed has metrics that only expfmt can write, and some that sort between ours.
func mixed(t *testing.T) prometheus.Gatherer {
	t.Helper()
	registry := prometheus.NewRegistry()
	summary := prometheus.NewSummary(prometheus.SummaryOpts{Name: "size", Help: "Size.", Objectives: map[float64]float64{.5: .05}})
	dotted := prometheus.NewGauge(prometheus.GaugeOpts{Name: "rooms.open"})
	registry.MustRegister(summary, dotted, prometheus.NewGauge(prometheus.GaugeOpts{Name: "zeal"}))
	summary.Observe(3)
	return registry
}

type request struct{ name, accept, encoding, query string }

func requests() []request {
	var all []request
	for _, accept := range []string{
		"", "text/plain", "text/plain;version=0.0.4;escaping=allow-utf-8", "text/plain;version=0.0.4;escaping=dots", "text/plain;escaping=values",
		"application/openmetrics-text;version=1.0.0;escaping=underscores", "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8",
		"application/openmetrics-text", "application/openmetrics-text;version=2.0.0,text/plain;q=0.5", "*/*", "image/png", "text/plain;escaping=unheard",
		"application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
	} {
		for _, encoding := range []string{"", "gzip", "identity", "gzip, deflate"} {
			all = append(all, request{accept: accept, encoding: encoding})
		}
	}
	for _, query := range []url.Values{{"name[]": {"things_total"}}, {"name[]": {"size", "latency_seconds"}}, {"name[]": {"rooms.open"}}, {"name[]": {"none"}}, {"name": {"size"}}} {
		all = append(all, request{query: query.Encode()}, request{query: query.Encode(), accept: "application/openmetrics-text;version=1.0.0"})
	}
	for i, r := range all {
		all[i].name = fmt.Sprintf("accept %q, encoding %q, query %q", r.accept, r.encoding, r.query)
	}
	return all
}

type reply struct {
	Status int
	Header http.Header
	Body   string
}

func answered(t *testing.T, h http.Handler, r request) reply {
	t.Helper()
	to := httptest.NewRequest(http.MethodGet, "/metrics?"+r.query, nil)
	for key, value := range map[string]string{"Accept": r.accept, "Accept-Encoding": r.encoding} {
		if value != "" {
			to.Header.Set(key, value)
		}
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, to)
	body := w.Body.Bytes()
	if w.Header().Get("Content-Encoding") == "gzip" {
		body = unpacked(t, w.Body)
	}
	return reply{w.Code, w.Header(), string(body)}
}

// TestErrorsAreCounted: what promhttp logs and counts is logged and counted, and the rest of the page is there.
func TestErrorsAreCounted(t *testing.T) {
	for _, c := range []struct {
		name, cause, logged string
		gives               gives
	}{
		{"gathering", "gathering", "no answer", gives{err: errors.New("no answer")}},
		{"encoding", "encoding", "does not support float histogram", gives{families: []*dto.MetricFamily{{
			Name: proto.String("odd"), Type: dto.MetricType_HISTOGRAM.Enum(), Metric: []*dto.Metric{{Histogram: &dto.Histogram{SampleCountFloat: proto.Float64(1.5)}}},
		}}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := &gives{}
			var log strings.Builder
			prom, things := counted(t, exporterprom.WithGatherer(g), exporterprom.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
			things.Add(t.Context(), 1)
			*g = c.gives
			for scrape := range 2 {
				w := asked(prom.Handler(), "application/openmetrics-text;version=1.0.0", "")
				page, _ := io.ReadAll(w.Body)
				for _, want := range []string{"things_total 2.0\n", fmt.Sprintf("promhttp_metric_handler_errors_total{cause=%q} %d.0\n", c.cause, scrape)} {
					if w.Code != http.StatusOK || strings.Count(string(page), want) != 1 {
						t.Errorf("scrape %d has the status %d and lacks %s:\n%s", scrape, w.Code, want, page)
					}
				}
			}
			if got := strings.Count(log.String(), c.logged); got != 2 {
				t.Errorf("%d lines with %q, want 2:\n%s", got, c.logged, log.String())
			}
		})
	}
}

// gives is a gatherer with these families.
type gives struct {
	families []*dto.MetricFamily
	err      error
}

func (g *gives) Gather() ([]*dto.MetricFamily, error) { return g.families, g.err }
