// SPDX-License-Identifier: Apache-2.0

package telemetry_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"

	"github.com/otelanalytics/otelanalytics-go/telemetry"
)

// file writes a declarative configuration and has the environment name it.
func file(t *testing.T, text string) string {
	t.Helper()
	clear(t)
	name := filepath.Join(t.TempDir(), "otel.yaml")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("OTEL_CONFIG_FILE", name)
	return name
}

func TestConfigFilePrometheus(t *testing.T) {
	defer goleak.VerifyNone(t)
	for _, test := range []struct {
		name, exporter string
		has, hasNot    []string
	}{
		{
			"defaults of the specification", "{host: 127.0.0.1, port: 0}",
			[]string{`visits_total{otel_scope_name="`, "} 3\n", `target_info{`, `service_name="from the file"`},
			[]string{`visits_total{page`},
		},
		{
			"other values", `{host: 127.0.0.1, port: 0, without_scope_info: true, without_target_info: true, translation_strategy: underscore_escaping_with_suffixes, with_resource_constant_labels: {included: ["service.*"], excluded: [service.version, "*.instance.id"]}}`,
			[]string{`visits_total{page="home",service_name="from the file"} 3`},
			[]string{"target_info", "otel_scope_", "service_version"},
		},
		{
			"classic names", `{host: 127.0.0.1, port: 0, without_scope_info: true, translation_strategy: underscore_escaping_without_suffixes/development}`,
			[]string{`visits{page="home"} 3`},
			[]string{"visits_total"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			name := file(t, `
file_format: "1.0"
resource:
  attributes:
    - {name: service.name, value: from the file}
    - {name: service.version, value: "7"}
meter_provider:
  readers:
    - pull:
        exporter:
          prometheus/development: `+test.exporter+`
`)
			t.Setenv("OTEL_METRICS_EXPORTER", "nonsense") // the file stands in for all other variables
			tel, end := setup(t)
			defer end()
			if os.Getenv("OTEL_CONFIG_FILE") != name {
				t.Error("OTEL_CONFIG_FILE is not what it was")
			}
			if tel.MetricsAddr() == nil {
				t.Error("no server listens")
			}
			if instance, _ := tel.Resource().Set().Value("service.instance.id"); len(instance.AsString()) != 36 {
				t.Errorf("no instance: %v", tel.Resource())
			}
			if v, _ := tel.Resource().Set().Value("service.version"); v.AsString() != "7" {
				t.Errorf("resource: %v", tel.Resource())
			}
			status, text := page(t, tel.MetricsHandler())
			if status != http.StatusOK {
				t.Errorf("status %d", status)
			}
			for _, s := range test.has {
				if !strings.Contains(text, s) {
					t.Errorf("%q is not on the page:\n%s", s, text)
				}
			}
			for _, s := range test.hasNot {
				if strings.Contains(text, s) {
					t.Errorf("%q is on the page:\n%s", s, text)
				}
			}
		})
	}
}

// TestConfigFileAlone has variables that mean another endpoint: their headers are not for the one in the file.
func TestConfigFileAlone(t *testing.T) {
	var sent atomic.Pointer[http.Header]
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { h := r.Header.Clone(); sent.Store(&h) }))
	t.Cleanup(server.Close)
	file(t, "file_format: \"1.0\"\nmeter_provider: {readers: [{periodic: {exporter: {otlp_http: {endpoint: \""+server.URL+"/v1/metrics\"}}}}]}\n")
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "authorization=for-another")
	t.Setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip")
	tel, end := setup(t)
	if err := tel.ForceFlush(t.Context()); err != nil {
		t.Error(err)
	}
	end()
	if h := sent.Load(); h == nil || h.Get("Authorization") != "" || h.Get("Content-Encoding") != "" {
		t.Errorf("sent with %v", h)
	}
	if os.Getenv("OTEL_EXPORTER_OTLP_HEADERS") != "authorization=for-another" {
		t.Error("the environment is not what it was")
	}
}

// TestConfigFileSignals has a push reader, logs and traces in the file; console's writer is otelconf's own, so that the
// providers alone are looked at.
func TestConfigFileSignals(t *testing.T) {
	file(t, `
file_format: "1.0"
propagator: {composite_list: tracecontext}
meter_provider: {readers: [{periodic: {exporter: {otlp_http: {endpoint: "http://127.0.0.1:1/v1/metrics"}}}}]}
logger_provider: {processors: [{batch: {exporter: {otlp_http: {endpoint: "http://127.0.0.1:1/v1/logs"}}}}]}
tracer_provider: {processors: [{batch: {exporter: {otlp_http: {endpoint: "http://127.0.0.1:1/v1/traces"}}}}]}
`)
	tel, err := telemetry.Setup(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, span := tel.TracerProvider().Tracer("").Start(t.Context(), "x"); !span.IsRecording() {
		t.Error("spans are not recorded")
	}
	if fields := tel.Propagator().Fields(); len(fields) == 0 {
		t.Error("nothing is propagated")
	}
	if status, _ := page(t, tel.MetricsHandler()); status != http.StatusNotFound {
		t.Errorf("a page without a Prometheus reader: status %d", status)
	}
	if tel.Shutdown(t.Context()) == nil {
		t.Error("spans that nobody took are not an error of Shutdown")
	}
}

func TestConfigFileDisabled(t *testing.T) {
	defer goleak.VerifyNone(t)
	file(t, "file_format: \"1.0\"\ndisabled: true\nmeter_provider: {readers: [{pull: {exporter: {prometheus/development: {}}}}]}\n")
	tel, end := setup(t)
	defer end()
	isShop(t, tel)
	if fields := tel.Propagator().Fields(); !slices.Contains(fields, "traceparent") || !slices.Contains(fields, "baggage") {
		t.Errorf("propagated are %v", fields)
	}
	if tel.MetricsAddr() != nil {
		t.Errorf("a server listens on %v", tel.MetricsAddr())
	}
}

func TestConfigFileMistakes(t *testing.T) {
	defer goleak.VerifyNone(t)
	reader := func(exporter string) string {
		return "file_format: \"1.0\"\nmeter_provider:\n  readers:\n    - pull:\n        exporter:\n          prometheus/development: " + exporter + "\n"
	}
	for _, test := range []struct{ name, text, want string }{
		{"no version", "meter_provider: {}\n", "file_format: is not known; known: 1.0"},
		{"another version", "file_format: \"0.1\"\n", ":1:14: file_format: is not known"},
		{"no YAML", "file_format: [\n", "otel.yaml"},
		{"unknown key", reader("{adress: x}"), ":6:44: meter_provider.readers[0].pull.exporter.prometheus/development.adress: is not known; known: host"},
		{"port", reader("{port: http}"), "port: must be a port"},
		{"boolean", reader("{without_scope_info: 3}"), "must be true or false"},
		{"strategy", reader("{translation_strategy: camel}"), "known: underscore_escaping_with_suffixes"},
		{"a variable", reader("{host: \"${HOST}\"}"), "cannot refer to a variable"},
		{"a host that is a list", reader("{host: [x]}"), ":6:42: meter_provider.readers[0].pull.exporter.prometheus/development.host: must be a name"},
		{"an empty host", reader("{host: \"\"}"), "0.0.0.0 is every interface"},
		{"unknown labels", reader("{with_resource_constant_labels: {include: [a]}}"), "include: is not known; known: included, excluded"},
		{"labels that are no list", reader("{with_resource_constant_labels: {included: a}}"), "must be a list of patterns"},
		{"labels that refer", reader("{with_resource_constant_labels: {included: [\"${X}\"]}}"), "cannot refer to a variable"},
		{"labels that are no pattern", reader("{with_resource_constant_labels: {excluded: [a, \"[\"]}}"), "excluded[1]: is no pattern"},
		{"another exporter", "file_format: \"1.0\"\nmeter_provider: {readers: [{pull: {exporter: {zipkin: {}}}}]}\n", "zipkin: is not known"},
		{"a limit", "file_format: \"1.0\"\nmeter_provider: {readers: [{pull: {cardinality_limits: {default: 3}, exporter: {prometheus/development: {}}}}]}\n", "pull.cardinality_limits: is not supported"},
		{"two", "file_format: \"1.0\"\nmeter_provider: {readers: [{pull: {exporter: {prometheus/development: {}}}}, {pull: {exporter: {prometheus/development: {}}}}]}\n", "one Prometheus reader"},
		{
			"an endpoint with a password", "file_format: \"1.0\"\nmeter_provider: {readers: [{periodic: {exporter: {otlp_http: {endpoint: \"http://ops:sesame@h:port/?sesame\"}}}}]}\n",
			"endpoint: must be a URL",
		},
		{
			"a password that exporters do not send", "file_format: \"1.0\"\nmeter_provider: {readers: [{periodic: {exporter: {otlp_http: {endpoint: \"http://ops:sesame@h\"}}}}]}\n",
			"put credentials into headers",
		},
		{
			"headers that are no list", "file_format: \"1.0\"\nmeter_provider: {readers: [{periodic: {exporter: {otlp_http: {endpoint: \"http://h\", headers: sesame}}}}]}\n",
			"headers",
		},
		{
			"a wrong list of headers", "file_format: \"1.0\"\nmeter_provider: {readers: [{periodic: {exporter: {otlp_http: {endpoint: \"http://h\", headers_list: \"api key sesame\"}}}}]}\n",
			"headers_list: must be",
		},
		{"a list of attributes", "file_format: \"1.0\"\nresource: {attributes_list: \"a=b\"}\n", "write attributes"},
		{
			"a later reader", "file_format: \"1.0\"\nmeter_provider: {readers: [{periodic: {exporter: {otlp_http: {endpoint: \"http://127.0.0.1:1\"}}}}, {periodic: {exporter: {otlp_http: {endpoint: \"http://127.0.0.1:1\", compression: zip}}}}]}\n",
			"push reader 1",
		},
		{
			"a later processor", "file_format: \"1.0\"\nlogger_provider: {processors: [{batch: {exporter: {otlp_grpc: {endpoint: \"http://127.0.0.1:1\"}}}}, {batch: {exporter: {otlp_grpc: {endpoint: \"http://127.0.0.1:1\", compression: zip}}}}]}\n",
			"logger_provider.processors 1",
		},
		{
			"a later span processor", "file_format: \"1.0\"\ntracer_provider: {processors: [{batch: {exporter: {otlp_grpc: {endpoint: \"http://127.0.0.1:1\"}}}}, {batch: {exporter: {otlp_grpc: {endpoint: \"http://127.0.0.1:1\", compression: zip}}}}]}\n",
			"tracer_provider.processors 1",
		},
		{
			"an address that cannot be listened at", "file_format: \"1.0\"\nmeter_provider: {readers: [{periodic: {exporter: {otlp_grpc: {endpoint: \"http://127.0.0.1:1\"}}}}, {pull: {exporter: {prometheus/development: {host: 192.0.2.1}}}}]}\nlogger_provider: {processors: [{batch: {exporter: {otlp_grpc: {endpoint: \"http://127.0.0.1:1\"}}}}]}\ntracer_provider: {processors: [{batch: {exporter: {otlp_grpc: {endpoint: \"http://127.0.0.1:1\"}}}}]}\n",
			"192.0.2.1",
		},
		{
			"a later signal", "file_format: \"1.0\"\nmeter_provider: {readers: [{periodic: {exporter: {console: {}}}}, {pull: {exporter: {prometheus/development: {host: 127.0.0.1, port: 0}}}}]}\nlogger_provider: {processors: [{batch: {exporter: {otlp_http: {endpoint: \"http://127.0.0.1:1\", compression: zip}}}}]}\n",
			"logger_provider",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			file(t, test.text)
			tel, err := telemetry.Setup(t.Context())
			if err == nil || tel != nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "sesame") {
				t.Errorf("got %v", err)
			}
		})
	}
}
