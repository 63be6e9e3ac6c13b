// SPDX-License-Identifier: Apache-2.0

// Package dnstest answers the DNS queries of the test process. No query leaves the machine. A test decides which names fail,
// and when they resolve again.
package dnstest

import (
	"context"
	"encoding/binary"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// Server is a name server that the process asks, instead of the system's. It is safe for concurrent use.
type Server struct {
	conn net.PacketConn

	mu    sync.Mutex // guards what follows
	srv   map[string]target
	down  bool
	mute  bool
	asked []string
}

type target struct {
	host string
	port uint16
}

// The process's resolver is replaced once and stays, since questions may outlive the test that caused them.
var (
	install sync.Once
	current atomic.Pointer[Server] // nil: the system's
)

func dial(ctx context.Context, network, address string) (net.Conn, error) {
	var d net.Dialer
	if s := current.Load(); s != nil {
		return d.DialContext(ctx, "udp", s.conn.LocalAddr().String())
	}
	return d.DialContext(ctx, network, address)
}

// The types of records that are answered.
const (
	typeA   = 1
	typeSRV = 33
)

// Start makes net.DefaultResolver ask a new server until the test ends, and the system's again then. Tests that use it
// must not run in parallel.
func Start(t testing.TB) *Server {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{conn: conn, srv: map[string]target{}}
	install.Do(func() { net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: dial} })
	current.Store(s)
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.serve()
	}()
	t.Cleanup(func() {
		current.CompareAndSwap(s, nil)
		_ = conn.Close()
		<-done
	})
	return s
}

// SetSRV has the SRV record of name (such as _mongodb._tcp.db.example.net) lead to a port of host. Each host has the address
// 127.0.0.1.
func (s *Server) SetSRV(name, host string, port uint16) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.srv[name] = target{host, port}
}

// SetDown has the server answer that it failed, or answer again.
func (s *Server) SetDown(down bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = down
}

// SetSilent has the server not answer at all, or answer again.
func (s *Server) SetSilent(silent bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mute = silent
}

// Asked returns the names that were asked for, in their order.
func (s *Server) Asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.asked...)
}

func (s *Server) serve() {
	b := make([]byte, 1<<16)
	for {
		n, from, err := s.conn.ReadFrom(b)
		if err != nil {
			return
		}
		if answer := s.answer(b[:n]); answer != nil {
			_, _ = s.conn.WriteTo(answer, from)
		}
	}
}

// answer makes the answer to one question, as RFC 1035 has it.
func (s *Server) answer(question []byte) []byte {
	const header = 12
	name, end := "", header
	for end < len(question) && question[end] > 0 {
		size := int(question[end])
		if end+1+size > len(question) {
			return nil
		}
		name += string(question[end+1:end+1+size]) + "."
		end += 1 + size
	}
	end += 5 // the end of the name, type and class
	if end > len(question) {
		return nil
	}
	kind := binary.BigEndian.Uint16(question[end-4:])
	name = strings.TrimSuffix(strings.ToLower(name), ".")
	data, code, silent := s.record(name, kind)
	if silent {
		return nil
	}
	a := append([]byte{question[0], question[1], 0x81, 0x80 | code, 0, 1, 0, 0, 0, 0, 0, 0}, question[header:end]...)
	if data == nil {
		return a
	}
	a[7] = 1
	a = append(a, 0xc0, header) // the name of the question
	a = binary.BigEndian.AppendUint16(a, kind)
	a = append(a, 0, 1, 0, 0, 0, 0) // Internet, kept for no time
	a = binary.BigEndian.AppendUint16(a, uint16(len(data)))
	return append(a, data...)
}

// record returns what a record holds, nil without one, and a code, or that there is no answer.
func (s *Server) record(name string, kind uint16) (data []byte, code byte, silent bool) {
	const failed, noName = 2, 3
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, name)
	to, ok := s.srv[name]
	switch {
	case s.mute:
		return nil, 0, true
	case s.down:
		return nil, failed, false
	case kind == typeA:
		return []byte{127, 0, 0, 1}, 0, false
	case kind == typeSRV && !ok:
		return nil, noName, false
	case kind == typeSRV:
		data = []byte{0, 0, 0, 0} // priority and weight
		data = binary.BigEndian.AppendUint16(data, to.port)
		for label := range strings.SplitSeq(to.host, ".") {
			data = append(append(data, byte(len(label))), label...)
		}
		return append(data, 0), 0, false
	default:
		return nil, 0, false
	}
}
