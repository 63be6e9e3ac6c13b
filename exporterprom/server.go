// SPDX-License-Identifier: Apache-2.0

package exporterprom

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

// Server is a standalone HTTP server that answers /metrics, and nothing else, with an exporter's page.
type Server struct {
	http     *http.Server
	listener net.Listener
	done     chan error
}

// Serve listens on address ("127.0.0.1:9464"; port 0 takes a free one) and serves the exporter's page
// on /metrics, until [Server.Shutdown]. It has returned as soon as the address is bound; an address that
// cannot be is an error. Slow clients are cut off: 5 s for the header, 10 s for the request, 60 s for
// the answer.
func (e *Exporter) Serve(address string) (*Server, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("exporterprom: metrics server: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", e.handler)
	s := &Server{
		http: &http.Server{
			Handler:           mux,
			ReadHeaderTimeout: readHeaderTimeout,
			ReadTimeout:       readTimeout,
			WriteTimeout:      writeTimeout,
			IdleTimeout:       idleTimeout,
		},
		listener: listener,
		done:     make(chan error, 1),
	}
	go func() { s.done <- e.serve(s.http, listener) }()
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
		return fmt.Errorf("exporterprom: metrics server: %w", err)
	}
	return nil
}
