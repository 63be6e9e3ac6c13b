// SPDX-License-Identifier: Apache-2.0

package main

import (
	"net/http"
	"net/http/httptest"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/trace"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
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

// discard is a ResponseWriter without a server.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}

// httpMiddleware runs an empty handler behind the middleware, and behind otelhttp alone.
func httpMiddleware(b *run1) []Result {
	provider := provider()
	common := []otelhttp.Option{
		otelhttp.WithMeterProvider(provider), otelhttp.WithTracerProvider(trace.NewTracerProvider()),
		otelhttp.WithPropagators(propagation.TraceContext{}),
	}
	client, err := otelanalytics.New(b.eventMap(requestMap), otelanalytics.WithMeterProvider(provider))
	b.must(err)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /orders/{id}", func(http.ResponseWriter, *http.Request) {})
	actor := func(*http.Request) eventctx.Actor {
		return eventctx.Actor{UserID: "u", SessionID: "s", Platform: "web"}
	}
	ours := httpinstr.Middleware(client, "x", httpinstr.WithActor(actor), httpinstr.WithOTelHTTP(common...))(mux)
	alone := otelhttp.NewMiddleware("x", append(common, otelhttp.WithServerName("x"))...)(mux)
	r, w := httptest.NewRequest(http.MethodGet, "/orders/17", nil), discard{http.Header{}}
	o, p := b.turns(serial(func() { ours.ServeHTTP(w, r) }), serial(func() { alone.ServeHTTP(w, r) }))
	return []Result{ratio("http", "ns", o, p, 1.3)}
}
