// SPDX-License-Identifier: Apache-2.0

package telemetry_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
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
	m := servicetest.Map(t, visits)
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

// isShop looks for what documents say of the service.
func isShop(t *testing.T, tel *telemetry.SDK) {
	t.Helper()
	name, _ := tel.Resource().Set().Value("service.name")
	if instance, _ := tel.Resource().Set().Value("service.instance.id"); name.AsString() != "shop" || len(instance.AsString()) != 36 {
		t.Errorf("the resource is %v", tel.Resource())
	}
}
