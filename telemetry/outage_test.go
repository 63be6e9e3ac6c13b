// SPDX-License-Identifier: Apache-2.0

package telemetry_test

import (
	"strings"
	"testing"

	"go.opentelemetry.io/otel"
	"go.uber.org/goleak"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/telemetry"
)

// TestNobodyListens exports by OTLP to a port that nobody listens on. Tracking continues, and a minute has one log record for
// each signal, without the secrets of headers.
func TestNobodyListens(t *testing.T) {
	defer goleak.VerifyNone(t)
	for _, protocol := range []string{"grpc", "http/protobuf"} {
		environment(t, map[string]string{
			"OTEL_METRICS_EXPORTER": "otlp,prometheus", "OTEL_LOGS_EXPORTER": "otlp", "OTEL_TRACES_EXPORTER": "otlp",
			"OTEL_EXPORTER_OTLP_PROTOCOL": protocol, "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_EXPORTER_OTLP_TIMEOUT": "50",
			"OTEL_EXPORTER_OTLP_HEADERS": "authorization=Bearer%20opensesame", "OTEL_METRIC_EXPORT_INTERVAL": "20", "OTEL_BSP_SCHEDULE_DELAY": "20", "OTEL_BLRP_SCHEDULE_DELAY": "20",
		})
		var log servicetest.Log
		tel, _ := setup(t, telemetry.WithLogger(log.Logger()))
		if _, text := page(t, tel.MetricsHandler()); !strings.Contains(text, visited) {
			t.Errorf("the page while OTLP fails:\n%s", text)
		}
		for range 20 {
			_ = tel.ForceFlush(t.Context()) // its error is the exporter's
		}
		for strings.Count(log.String(), "\n") == 0 {
			otel.Handle(tel.ForceFlush(t.Context()))
		}
		_ = tel.Shutdown(t.Context())
		text := log.String()
		if n := strings.Count(text, "\n"); n > 8 {
			t.Errorf("%d records:\n%s", n, text)
		}
		if strings.Contains(text, "sesame") {
			t.Errorf("a secret is in the log:\n%s", text)
		}
	}
}
