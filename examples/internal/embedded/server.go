// SPDX-License-Identifier: Apache-2.0

package embedded

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/FerretDB/FerretDB/ferretdb"
)

// Config says where a server keeps its files and where it listens.
type Config struct {
	// Dir holds the SQLite files. It is created when it is missing.
	Dir string

	// Addr is the TCP address to listen on, "127.0.0.1:0" (any free port on
	// the loopback interface) by default.
	Addr string

	// Logger receives the server's own log records at level Error.
	// Nil discards them: the server says little that a user of an example
	// could act on, and errors reach the client over the wire anyway.
	Logger *slog.Logger
}

// Server is a running server.
type Server struct {
	uri    string
	cancel context.CancelFunc
	done   chan struct{}
	stop   sync.Once
}

// Start starts a server and returns once it answers a ping. Cancelling ctx
// gives up waiting for that; it does not stop a server that has started.
func Start(ctx context.Context, c Config) (*Server, error) {
	dir, err := sqliteDir(c.Dir)
	if err != nil {
		return nil, err
	}
	if err := checkpoint(ctx, dir); err != nil {
		return nil, err
	}
	addr := c.Addr
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	db, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TCP: addr},
		Handler:   "sqlite",
		SQLiteURL: "file:" + dir,
		Logger:    quiet(c.Logger),
	})
	if err != nil {
		return nil, fmt.Errorf("embedded: start MongoDB in %s on %s: %w", c.Dir, addr, err)
	}

	runCtx, cancel := context.WithCancel(context.Background())
	s := &Server{uri: db.MongoDBURI(), cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(s.done)
		_ = db.Run(runCtx) // always nil: it ends when runCtx does
	}()
	if err := ping(ctx, s.uri); err != nil {
		s.Stop()
		return nil, fmt.Errorf("embedded: MongoDB on %s does not answer: %w", s.uri, err)
	}
	return s, nil
}

// URI returns the server's connection string, mongodb://HOST:PORT/.
func (s *Server) URI() string { return s.uri }

// Stop closes the listener, the connections and the files, and returns when
// that is done. It returns at once when all clients have disconnected; those
// that have not are given three seconds. It may be called more than once.
func (s *Server) Stop() {
	s.stop.Do(s.cancel)
	<-s.done
}

// sqliteDir creates dir and returns it in the form that FerretDB wants: an
// absolute path with forward slashes which ends in one.
func sqliteDir(dir string) (string, error) {
	if dir == "" {
		return "", fmt.Errorf("embedded: no data directory given")
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("embedded: data directory %s: %w", dir, err)
	}
	// The path becomes part of SQLite's file: URI unescaped, where these
	// characters would end it or be decoded: the files would silently end up
	// somewhere else.
	if strings.ContainsAny(abs, "?#%") {
		return "", fmt.Errorf("embedded: data directory %s: a path with ?, # or %% cannot be used", abs)
	}
	if err := os.MkdirAll(abs, 0o755); err != nil {
		return "", fmt.Errorf("embedded: data directory: %w", err)
	}
	return filepath.ToSlash(abs) + "/", nil
}
