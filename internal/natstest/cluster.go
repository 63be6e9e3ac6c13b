// SPDX-License-Identifier: Apache-2.0

package natstest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/porttest"
	"github.com/otelanalytics/otelanalytics-go/internal/testserver"
)

// Cluster is one server, or several that form a cluster.
type Cluster struct{ servers []*Server }

// Server is one of them. Its methods may be called by one goroutine at a time.
type Server struct {
	t       testing.TB
	program string
	addr    string
	config  string              // the path of its file
	proc    *testserver.Process // nil while stopped
}

// Option changes how servers are set up.
type Option func(*setup)

type setup struct {
	routes  func(from, to int, addr string) string
	further string
}

// WithRoutes has the server from reach the server to, whose address for the cluster is addr, at another address, such as that of a proxy.
func WithRoutes(f func(from, to int, addr string) string) Option {
	return func(s *setup) { s.routes = f }
}

// WithConfig appends lines to the configuration file of each server.
func WithConfig(lines string) Option { return func(s *setup) { s.further = lines } }

// Start returns n servers that answer. With several, JetStream elects a leader soon after. It fails the test when there are none.
func Start(t testing.TB, n int, options ...Option) *Cluster {
	t.Helper()
	s := setup{routes: func(_, _ int, addr string) string { return addr }}
	for _, o := range options {
		o(&s)
	}
	program, err := testserver.Build("nats-server", "tests/engines", "./internal/natsserver")
	if err != nil {
		t.Fatalf("natstest: %v", err)
	}
	routes := make([]string, n)
	for i := range routes {
		routes[i] = porttest.Reserve(t)
	}
	c := &Cluster{}
	for i := range n {
		server := &Server{t: t, program: program, addr: porttest.Reserve(t)}
		server.config = s.write(t, server.addr, i, routes)
		c.servers = append(c.servers, server)
		t.Cleanup(func() {
			if server.proc != nil {
				server.Kill()
			}
		})
	}
	for _, server := range c.servers {
		server.Start()
	}
	return c
}

// write writes the configuration file of a server, and returns its path.
func (s *setup) write(t testing.TB, addr string, i int, routes []string) string {
	t.Helper()
	dir := t.TempDir()
	var b strings.Builder
	fmt.Fprintf(&b, "server_name: n%d\nlisten: %q\njetstream: {store_dir: %q}\n%s\n", i, addr, filepath.ToSlash(dir), s.further)
	if len(routes) > 1 {
		fmt.Fprintf(&b, "cluster {\n  name: test\n  listen: %q\n  no_advertise: true\n  pool_size: -1\n  routes: [\n", routes[i])
		for to, route := range routes {
			if to != i {
				fmt.Fprintf(&b, "    %q\n", "nats://"+s.routes(i, to, route))
			}
		}
		b.WriteString("  ]\n}\n")
	}
	path := filepath.Join(dir, "nats.conf")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// URL names all servers, for a client.
func (c *Cluster) URL() string {
	var all []string
	for _, s := range c.servers {
		all = append(all, s.URL())
	}
	return strings.Join(all, ",")
}

// Server returns the server i.
func (c *Cluster) Server(i int) *Server { return c.servers[i] }

// URL names the server, for a client. It stays the same across Kill and Start.
func (s *Server) URL() string { return "nats://" + s.addr }

// Addr is where the server listens.
func (s *Server) Addr() string { return s.addr }

// Start starts the server again, on the same port and with the same files.
func (s *Server) Start() {
	s.t.Helper()
	var err error
	if s.proc, _, err = testserver.Start(exec.Command(s.program, "-c", s.config)); err != nil {
		s.t.Fatalf("natstest: %v", err)
	}
}

// Kill ends the server as kill -9 does, and returns when it is gone.
func (s *Server) Kill() {
	s.t.Helper()
	p := s.proc
	s.proc = nil
	if err := p.Kill(); err != nil {
		s.t.Fatalf("natstest: %v", err)
	}
}

// Signal sends the server's process a signal, such as SIGSTOP.
func (s *Server) Signal(signal os.Signal) {
	s.t.Helper()
	if err := s.proc.Signal(signal); err != nil {
		s.t.Fatalf("natstest: %v", err)
	}
}

// Log is what the server has written to its log since it was started.
func (s *Server) Log() string { return s.proc.Stderr() }
