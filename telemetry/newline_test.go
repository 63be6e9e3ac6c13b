// SPDX-License-Identifier: Apache-2.0

package telemetry_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/telemetry"
)

// TestNewlineOfASecret: the variables that a Secret of Kubernetes may hold work with the line break that it often adds.
// Others, which the SDK of OpenTelemetry reads by itself and does not understand then, are refused.
func TestNewlineOfASecret(t *testing.T) {
	authorized := make(chan string, 10)
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		authorized <- r.Header.Get("Authorization")
	}))
	defer collector.Close()
	environment(t, map[string]string{
		"OTEL_METRICS_EXPORTER": "otlp,prometheus\n", "OTEL_EXPORTER_OTLP_ENDPOINT": collector.URL + "\n",
		"OTEL_EXPORTER_OTLP_HEADERS": "authorization=Bearer%20abc\r\n", "OTELANALYTICS_PROMETHEUS_NAMESPACE": "acme\n",
		"OTELANALYTICS_PROMETHEUS_RESOURCE_LABELS": "service.name\n",
	})
	tel, stop := setup(t)
	if _, text := page(t, tel.MetricsHandler()); !strings.Contains(text, `acme_visits_total{page="home",service_name="shop"}`) {
		t.Errorf("the page:\n%s", text)
	}
	stop()
	if got := <-authorized; got != "Bearer abc" {
		t.Errorf("the collector was sent %q", got)
	}
	for _, name := range []string{"OTEL_METRIC_EXPORT_INTERVAL", "OTEL_EXPORTER_OTLP_TIMEOUT", "OTEL_EXPORTER_PROMETHEUS_PORT", "OTEL_BLRP_SCHEDULE_DELAY"} {
		environment(t, map[string]string{"OTEL_METRICS_EXPORTER": "otlp,prometheus", name: "5000\n"})
		if _, err := telemetry.Setup(t.Context()); err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), `"5000\n"`) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
