// SPDX-License-Identifier: Apache-2.0

package kafkastore_test

import (
	"net"
	"sync"
)

// gate stands in front of the brokers of a cluster: it can break connections and take no more, or have brokers read nothing.
type gate struct {
	mu      sync.Mutex // guards what follows
	shut    bool
	conns   map[net.Conn]bool
	flowing chan struct{} // closed while brokers read
}

func newGate() *gate {
	g := &gate{conns: make(map[net.Conn]bool), flowing: make(chan struct{})}
	close(g.flowing)
	return g
}

func (g *gate) listen(network, address string) (net.Listener, error) {
	l, err := net.Listen(network, address)
	return gated{l, g}, err
}

// down breaks connections and takes no more, until the function that it returns is called.
func (g *gate) down() (up func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shut = true
	for conn := range g.conns {
		conn.Close()
	}
	clear(g.conns)
	return func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.shut = false
	}
}

// stall has brokers read nothing, until the function that it returns is called.
func (g *gate) stall() (resume func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	again := make(chan struct{})
	g.flowing = again
	return sync.OnceFunc(func() { close(again) })
}

func (g *gate) wait() {
	g.mu.Lock()
	flowing := g.flowing
	g.mu.Unlock()
	<-flowing
}

type gated struct {
	net.Listener
	gate *gate
}

func (l gated) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		l.gate.mu.Lock()
		shut := l.gate.shut
		if !shut {
			l.gate.conns[conn] = true
		}
		l.gate.mu.Unlock()
		if !shut {
			return flow{conn, l.gate}, nil
		}
		conn.Close()
	}
}

// flow is a connection whose broker waits while the gate is stalled.
type flow struct {
	net.Conn
	gate *gate
}

func (c flow) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.gate.wait()
	return n, err
}
