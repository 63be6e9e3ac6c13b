// SPDX-License-Identifier: Apache-2.0

package exporterprom

import (
	"context"
	"fmt"
	"net"
	"net/http"

	"github.com/otelanalytics/otelanalytics-go/internal/metricsserver"
)

// Server is an HTTP server that serves an exporter's page on /metrics, and nothing else. It is safe for concurrent use.
type Server struct{ server *metricsserver.Server }

// Serve listens on address, such as "127.0.0.1:9464", and serves the exporter's page on /metrics until
// [Server.Shutdown]. Port 0 selects a free port. Serve returns once the address is bound. If the address cannot be
// bound, it returns an error.
//
// Slow clients are disconnected: after 5 s for the header, 10 s for the request, 60 s for the answer.
func (e *Exporter) Serve(address string) (*Server, error) {
	s, err := metricsserver.Start(address, e.handler, (*http.Server).Serve)
	if err != nil {
		return nil, fmt.Errorf("exporterprom: %w", err)
	}
	return &Server{s}, nil
}

// Addr returns the address that the server listens on.
func (s *Server) Addr() net.Addr { return s.server.Addr() }

// Shutdown closes the listener and waits until running scrapes have ended, or ctx has. You can call it again.
func (s *Server) Shutdown(ctx context.Context) error {
	if err := s.server.Shutdown(ctx); err != nil {
		return fmt.Errorf("exporterprom: %w", err)
	}
	return nil
}
