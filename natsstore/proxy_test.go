// SPDX-License-Identifier: Apache-2.0

package natsstore_test

import (
	"io"
	"net"
	"sync"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/porttest"
)

// proxy stands between a sink and a server, and can be out while the server is there.
type proxy struct {
	t            testing.TB
	addr, server string

	mu       sync.Mutex // guards what follows
	listener net.Listener
	conns    []net.Conn
}

// proxied returns a proxy in front of a server, and its URL.
func proxied(t testing.TB, server string) (p *proxy, url string) {
	t.Helper()
	p = &proxy{t: t, addr: porttest.Reserve(t), server: server}
	p.up()
	t.Cleanup(p.down)
	return p, "nats://" + p.addr
}

// up lets connections through.
func (p *proxy) up() {
	l, err := net.Listen("tcp", p.addr)
	if err != nil {
		p.t.Fatal(err)
	}
	p.mu.Lock()
	p.listener = l
	p.mu.Unlock()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			p.pass(conn)
		}
	}()
}

func (p *proxy) pass(conn net.Conn) {
	to, err := net.Dial("tcp", p.server)
	if err != nil {
		conn.Close()
		return
	}
	p.mu.Lock()
	p.conns = append(p.conns, conn, to)
	p.mu.Unlock()
	for _, way := range [][2]net.Conn{{conn, to}, {to, conn}} {
		go func() {
			_, _ = io.Copy(way[0], way[1])
			way[0].Close()
			way[1].Close()
		}()
	}
}

// down breaks the connections and takes no more.
func (p *proxy) down() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.listener.Close()
	for _, conn := range p.conns {
		conn.Close()
	}
	p.conns = nil
}
