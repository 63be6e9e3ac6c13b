// SPDX-License-Identifier: Apache-2.0

package collect

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"sync"
)

// maxHeaderLines bounds the lines of a request's header. Each costs net/http some hundred bytes, however short it is.
const maxHeaderLines = 100

var errHeaderLines = errors.New("the header of the request has more lines than a client sends")

// limitedListener has so many connections open at once. Further ones wait in the queue of the system.
type limitedListener struct {
	net.Listener
	free   chan struct{} // has an entry for each connection that is open
	closed chan struct{}
	close  func() error
}

func limitConnections(l net.Listener, n int) net.Listener {
	limited := &limitedListener{Listener: l, free: make(chan struct{}, n), closed: make(chan struct{})}
	limited.close = sync.OnceValue(func() error {
		close(limited.closed)
		return l.Close()
	})
	return limited
}

// Accept waits for a free place, and for a connection.
func (l *limitedListener) Accept() (net.Conn, error) {
	select {
	case l.free <- struct{}{}:
	case <-l.closed:
		return nil, net.ErrClosed
	}
	c, err := l.Listener.Accept()
	if err != nil {
		<-l.free
		return nil, err
	}
	return &placedConn{Conn: c, leave: sync.OnceFunc(func() { <-l.free })}, nil
}

// Close ends Accept, too.
func (l *limitedListener) Close() error { return l.close() }

// placedConn gives its place back when it is closed.
type placedConn struct {
	net.Conn
	leave func()
}

func (c *placedConn) Close() error {
	defer c.leave()
	return c.Conn.Close()
}

// CloseWrite ends what is sent. net/http uses it, so that an answer to a request that was not read to its end arrives.
func (c *placedConn) CloseWrite() error { return closeWrite(c.Conn) }

func closeWrite(c net.Conn) error {
	if half, ok := c.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// headerListener has connections whose headers are counted.
type headerListener struct{ net.Listener }

func (l headerListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &headerConn{Conn: c}, nil
}

// headerConn breaks off when a header has too many lines: a hostile one has thousands, of three bytes each. It is told when a
// handler begins with a request, and when that has been answered.
type headerConn struct {
	net.Conn

	mu     sync.Mutex // guards what follows
	body   bool       // the header has ended
	lines  int        // of the header, or since its end
	blank  bool       // the last line so far is empty
	after  int64      // bytes since the end of the header
	length int64      // of the body; -1: not known
}

// Read counts the lines of a header until the empty one at its end.
func (c *headerConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	rest := p[:n]
	if !c.body {
		rest = c.header(rest)
		if c.lines > maxHeaderLines {
			return 0, errHeaderLines
		}
	}
	c.lines += bytes.Count(rest, []byte{'\n'})
	c.after += int64(len(rest))
	return n, err
}

// header counts lines, and returns what follows the header.
func (c *headerConn) header(p []byte) []byte {
	for i, b := range p {
		switch {
		case b == '\n' && c.blank && c.lines > 0:
			c.body, c.lines, c.after = true, 0, 0
			return p[i+1:]
		case b == '\n':
			c.blank = true
			if c.lines++; c.lines > maxHeaderLines {
				return nil
			}
		case b != '\r':
			c.blank = false
		}
	}
	return nil
}

// begin is told of a request with a body of so many bytes.
func (c *headerConn) begin(length int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.length = length
}

// end is told that the request has been answered. It reports whether the next one can be taken: the client has not sent its header
// ahead, which would not be counted. While a handler runs, net/http reads one byte ahead.
func (c *headerConn) end() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	ahead := c.after > c.length+1
	if c.length < 0 {
		ahead = c.lines > maxHeaderLines
	}
	c.body, c.lines, c.blank = false, 0, false
	return !ahead
}

// CloseWrite ends what is sent.
func (c *headerConn) CloseWrite() error { return closeWrite(c.Conn) }

// connKey finds a connection in the context of its requests.
type connKey struct{}

// counted has a server tell connections of a headerListener about their requests, and has r.TLS, which net/http sets only for connections of
// its own.
func counted(s *http.Server) {
	s.ConnContext = func(ctx context.Context, c net.Conn) context.Context { return context.WithValue(ctx, connKey{}, c) }
	s.ConnState = func(c net.Conn, state http.ConnState) {
		if h, ok := c.(*headerConn); ok && state == http.StateIdle && !h.end() {
			_ = h.Close() // the answer has been sent
		}
	}
	next := s.Handler
	s.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c, ok := r.Context().Value(connKey{}).(*headerConn); ok {
			c.begin(r.ContentLength)
			if t, ok := c.Conn.(*tls.Conn); ok {
				state := t.ConnectionState()
				r.TLS = &state
			}
		}
		next.ServeHTTP(w, r)
	})
}
