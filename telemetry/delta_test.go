// SPDX-License-Identifier: Apache-2.0

package telemetry_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/telemetry"
)

// TestDeltaToPrometheus: the log warns where Prometheus' own receiver would take nothing.
func TestDeltaToPrometheus(t *testing.T) {
	const nowhere = "http://127.0.0.1:1"
	for _, c := range []struct {
		endpoint, signalEndpoint, protocol, preference string
		want                                           bool
	}{
		{nowhere + "/api/v1/otlp", "", "", "delta", true},
		{nowhere + "/api/v1/otlp/", "", "http/protobuf", "lowmemory", true},
		{"", nowhere + "/api/v1/otlp/v1/metrics", "", "delta", true},
		{nowhere, nowhere + "/prefix/api/v1/otlp/v1/metrics\n", "", "delta", true},
		{nowhere + "/api/v1/otlp", nowhere + "/v1/metrics", "", "delta", false},
		{nowhere + "/api/v1/otlp", "", "", "cumulative", false},
		{nowhere + "/api/v1/otlp", "", "", "", false},
		{nowhere, "", "", "delta", false},
		{nowhere + "/api/v1/otlp", "", "grpc", "delta", false},
	} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			environment(t, map[string]string{
				"OTEL_METRICS_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_ENDPOINT": c.endpoint, "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": c.signalEndpoint,
				"OTEL_EXPORTER_OTLP_PROTOCOL": c.protocol, "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE": c.preference,
			})
			if got := warnings(t); strings.Contains(got, "delta temporality") != c.want {
				t.Errorf("warns %v, want %v: %s", !c.want, c.want, got)
			}
		})
	}
	for _, c := range []struct {
		exporter string
		want     bool
	}{
		{`{otlp_http: {endpoint: "` + nowhere + `/api/v1/otlp/v1/metrics", temporality_preference: delta}}`, true},
		{`{otlp_http: {endpoint: "` + nowhere + `/api/v1/otlp/v1/metrics", temporality_preference: low_memory}}`, true},
		{`{otlp_http: {endpoint: "` + nowhere + `/api/v1/otlp/v1/metrics"}}`, false},
		{`{otlp_http: {endpoint: "` + nowhere + `/v1/metrics", temporality_preference: delta}}`, false},
	} {
		t.Run(c.exporter, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "otel.yaml")
			text := "file_format: \"1.0\"\nmeter_provider: {readers: [{periodic: {exporter: " + c.exporter + "}}]}\n"
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			environment(t, map[string]string{"OTEL_CONFIG_FILE": file})
			if got := warnings(t); strings.Contains(got, "delta temporality") != c.want {
				t.Errorf("warns %v, want %v: %s", !c.want, c.want, got)
			}
		})
	}
}

// warnings sets up, and returns what is logged on the way.
func warnings(t *testing.T) string {
	t.Helper()
	var log servicetest.Log
	tel, err := telemetry.Setup(t.Context(), telemetry.WithLogger(log.Logger()))
	if err != nil {
		t.Fatal(err)
	}
	text := log.String()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_ = tel.Shutdown(ended) // there is nobody to export to
	return text
}
