// SPDX-License-Identifier: Apache-2.0

package exporters

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/tests/exporters/servers"
)

// TestSecuredDelta sends over TLS, with a certificate that only the variable makes known, and deltas.
func TestSecuredDelta(t *testing.T) {
	certificate, key := selfSigned(t, t.TempDir())
	col := servers.StartCollector(t, servers.WithCollectorConfig(fmt.Sprintf(
		"receivers: {otlp: {protocols: {grpc: {tls: {cert_file: %s, key_file: %s}}, http: {tls: {cert_file: %[1]s, key_file: %[2]s}}}}}", certificate, key)))
	for _, protocol := range []string{"grpc", "http/protobuf"} {
		t.Run(protocol, func(t *testing.T) {
			endpoint := "https://" + col.GRPC()
			if protocol != "grpc" {
				endpoint = "https" + col.HTTP()[len("http"):]
			}
			environment(t, map[string]string{
				"OTEL_METRICS_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_PROTOCOL": protocol, "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
				"OTEL_EXPORTER_OTLP_CERTIFICATE": certificate, "OTEL_METRIC_EXPORT_INTERVAL": "100",
				"OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE":        "delta",
				"OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION": "base2_exponential_bucket_histogram",
				"OTEL_SERVICE_NAME": "shop over " + protocol,
			})
			s := open(t)
			s.sell(10)
			if err := s.tel.ForceFlush(t.Context()); err != nil {
				t.Fatal(err)
			}
			s.sell(10)
			col.AwaitMetrics(t, "deltas whose sum is 20, and exponential histograms", func(m pmetric.Metrics) bool {
				sum, exponential := int64(0), false
				for _, r := range m.ResourceMetrics().All() {
					if name, _ := r.Resource().Attributes().Get("service.name"); name.AsString() != "shop over "+protocol {
						continue
					}
					for _, scope := range r.ScopeMetrics().All() {
						for _, metric := range scope.Metrics().All() {
							switch {
							case metric.Name() == "orders" && metric.Sum().AggregationTemporality() == pmetric.AggregationTemporalityDelta:
								for _, p := range metric.Sum().DataPoints().All() {
									sum += p.IntValue()
								}
							case metric.Name() == "order_value":
								exponential = metric.Type() == pmetric.MetricTypeExponentialHistogram
							}
						}
					}
				}
				return sum == int64(s.orders) && exponential
			})
		})
	}
}

// TestHeaders reads what an OTLP request says beside its body.
func TestHeaders(t *testing.T) {
	var mu sync.Mutex
	var paths []string
	var wrong []http.Header
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		paths = append(paths, r.URL.Path)
		token := "Bearer all"
		if r.URL.Path == "/v1/logs" {
			token = "Bearer logs"
		}
		if r.Header.Get("Authorization") != token || r.Header.Get("Content-Encoding") != "gzip" {
			wrong = append(wrong, r.Header.Clone())
		}
	}))
	t.Cleanup(server.Close)
	environment(t, map[string]string{
		"OTEL_METRICS_EXPORTER": "otlp", "OTEL_LOGS_EXPORTER": "otlp", "OTEL_TRACES_EXPORTER": "otlp",
		"OTEL_EXPORTER_OTLP_ENDPOINT": server.URL, "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip",
		"OTEL_EXPORTER_OTLP_HEADERS": "authorization=Bearer%20all", "OTEL_EXPORTER_OTLP_LOGS_HEADERS": "authorization=Bearer%20logs",
	})
	s := open(t)
	s.sell(1)
	s.close()
	mu.Lock()
	defer mu.Unlock()
	slices.Sort(paths)
	if paths = slices.Compact(paths); !slices.Equal(paths, []string{"/v1/logs", "/v1/metrics", "/v1/traces"}) {
		t.Errorf("requests to %v", paths)
	}
	if len(wrong) > 0 {
		t.Errorf("headers are %v", wrong)
	}
}

// BenchmarkTrackCollectorDown tracks in turns with a collector that is there and with one that is not, all three signals
// exported, and reports the ratio of the medians.
func BenchmarkTrackCollectorDown(b *testing.B) {
	sink := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	b.Cleanup(sink.Close)
	at := func(endpoint string) *shop {
		for name, value := range map[string]string{
			"OTEL_METRICS_EXPORTER": "otlp", "OTEL_LOGS_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_TIMEOUT": "1000",
			"OTEL_METRIC_EXPORT_INTERVAL": "100", "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
		} {
			b.Setenv(name, value)
		}
		return openShop(b)
	}
	up, down := at(sink.URL), at("http://127.0.0.1:1")
	event := otelanalytics.Event{Type: "order_placed", Data: map[string]any{"channel": "web", "value": 1.5, "items": 3}}
	round := func(s *shop) float64 {
		const calls = 2_000
		began := time.Now()
		for range calls {
			if err := s.client.Track(b.Context(), event); err != nil {
				b.Fatal(err)
			}
		}
		return float64(time.Since(began).Nanoseconds()) / calls
	}
	var u, d []float64
	for b.Loop() {
		u, d = append(u, round(up)), append(d, round(down))
	}
	slices.Sort(u)
	slices.Sort(d)
	b.ReportMetric(u[len(u)/2], "ns-up")
	b.ReportMetric(d[len(d)/2], "ns-down")
	b.ReportMetric(d[len(d)/2]/u[len(u)/2], "ratio")
	b.ReportMetric(0, "ns/op")
}
