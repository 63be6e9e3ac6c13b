// SPDX-License-Identifier: Apache-2.0

package telemetry_test

import (
	"net/http"
	"testing"

	"go.uber.org/goleak"

	"github.com/otelanalytics/otelanalytics-go/telemetry"
)

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
