// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/otelanalytics/otelanalytics-go/examples/internal/embedded"
	"github.com/otelanalytics/otelanalytics-go/exporterprom"
	"github.com/otelanalytics/otelanalytics-go/livepage"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// stopTimeout bounds each step of an orderly stop. What is not in MongoDB by
// then waits in the journal for the next start.
const stopTimeout = 10 * time.Second

// run is the life of the service: it returns when ctx has ended, or when a
// replay is done.
func run(ctx context.Context, c flags, stdout io.Writer, logger *slog.Logger) (err error) {
	secret, err := readSecret(c.secretFile)
	if err != nil {
		return err
	}
	cfg, err := c.load()
	if err != nil {
		return err
	}
	// The levels apply to the service's own records as to the SDK's.
	logger = slog.New(cfg.LogLevels.Handler(logger.Handler()))
	if cfg.URI == "" {
		db, err := embedded.Start(ctx, embedded.Config{Dir: filepath.Join(cfg.Dir, "mongodb"), Logger: logger})
		if err != nil {
			return err
		}
		defer db.Stop() // deferred first, so stopped last: the client still writes to it
		cfg.URI = config.Secret(db.URI())
		logger.Info("embedded MongoDB", "uri", db.URI())
	}
	t, err := newTracking(ctx, cfg, logger)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.shutdown()) }()

	if c.metricsAddr != "" {
		server, err := t.prom.Serve(c.metricsAddr)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, stopServer(server)) }()
		logger.Info("serving metrics", "url", "http://"+server.Addr().String()+"/metrics")
	}
	hook := &webhook{client: t.client, secret: secret, logger: logger}
	page := livepage.Handler(t.client, livepage.WithMetrics(t.prom.Handler()), livepage.WithLogger(logger))
	server, url, failed, err := listen(c.addr, hook, t.prom, page)
	if err != nil {
		return err
	}
	// The server stops before the client does, so that no request meets a
	// client that is closed.
	defer func() { err = errors.Join(err, stopServer(server)) }()
	fmt.Fprintln(os.Stderr, "See it live:", page.URL(url+"/debug/analytics/"))
	logger.Info("serving", "webhook", url+"/webhook", "metrics", url+"/metrics", "signed", len(secret) > 0)

	if c.replay != "" {
		r := replay{url: url + "/webhook", secret: secret, client: t.client, logger: logger}
		outcome, err := r.run(ctx, c.replay)
		if err := errors.Join(err, json.NewEncoder(stdout).Encode(outcome)); err != nil || !c.linger {
			return err
		}
	}
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		return nil
	}
}

// listen starts the HTTP server. What ends it other than a stop is sent to
// failed.
func listen(addr string, hook http.Handler, prom *exporterprom.Exporter, page http.Handler) (
	server *http.Server, url string, failed <-chan error, err error,
) {
	mux := http.NewServeMux()
	mux.Handle("POST /webhook", hook)
	mux.Handle("GET /metrics", prom.Handler())
	mux.Handle("/debug/analytics/", page)
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, "", nil, err
	}
	server = &http.Server{
		Handler:           mux,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       time.Minute, // 25 MiB over a slow line
		IdleTimeout:       2 * time.Minute,
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	return server, "http://" + listener.Addr().String(), ended, nil
}

// stopServer refuses new requests and lets the running ones finish.
func stopServer(server interface{ Shutdown(context.Context) error }) error {
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	return server.Shutdown(ctx)
}

var _ http.Handler = (*webhook)(nil)
