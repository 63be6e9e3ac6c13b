// SPDX-License-Identifier: Apache-2.0

package httpbench

import (
	"net/http"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/trace"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/httpinstr"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// Map is an event map with three metrics of HTTP requests. It stores none of them.
const Map = `
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

// Handlers returns an empty handler behind otelhttp alone, and behind the middleware with all that it records. Both answer
// GET /orders/{id}, and both record into provider.
func Handlers(provider metric.MeterProvider) (alone, ours http.Handler, err error) {
	m, err := eventmap.Parse([]byte(Map))
	if err != nil {
		return nil, nil, err
	}
	client, err := otelanalytics.New(m, otelanalytics.WithMeterProvider(provider))
	if err != nil {
		return nil, nil, err
	}
	options := []otelhttp.Option{
		otelhttp.WithMeterProvider(provider), otelhttp.WithTracerProvider(trace.NewTracerProvider()),
		otelhttp.WithPropagators(propagation.TraceContext{}),
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /orders/{id}", func(http.ResponseWriter, *http.Request) {})
	actor := eventctx.Actor{UserID: "u", SessionID: "s", Platform: "web"}
	ours = httpinstr.Middleware(client, "x",
		httpinstr.WithActor(func(*http.Request) eventctx.Actor { return actor }), httpinstr.WithOTelHTTP(options...))(mux)
	return otelhttp.NewMiddleware("x", append(options, otelhttp.WithServerName("x"))...)(mux), ours, nil
}
