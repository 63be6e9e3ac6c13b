// SPDX-License-Identifier: Apache-2.0

package engines

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/natstest"
	"github.com/otelanalytics/otelanalytics-go/internal/porttest"
	"github.com/otelanalytics/otelanalytics-go/natsstore"
)

// counted stands in front of a server and counts connections.
type counted struct {
	addr string

	mu        sync.Mutex // guards what follows
	open, top int
}

// count returns a proxy in front of the server of a URI, and the URI of the proxy.
func count(t *testing.T, uri string) (c *counted, through string) {
	t.Helper()
	u, err := url.Parse(uri)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	c = &counted{addr: u.Host}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go c.pass(conn)
		}
	}()
	u.Host = l.Addr().String()
	return c, u.String()
}

func (c *counted) pass(conn net.Conn) {
	c.change(1)
	defer c.change(-1)
	to, err := net.Dial("tcp", c.addr)
	if err != nil {
		conn.Close()
		return
	}
	var group sync.WaitGroup
	for _, way := range [][2]net.Conn{{conn, to}, {to, conn}} {
		group.Go(func() {
			_, _ = io.Copy(way[0], way[1])
			way[0].Close()
			way[1].Close()
		})
	}
	group.Wait()
}

func (c *counted) change(by int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.open += by
	c.top = max(c.top, c.open)
}

// most returns how many connections there were at a time, at most.
func (c *counted) most() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.top
}

// peak returns the largest memory that a process has had, in bytes. known is false where the system does not tell.
func peak(t *testing.T, pid int) (n int64, known bool) {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == "VmHWM:" {
			n, err := strconv.ParseInt(fields[1], 10, 64)
			return n << 10, err == nil
		}
	}
	return 0, false
}

// TestManyServices holds two deliverers to their bounds, which read one stream of 200 services: connections to MongoDB, and memory. The services
// have no connection to MongoDB.
func TestManyServices(t *testing.T) {
	const (
		services, each = 200, 50
		maxConnections = 20
		maxMemory      = 128 << 20
	)
	mongodb, server := mongotest.Start(t), natstest.Start(t, 1).Server(0)
	collection := mongodb.Database(t).Collection("user_events")
	connections, uri := count(t, mongodb.URI())
	program := commandLine(t)
	w := &world{t: t, truth: truth{accepted: make(map[string]bool)}}
	for range 2 {
		dir, listen := t.TempDir(), porttest.Reserve(t)
		w.deliverers = append(w.deliverers, launch(t, func() *exec.Cmd {
			cmd := exec.Command(program, "deliver", "--from", server.URL(), "--to", uri, "--database", collection.Database().Name(), "--data-dir", dir, "--listen", listen)
			cmd.Env = os.Environ()
			return cmd
		}, func(string) {}))
	}
	stores := make([]*eventstore.Store, services)
	all(t, services, func(ctx context.Context, i int) error {
		sink, err := natsstore.NewSink(natsstore.Config{URL: server.URL(), Replicas: 1})
		if err == nil {
			stores[i], err = eventstore.Open(ctx, sink, eventstore.Config{Dir: filepath.Join(t.TempDir(), "data"), Logger: slog.New(slog.DiscardHandler)})
		}
		return err
	})
	all(t, services, func(ctx context.Context, i int) error {
		for n := range each {
			e, err := event(fmt.Sprintf("s%d-%d", i, n))
			if err == nil {
				_, err = stores[i].Append(ctx, e, eventstore.AckWritten)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	all(t, services, func(ctx context.Context, i int) error { return stores[i].Shutdown(ctx) })
	w.eventually("everything is stored", func() bool {
		n, err := collection.EstimatedDocumentCount(t.Context())
		return err == nil && n >= services*each
	})
	n := connections.most()
	t.Logf("%d services of %d events: %d connections to MongoDB, bound %d", services, each, n, maxConnections)
	if n > maxConnections || n == 0 {
		t.Errorf("%d connections to MongoDB, at most %d", n, maxConnections)
	}
	for i, p := range w.deliverers {
		memory, known := peak(t, p.cmd.Process.Pid)
		if !known {
			t.Log("the system does not tell how much memory a process has had")
			return
		}
		t.Logf("deliverer %d: %d MiB of memory at its peak, bound %d", i, memory>>20, maxMemory>>20)
		if memory > maxMemory {
			t.Errorf("deliverer %d: %d MiB of memory, at most %d", i, memory>>20, maxMemory>>20)
		}
	}
}

// all calls f for each of n services, at the same time.
func all(t *testing.T, n int, f func(ctx context.Context, i int) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	errs := make(chan error, n)
	for i := range n {
		go func() { errs <- f(ctx, i) }()
	}
	for range n {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if t.Failed() {
		t.FailNow()
	}
}
