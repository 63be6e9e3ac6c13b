// SPDX-License-Identifier: Apache-2.0

package telemetry_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"go.opentelemetry.io/otel"
	"go.uber.org/goleak"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/telemetry"
)

const visits = `
version: 1
metrics:
  visits: {instrument: counter, attributes: {page: {values: [home, cart]}}}
  latency: {instrument: exponential_histogram, unit: s}
events:
  visited: {record: [{metric: visits}, {metric: latency, value: seconds}]}
`

// clear unsets the variables that this machine may have.
func clear(t *testing.T) {
	t.Helper()
	for _, entry := range os.Environ() {
		if name, value, _ := strings.Cut(entry, "="); strings.HasPrefix(name, "OTEL_") || strings.HasPrefix(name, "OTELANALYTICS_PROMETHEUS_") {
			t.Setenv(name, value) // restores it
			if err := os.Unsetenv(name); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// environment sets variables, and no others.
func environment(t *testing.T, variables map[string]string) {
	t.Helper()
	clear(t)
	for name, value := range variables {
		t.Setenv(name, value)
	}
}

// setup sets everything up, has a client track three visits, and returns what shuts down in order.
func setup(t *testing.T, options ...telemetry.Option) (*telemetry.SDK, func()) {
	t.Helper()
	m, err := eventmap.Parse([]byte(visits))
	if err != nil {
		t.Fatal(err)
	}
	tel, err := telemetry.Setup(t.Context(), append([]telemetry.Option{telemetry.WithEventMap(m), telemetry.WithServiceName("shop")}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	client, err := otelanalytics.New(m, otelanalytics.WithMeterProvider(tel.MeterProvider()),
		otelanalytics.WithLoggerProvider(tel.LoggerProvider()), otelanalytics.WithResource(tel.Resource()))
	if err != nil {
		t.Fatal(err)
	}
	ctx, span := tel.TracerProvider().Tracer("test").Start(t.Context(), "visit")
	for range 3 {
		if err := client.Track(ctx, otelanalytics.Event{Type: "visited", Data: map[string]any{"page": "home", "seconds": 0.5}}); err != nil {
			t.Fatal(err)
		}
	}
	span.End()
	return tel, func() {
		t.Helper()
		if err := client.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
		if err := tel.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
		if err := tel.Shutdown(context.Background()); err != nil {
			t.Errorf("a second shutdown: %v", err)
		}
	}
}

func page(t *testing.T, h http.Handler) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	return w.Code, w.Body.String()
}

const visited = `visits_total{page="home"} 3`

func TestNothingSet(t *testing.T) {
	defer goleak.VerifyNone(t)
	clear(t)
	tel, end := setup(t)
	defer end()
	if status, text := page(t, tel.MetricsHandler()); status != http.StatusOK || !strings.Contains(text, visited) || !strings.Contains(text, `service_name="shop"`) {
		t.Errorf("status %d:\n%s", status, text)
	}
	if tel.MetricsAddr() != nil {
		t.Errorf("a server listens on %v", tel.MetricsAddr())
	}
}

// TestServer has the standalone server where the program and where the environment says, over TLS or not.
func TestServer(t *testing.T) {
	fetch := func(t *testing.T, url string) string {
		t.Helper()
		client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		resp, err := client.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.Status + "\n" + string(text)
	}
	t.Run("the program's", func(t *testing.T) {
		defer goleak.VerifyNone(t)
		clear(t)
		tel, end := setup(t, telemetry.WithMetricsServer("127.0.0.1:0"))
		defer end()
		if text := fetch(t, "http://"+tel.MetricsAddr().String()+"/metrics"); !strings.Contains(text, visited) {
			t.Error(text)
		}
	})
	t.Run("the environment's", func(t *testing.T) {
		defer goleak.VerifyNone(t)
		environment(t, map[string]string{
			"OTEL_METRICS_EXPORTER": "prometheus", "OTEL_EXPORTER_PROMETHEUS_HOST": "127.0.0.1", "OTEL_EXPORTER_PROMETHEUS_PORT": "0",
			"OTELANALYTICS_PROMETHEUS_NAMESPACE": "acme", "OTELANALYTICS_PROMETHEUS_RESOURCE_LABELS": "service.name", "OTELANALYTICS_PROMETHEUS_TARGET_INFO": "false",
		})
		tel, end := setup(t, telemetry.WithMetricsServer("127.0.0.2:1"))
		defer end()
		text := fetch(t, "http://"+tel.MetricsAddr().String()+"/metrics")
		if !strings.Contains(text, `acme_visits_total{page="home",service_name="shop"} 3`) || strings.Contains(text, "target_info") {
			t.Error(text)
		}
	})
	t.Run("with basic authentication", func(t *testing.T) {
		clear(t)
		file := filepath.Join(t.TempDir(), "web.yaml")
		if err := os.WriteFile(file, []byte("basic_auth_users:\n  ops: $2a$04$wxP6XdXbDTn3LAkkAxBQvuA8MPf9nrkj7VhOlRYAJAF4zk5XCVUz.\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		t.Setenv("OTELANALYTICS_PROMETHEUS_WEB_CONFIG", file)
		tel, end := setup(t, telemetry.WithMetricsServer("127.0.0.1:0"))
		defer end()
		if text := fetch(t, "http://"+tel.MetricsAddr().String()+"/metrics"); !strings.HasPrefix(text, "401") || strings.Contains(text, "visits") {
			t.Error(text)
		}
	})
	t.Run("with a web configuration and no address", func(t *testing.T) {
		defer goleak.VerifyNone(t)
		clear(t)
		file := filepath.Join(t.TempDir(), "web.yaml")
		if err := os.WriteFile(file, []byte("basic_auth_users: {}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		t.Setenv("OTELANALYTICS_PROMETHEUS_WEB_CONFIG", file)
		if _, err := telemetry.Setup(t.Context()); err == nil || !strings.Contains(err.Error(), "set OTEL_EXPORTER_PROMETHEUS_HOST") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("where another listens", func(t *testing.T) {
		defer goleak.VerifyNone(t)
		clear(t)
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		for _, signal := range []string{"METRICS", "LOGS", "TRACES"} { // all of them begin before the server does
			t.Setenv("OTEL_"+signal+"_EXPORTER", "otlp,console")
			t.Setenv("OTEL_EXPORTER_OTLP_"+signal+"_PROTOCOL", "grpc")
		}
		t.Setenv("OTEL_METRICS_EXPORTER", "otlp,console,prometheus")
		if _, err := telemetry.Setup(t.Context(), telemetry.WithMetricsServer(l.Addr().String()), telemetry.WithStdout(io.Discard)); err == nil || !strings.Contains(err.Error(), "OTEL_EXPORTER_PROMETHEUS_PORT") && !strings.Contains(err.Error(), "in use") {
			t.Errorf("got %v", err)
		}
	})
}

// TestConsole reads what the console has of all three signals.
func TestConsole(t *testing.T) {
	defer goleak.VerifyNone(t)
	for _, name := range []string{"console", "stdout"} {
		environment(t, map[string]string{"OTEL_METRICS_EXPORTER": name, "OTEL_LOGS_EXPORTER": name, "OTEL_TRACES_EXPORTER": name})
		var out synced
		tel, end := setup(t, telemetry.WithStdout(&out))
		if status, text := page(t, tel.MetricsHandler()); status != http.StatusNotFound || !strings.Contains(text, "OTEL_METRICS_EXPORTER") {
			t.Errorf("status %d: %s", status, text)
		}
		end()
		var metrics, spans, logs int
		for d := json.NewDecoder(strings.NewReader(out.String())); d.More(); {
			var object struct {
				ScopeMetrics []struct {
					Metrics []struct {
						Name string
						Data struct{ DataPoints []struct{ Value any } }
					}
				}
				EventName   string
				Name        string
				SpanContext struct{ SpanID string }
			}
			if err := d.Decode(&object); err != nil {
				t.Fatal(err)
			}
			switch {
			case object.EventName == "visited":
				logs++
			case object.Name == "visit" && object.SpanContext.SpanID != "":
				spans++
			}
			for _, s := range object.ScopeMetrics {
				for _, m := range s.Metrics {
					if m.Name != "visits" {
						continue
					}
					for _, p := range m.Data.DataPoints {
						if p.Value == 3.0 {
							metrics++
						}
					}
				}
			}
		}
		if metrics != 1 || spans != 1 || logs != 3 {
			t.Errorf("%s: %d series of 3 visits, %d spans, %d events:\n%s", name, metrics, spans, logs, out.String())
		}
	}
}

// synced is a buffer for several goroutines.
type synced struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *synced) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *synced) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// TestNothingExported has the environment switch everything off.
func TestNothingExported(t *testing.T) {
	defer goleak.VerifyNone(t)
	for _, variables := range []map[string]string{
		{"OTEL_METRICS_EXPORTER": "none"},
		{"OTEL_SDK_DISABLED": "true", "OTEL_METRICS_EXPORTER": "otlp", "OTEL_EXPORTER_PROMETHEUS_PORT": "0"},
	} {
		environment(t, variables)
		tel, end := setup(t, telemetry.WithMetricsServer("127.0.0.1:0"))
		isShop(t, tel)
		if status, _ := page(t, tel.MetricsHandler()); status != http.StatusNotFound || tel.MetricsAddr() != nil {
			t.Errorf("%v: status %d, server on %v", variables, status, tel.MetricsAddr())
		}
		end()
	}
}

// isShop looks for what documents say of the service.
func isShop(t *testing.T, tel *telemetry.SDK) {
	t.Helper()
	name, _ := tel.Resource().Set().Value("service.name")
	if instance, _ := tel.Resource().Set().Value("service.instance.id"); name.AsString() != "shop" || len(instance.AsString()) != 36 {
		t.Errorf("the resource is %v", tel.Resource())
	}
}

// TestMistakes has the environment wrong in every way; what is right is in the error, secrets are not.
func TestMistakes(t *testing.T) {
	defer goleak.VerifyNone(t)
	directory := t.TempDir()
	junk := filepath.Join(directory, "junk.pem")
	if err := os.WriteFile(junk, []byte("junk"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, value, want string }{
		{"OTEL_SDK_DISABLED", "yes", "known: true, false"},
		{"OTEL_METRICS_EXPORTER", "promethues", "otlp, prometheus, console, stdout, none"},
		{"OTEL_METRICS_EXPORTER", "otlp,none", "none stands alone"},
		{"OTEL_METRICS_EXPORTER", "otlp,otlp", "twice"},
		{"OTEL_LOGS_EXPORTER", "prometheus", "otlp, console, stdout, none"},
		{"OTEL_TRACES_EXPORTER", "zipkin", "otlp, console, stdout, none"},
		{"OTEL_PROPAGATORS", "b3", "tracecontext, baggage, none"},
		{"OTEL_EXPORTER_OTLP_PROTOCOL", "http/json", "grpc, http/protobuf"},
		{"OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "http", "grpc, http/protobuf"},
		{"OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4317", "http://localhost:4317"},
		{"OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318/?api-key=se-cret", "begins with neither"},
		{"OTEL_EXPORTER_OTLP_ENDPOINT", "ftp://u:se-cret@h", "begins with neither"},
		{"OTEL_EXPORTER_OTLP_ENDPOINT", "https://u:se-cret@h", "put credentials into headers"},
		{"OTEL_EXPORTER_OTLP_ENDPOINT", "https://h/?key=se-cret", "put credentials into headers"},
		{"OTEL_EXPORTER_OTLP_ENDPOINT", "http:///path", "names no host"},
		{"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://se-cret\x7f", "http://localhost:4318"},
		{"OTEL_EXPORTER_OTLP_HEADERS", "se-cret", "name=value"},
		{"OTEL_EXPORTER_OTLP_HEADERS", "a=1,se-cret se-cret=x", "pair 2"},
		{"OTEL_EXPORTER_OTLP_LOGS_HEADERS", "authorization=Bearer%2Xse-cret", "percent-encoded"},
		{"OTEL_EXPORTER_OTLP_COMPRESSION", "zstd", "gzip, none"},
		{"OTEL_EXPORTER_OTLP_TIMEOUT", "10s", "milliseconds"},
		{"OTEL_EXPORTER_OTLP_INSECURE", "1", "known: true, false"},
		{"OTEL_EXPORTER_OTLP_CERTIFICATE", filepath.Join(directory, "none.pem"), "no such file"},
		{"OTEL_EXPORTER_OTLP_CERTIFICATE", junk, "no certificate in PEM form"},
		{"OTEL_EXPORTER_OTLP_CLIENT_KEY", junk, "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE"},
		{"OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "Delta", "cumulative, delta, lowmemory"},
		{"OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION", "exponential", "base2_exponential_bucket_histogram"},
		{"OTEL_METRIC_EXPORT_INTERVAL", "0", "milliseconds"},
		{"OTEL_METRIC_EXPORT_TIMEOUT", "-1", "milliseconds"},
		{"OTEL_METRICS_EXEMPLAR_FILTER", "on", "trace_based, always_on, always_off"},
		{"OTEL_METRIC_EXPORT_INTERVAL", " 5000 ", "milliseconds"},
		{"OTEL_RESOURCE_ATTRIBUTES", "service.version", "key=value"},
		{"OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", "5000", "more than the 2048 of OTEL_BLRP_MAX_QUEUE_SIZE"},
		{"OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", "abc", "whole number"},
		{"OTELANALYTICS_PROMETHEUS_RESOURCE_LABELS", "a,,b", "empty item"},
		{"OTEL_BLRP_SCHEDULE_DELAY", "1s", "milliseconds"},
		{"OTEL_BSP_MAX_QUEUE_SIZE", "0", "whole number"},
		{"OTEL_TRACES_SAMPLER", "ratio", "parentbased_traceidratio"},
		{"OTEL_EXPORTER_PROMETHEUS_PORT", "http", "from 0 to 65535"},
		{"OTELANALYTICS_PROMETHEUS_NAMESPACE", "9lives", "not begin with a digit"},
		{"OTELANALYTICS_PROMETHEUS_TARGET_INFO", "off", "known: true, false"},
		{"OTELANALYTICS_PROMETHEUS_WEB_CONFIG", junk, "exporter-toolkit"},
		{"OTEL_CONFIG_FILE", filepath.Join(directory, "none.yaml"), "no such file"},
	} {
		variables := map[string]string{"OTEL_LOGS_EXPORTER": "otlp", "OTEL_METRICS_EXPORTER": "otlp,prometheus", "OTEL_TRACES_EXPORTER": "otlp"}
		variables[test.name] = test.value
		environment(t, variables)
		tel, err := telemetry.Setup(t.Context())
		if err == nil || tel != nil {
			t.Errorf("%s=%s is accepted", test.name, test.value)
			continue
		}
		if text := err.Error(); !strings.Contains(text, test.name) || !strings.Contains(text, test.want) || strings.Contains(text, "se-cret") {
			t.Errorf("%s=%s: %v", test.name, test.value, err)
		}
	}
	environment(t, map[string]string{"OTEL_METRICS_EXPORTER": "otlp", "OTEL_LOGS_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_PROTOCOL": "x"})
	if _, err := telemetry.Setup(t.Context()); err == nil || strings.Count(err.Error(), "OTEL_EXPORTER_OTLP_PROTOCOL") != 1 {
		t.Errorf("one mistake: %v", err)
	}
	environment(t, map[string]string{"OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "2", "OTEL_LOGS_EXPORTER": "x"})
	if _, err := telemetry.Setup(t.Context()); err == nil || !strings.Contains(err.Error(), "OTEL_TRACES_SAMPLER_ARG") || !strings.Contains(err.Error(), "OTEL_LOGS_EXPORTER") {
		t.Errorf("not both mistakes are in it: %v", err)
	}
}

// TestNobodyListens has OTLP go where nobody is: everything goes on, and a minute has one record for each signal, without
// the secrets of headers.
func TestNobodyListens(t *testing.T) {
	for _, protocol := range []string{"grpc", "http/protobuf"} {
		environment(t, map[string]string{
			"OTEL_METRICS_EXPORTER": "otlp,prometheus", "OTEL_LOGS_EXPORTER": "otlp", "OTEL_TRACES_EXPORTER": "otlp",
			"OTEL_EXPORTER_OTLP_PROTOCOL": protocol, "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_EXPORTER_OTLP_TIMEOUT": "50",
			"OTEL_EXPORTER_OTLP_HEADERS": "authorization=Bearer%20opensesame", "OTEL_METRIC_EXPORT_INTERVAL": "20", "OTEL_BSP_SCHEDULE_DELAY": "20", "OTEL_BLRP_SCHEDULE_DELAY": "20",
		})
		var log synced
		tel, _ := setup(t, telemetry.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
		if _, text := page(t, tel.MetricsHandler()); !strings.Contains(text, visited) {
			t.Errorf("the page while OTLP fails:\n%s", text)
		}
		ctx, cancel := context.WithCancel(t.Context())
		for range 20 {
			_ = tel.ForceFlush(ctx) // its error is the exporter's
		}
		for strings.Count(log.String(), "\n") == 0 {
			otel.Handle(tel.ForceFlush(ctx))
		}
		cancel()
		_ = tel.Shutdown(ctx)
		text := log.String()
		if n := strings.Count(text, "\n"); n > 8 {
			t.Errorf("%d records:\n%s", n, text)
		}
		if strings.Contains(text, "sesame") {
			t.Errorf("a secret is in the log:\n%s", text)
		}
	}
}
