// SPDX-License-Identifier: Apache-2.0

package telemetry_test

import (
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/otelanalytics/otelanalytics-go/telemetry"
)

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
