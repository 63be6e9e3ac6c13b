// SPDX-License-Identifier: Apache-2.0

package collect

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// The bounds of a connection. The doors give bodies a deadline of their own, ingest.Config.BodyTimeout.
const (
	headerTimeout  = 5 * time.Second
	answerTimeout  = 90 * time.Second // from the header on
	idleTimeout    = time.Minute
	maxHeaderBytes = 8 << 10 // net/http adds 4 KiB
)

// server is an HTTP server on an address.
type server struct {
	http   *http.Server
	url    string
	failed chan error // what ended it, other than shutdown
}

// serve starts a server on a listener.
func serve(l net.Listener, scheme string, h http.Handler, logger *slog.Logger) *server {
	s := &server{
		http: &http.Server{
			Handler: h, ReadHeaderTimeout: headerTimeout, WriteTimeout: answerTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes,
			ErrorLog: slog.NewLogLogger(serverLog{logger.Handler()}, slog.LevelDebug),
		},
		url: scheme + "://" + l.Addr().String(), failed: make(chan error, 1),
	}
	counted(s.http)
	go func() {
		if err := s.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.failed <- fmt.Errorf("the server of %s has ended: %w", s.url, err)
		}
	}()
	return s
}

// stop takes no more requests and waits for those that there are, until ctx ends. Then it cuts them off.
func (s *server) stop(ctx context.Context) {
	if s == nil {
		return
	}
	if err := s.http.Shutdown(ctx); err != nil {
		_ = s.http.Close() // nothing is left to be waited for
	}
}

// serverLog is the log of net/http: what clients do wrong, such as a handshake that fails, is for debugging; a panic is an error.
type serverLog struct{ slog.Handler }

func (h serverLog) Enabled(ctx context.Context, _ slog.Level) bool {
	return h.Handler.Enabled(ctx, slog.LevelError)
}

func (h serverLog) Handle(ctx context.Context, r slog.Record) error {
	if strings.HasPrefix(r.Message, "http: panic serving") {
		r.Level = slog.LevelError
	}
	if !h.Handler.Enabled(ctx, r.Level) {
		return nil
	}
	return h.Handler.Handle(ctx, r)
}

// certificate is that of the server, which can be exchanged.
type certificate struct {
	certFile, keyFile string
	current           atomic.Pointer[tls.Certificate]
}

func (c *certificate) load() error {
	pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err != nil {
		return fmt.Errorf("the certificate of tls.cert_file and tls.key_file: %w", err)
	}
	c.current.Store(&pair)
	return nil
}

// listen listens for events. Connections beyond the limit wait until others end. There is no HTTP/2: what one connection may
// cost would have no bound of its own.
func listen(c config.Collector) (l net.Listener, scheme string, cert *certificate, err error) {
	if c.TLSCertFile != "" {
		cert = &certificate{certFile: c.TLSCertFile, keyFile: c.TLSKeyFile}
		if err := cert.load(); err != nil {
			return nil, "", nil, err
		}
	}
	if l, err = net.Listen("tcp", c.Listen); err != nil {
		return nil, "", nil, err
	}
	l = limitConnections(l, c.MaxConnections)
	if cert == nil {
		return headerListener{l}, "http", nil, nil
	}
	return headerListener{tls.NewListener(l, &tls.Config{
		MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return cert.current.Load(), nil },
	})}, "https", cert, nil
}
