// SPDX-License-Identifier: Apache-2.0

package telemetry_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/otelanalytics/otelanalytics-go/telemetry"
)

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
