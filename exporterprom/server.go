// SPDX-License-Identifier: Apache-2.0

package exporterprom

import (
	"context"
	"fmt"
	"net"
	"net/http"

	"github.com/otelanalytics/otelanalytics-go/internal/metricsserver"
)

// Server is a standalone HTTP server that answers /metrics, and nothing else, with an exporter's page. It is safe for
// concurrent use.
type Server struct{ server *metricsserver.Server }

// Serve listens on address ("127.0.0.1:9464"; port 0 takes a free one) and serves the exporter's page
// on /metrics, until [Server.Shutdown]. It has returned as soon as the address is bound; an address that
// cannot be is an error. Slow clients are cut off: 5 s for the header, 10 s for the request, 60 s for
// the answer.
func (e *Exporter) Serve(address string) (*Server, error) {
	s, err := metricsserver.Start(address, e.handler, (*http.Server).Serve)
	if err != nil {
		return nil, fmt.Errorf("exporterprom: %w", err)
	}
	return &Server{s}, nil
}

// Addr returns the address that the server listens on.
func (s *Server) Addr() net.Addr { return s.server.Addr() }

// Shutdown closes the listener and waits until running scrapes have ended, or ctx. It may be called
// more than once.
func (s *Server) Shutdown(ctx context.Context) error {
	if err := s.server.Shutdown(ctx); err != nil {
		return fmt.Errorf("exporterprom: %w", err)
	}
	return nil
}
