// SPDX-License-Identifier: Apache-2.0

package exporters

import (
	"context"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/trace"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/telemetry"
)

const shopMap = `
version: 1
redact: [password]
metrics:
  orders: {instrument: counter, description: Orders., attributes: {channel: {values: [web, app]}}}
  order_value: {instrument: histogram, unit: EUR, description: Values of orders., buckets: [10, 100]}
  basket_size: {instrument: exponential_histogram, unit: "{item}", description: Items of orders.}
events:
  order_placed:
    record:
      - metric: orders
      - {metric: order_value, value: value}
      - {metric: basket_size, value: items}
`

// shop is a service: what the environment says decides where its numbers go.
type shop struct {
	t      testing.TB
	tel    *telemetry.SDK
	client *otelanalytics.Client
	orders int
	value  float64
	spans  []trace.SpanContext
	ended  bool
}

// environment sets variables, and unsets the others that matter.
func environment(t *testing.T, variables map[string]string) {
	t.Helper()
	for _, entry := range os.Environ() {
		if name, value, _ := strings.Cut(entry, "="); strings.HasPrefix(name, "OTEL_") || strings.HasPrefix(name, "OTELANALYTICS_PROMETHEUS_") {
			t.Setenv(name, value) // restores it
			if err := os.Unsetenv(name); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, value := range variables {
		t.Setenv(name, value)
	}
}

func open(t *testing.T, options ...otelanalytics.Option) *shop {
	t.Helper()
	s := openShop(t, options...)
	t.Cleanup(s.close)
	return s
}

// openShop is open for who does not mind what the last export says.
func openShop(t testing.TB, options ...otelanalytics.Option) *shop {
	t.Helper()
	m, err := eventmap.Parse([]byte(shopMap))
	if err != nil {
		t.Fatal(err)
	}
	tel, err := telemetry.Setup(t.Context(), telemetry.WithEventMap(m), telemetry.WithServiceName("shop"))
	if err != nil {
		t.Fatal(err)
	}
	client, err := otelanalytics.New(m, append(options, otelanalytics.WithMeterProvider(tel.MeterProvider()),
		otelanalytics.WithLoggerProvider(tel.LoggerProvider()), otelanalytics.WithResource(tel.Resource()))...)
	if err != nil {
		t.Fatal(err)
	}
	return &shop{t: t, tel: tel, client: client}
}

// close ends the service, and exports what is left.
func (s *shop) close() {
	s.t.Helper()
	if s.ended {
		return
	}
	s.ended = true
	if err := s.client.Shutdown(context.Background()); err != nil {
		s.t.Error(err)
	}
	if err := s.tel.Shutdown(context.Background()); err != nil {
		s.t.Error(err)
	}
}

// sell tracks orders, each in a span of its own.
func (s *shop) sell(n int) {
	s.t.Helper()
	for i := range n {
		ctx, span := s.tel.TracerProvider().Tracer("shop").Start(s.t.Context(), "order")
		err := s.client.Track(ctx, otelanalytics.Event{Type: "order_placed", UserID: "u-17", SessionID: "s-17", Data: map[string]any{
			"channel": [...]string{"web", "app"}[i%2], "value": float64(i), "items": i%7 + 1, "password": "hunter2",
			"address": map[string]any{"city": "Vienna", "zip": []any{"1", int64(2)}},
		}})
		if err != nil {
			s.t.Fatal(err)
		}
		s.orders++
		s.value += float64(i)
		s.spans = append(s.spans, span.SpanContext())
		span.End()
	}
}

// page serves the metrics page, and returns its URL.
func (s *shop) page() string {
	server := httptest.NewServer(s.tel.MetricsHandler())
	s.t.Cleanup(server.Close)
	return server.URL + "/metrics"
}
