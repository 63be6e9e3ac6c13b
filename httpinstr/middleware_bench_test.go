// SPDX-License-Identifier: Apache-2.0

package httpinstr_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/propagation"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/trace"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/httpinstr"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

const requestMap = `
version: 1
metrics:
  app_requests:
    instrument: counter
    attributes: {method: {limit: 20}, endpoint: {limit: 50}, status: {limit: 50}}
  app_request_duration:
    instrument: histogram
    unit: s
    attributes: {method: {limit: 20}, endpoint: {limit: 50}}
  app_request_size:
    instrument: histogram
    unit: By
    number: int
    attributes: {method: {limit: 20}, endpoint: {limit: 50}}
events:
  request:
    store: false
    record:
      - metric: app_requests
      - {metric: app_request_duration, value: duration}
      - {metric: app_request_size, value: size}
`

// handlers returns an empty handler behind otelhttp alone, and behind the middleware with all that it records.
func handlers(t testing.TB) (alone, ours http.Handler) {
	t.Helper()
	provider := sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader()))
	options := []otelhttp.Option{
		otelhttp.WithMeterProvider(provider), otelhttp.WithTracerProvider(trace.NewTracerProvider()),
		otelhttp.WithPropagators(propagation.TraceContext{}),
	}
	m, err := eventmap.Parse([]byte(requestMap))
	if err != nil {
		t.Fatal(err)
	}
	client, err := otelanalytics.New(m, otelanalytics.WithMeterProvider(provider))
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /orders/{id}", func(http.ResponseWriter, *http.Request) {})
	actor := eventctx.Actor{UserID: "u", SessionID: "s", Platform: "web"}
	return otelhttp.NewMiddleware("x", append(options, otelhttp.WithServerName("x"))...)(mux), httpinstr.Middleware(client, "x",
		httpinstr.WithActor(func(*http.Request) eventctx.Actor { return actor }), httpinstr.WithOTelHTTP(options...))(mux)
}

// sink is a ResponseWriter without a server.
type sink struct{ header http.Header }

func (s sink) Header() http.Header         { return s.header }
func (s sink) Write(b []byte) (int, error) { return len(b), nil }
func (s sink) WriteHeader(int)             {}

// BenchmarkMiddleware runs an empty handler behind otelhttp alone and behind the middleware.
func BenchmarkMiddleware(b *testing.B) {
	alone, ours := handlers(b)
	for _, c := range []struct {
		name    string
		handler http.Handler
	}{{"otelhttp", alone}, {"httpinstr", ours}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			r := httptest.NewRequest(http.MethodGet, "/orders/17", nil)
			w := sink{http.Header{}}
			for b.Loop() {
				c.handler.ServeHTTP(w, r)
			}
		})
	}
}
