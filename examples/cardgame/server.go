// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"net"
	"net/http"
	"time"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// stopTimeout bounds each step of an orderly stop.
const stopTimeout = 10 * time.Second

// routes puts what a service has beside its API next to it.
func routes(api http.Handler, a *analytics) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/v1/", api)
	mux.Handle("GET /metrics", a.prom.Handler())
	mux.Handle("GET /readyz", a.client.ReadinessHandler(otelanalytics.WithMaxPendingAge(time.Hour)))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("ok\n")) // the process answers: no more is asked
	})
	return mux
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

// stop stops a server, the client or a provider, in bounded time.
func stop(what interface{ Shutdown(context.Context) error }) error {
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	return what.Shutdown(ctx)
}
