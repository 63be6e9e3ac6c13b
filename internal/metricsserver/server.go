// SPDX-License-Identifier: Apache-2.0

// Package metricsserver serves a page of metrics and probes on an address of its own.
package metricsserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// The server's limits. Writing allows for a page of tens of thousands of series.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 10 * time.Second
	writeTimeout      = 60 * time.Second
	idleTimeout       = 120 * time.Second
)

// Server is an HTTP server for scrapes and probes. It is safe for concurrent use.
type Server struct {
	http     *http.Server
	listener net.Listener
	done     chan error
}

// Start is [StartHandler] with page on /metrics, and nothing else.
func Start(address string, page http.Handler, serve func(*http.Server, net.Listener) error) (*Server, error) {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", page)
	return StartHandler(address, mux, serve)
}

// StartHandler listens on address and serves handler, until [Server.Shutdown]. It returns as soon as the address is
// bound; an address that cannot be bound is an error. serve serves the listener, as http.Server.Serve does or with TLS;
// it must return http.ErrServerClosed once the server is shut down.
func StartHandler(address string, handler http.Handler, serve func(*http.Server, net.Listener) error) (*Server, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("metrics server: %w", err)
	}
	s := &Server{
		http: &http.Server{
			Handler:           handler,
			ReadHeaderTimeout: readHeaderTimeout,
			ReadTimeout:       readTimeout,
			WriteTimeout:      writeTimeout,
			IdleTimeout:       idleTimeout,
		},
		listener: listener,
		done:     make(chan error, 1),
	}
	go func() { s.done <- serve(s.http, listener) }()
	return s, nil
}

// Addr returns the address that the server listens on.
func (s *Server) Addr() net.Addr { return s.listener.Addr() }

// Shutdown closes the listener and waits until running scrapes have ended, or ctx. It may be called
// more than once.
func (s *Server) Shutdown(ctx context.Context) error {
	err := s.http.Shutdown(ctx)
	if err != nil {
		err = errors.Join(err, s.http.Close())
	}
	select {
	case served := <-s.done:
		s.done <- http.ErrServerClosed // for a later call
		if !errors.Is(served, http.ErrServerClosed) {
			err = errors.Join(err, served)
		}
	case <-ctx.Done():
	}
	if err != nil {
		return fmt.Errorf("metrics server: %w", err)
	}
	return nil
}
