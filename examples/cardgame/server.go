// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"

	"github.com/otelanalytics/otelanalytics-go/httpinstr"
	"github.com/otelanalytics/otelanalytics-go/livepage"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// stopTimeout bounds each step of an orderly stop.
const stopTimeout = 10 * time.Second

// routes puts what a service has beside its API next to it, and measures all
// requests but those of its operators.
func routes(api *api, a *analytics) http.Handler {
	mux := http.NewServeMux()
	api.endpoints(mux)
	mux.Handle("GET /metrics", a.telemetry.MetricsHandler())
	mux.Handle("/{$}", a.page)
	mux.Handle("/live/", a.page)
	mux.Handle("GET /readyz", a.client.ReadinessHandler(otelanalytics.WithMaxPendingAge(time.Hour)))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("ok\n")) // the process answers: no more is asked
	})
	measured := httpinstr.Middleware(a.client.Module("http"), "cardgame",
		httpinstr.WithActor(api.actor), httpinstr.WithExcluded("/metrics", "/readyz", "/healthz"), httpinstr.WithExcluded(livepage.Paths("/")...),
		httpinstr.WithOTelHTTP(otelhttp.WithMeterProvider(a.telemetry.MeterProvider()),
			otelhttp.WithTracerProvider(a.telemetry.TracerProvider()), otelhttp.WithPropagators(a.telemetry.Propagator())))
	// The mux is the first thing within: what copies the request on the way hides the route from the middleware.
	return measured(mux)
}

// listen starts the HTTP server. What ends it other than a stop is sent to
// failed.
func listen(addr string, handler http.Handler) (server *http.Server, url string, failed <-chan error, err error) {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, "", nil, err
	}
	server = &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		IdleTimeout:       2 * time.Minute,
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	return server, "http://" + listener.Addr().String(), ended, nil
}

// onLoopback reports whether only programs of this machine can reach a URL: the
// live page answers nobody else.
func onLoopback(url string) bool {
	address, err := netip.ParseAddrPort(strings.TrimPrefix(url, "http://"))
	return err == nil && address.Addr().IsLoopback()
}

// stop stops a server, the client or a provider, in bounded time.
func stop(what interface{ Shutdown(context.Context) error }) error {
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	return what.Shutdown(ctx)
}
