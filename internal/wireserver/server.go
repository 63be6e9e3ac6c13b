// SPDX-License-Identifier: Apache-2.0

package wireserver

import (
	"bufio"
	"errors"
	"net"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/porttest"
)

// Server is a running server, or one that can be started again. It is safe for
// concurrent use.
type Server struct {
	t        testing.TB
	addr     string
	listener net.Listener

	mu       sync.Mutex
	conns    map[net.Conn]bool
	script   func(Command) Action
	store    store
	handlers sync.WaitGroup
}

// Start starts a server on a free port of 127.0.0.1. It stops when the test
// ends.
func Start(t testing.TB) *Server {
	t.Helper()
	s := &Server{t: t, addr: porttest.Reserve(t), conns: map[net.Conn]bool{}, store: newStore()}
	s.Up()
	t.Cleanup(s.Down)
	return s
}

// URI is its connection string. A client waits longer for the server than a
// busy machine takes to connect.
func (s *Server) URI() string { return s.uri("30000") }

// ImpatientURI is the connection string for tests that take the server away:
// a client gives up after half a second.
func (s *Server) ImpatientURI() string { return s.uri("500") }

func (s *Server) uri(patience string) string {
	return "mongodb://" + s.addr + "/?directConnection=true&serverSelectionTimeoutMS=" + patience + "&heartbeatFrequencyMS=500"
}

// Up listens again, on the same port, with the documents that it had.
func (s *Server) Up() {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listener != nil {
		return
	}
	l, err := listen(s.addr)
	if err != nil {
		s.t.Fatalf("wireserver: %v", err)
	}
	s.listener = l
	s.handlers.Go(func() { s.accept(l) })
}

// listen tries for some seconds where the address is in use: a process that the test starts at that moment has the closed
// listener too, between fork and exec.
func listen(addr string) (net.Listener, error) {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(10 * time.Second); ; <-tick.C {
		l, err := net.Listen("tcp", addr)
		if err == nil || !errors.Is(err, syscall.EADDRINUSE) || time.Now().After(deadline) {
			return l, err
		}
	}
}

// Down breaks all connections and listens no more. It returns when no command
// is being done any more.
func (s *Server) Down() {
	s.mu.Lock()
	if s.listener != nil {
		_ = s.listener.Close()
		s.listener = nil
	}
	for c := range s.conns {
		_ = c.Close()
	}
	s.mu.Unlock()
	s.handlers.Wait()
}

// Script has all commands but hello go through a function, which may be called
// from several goroutines; nil ends that.
func (s *Server) Script(script func(Command) Action) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.script = script
}

// Documents returns a copy of what is stored, in the order in which it came.
func (s *Server) Documents() []bson.Raw {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]bson.Raw(nil), s.store.docs...)
}

// Discard has the server keep the ids of documents and nothing else of them,
// and call each with every document that is new, in the order in which they
// come.
func (s *Server) Discard(each func(bson.Raw)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.store.each = each
}

func (s *Server) accept(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		if s.listener != l {
			s.mu.Unlock()
			_ = c.Close()
			return
		}
		s.conns[c] = true
		s.handlers.Go(func() { s.serve(c) })
		s.mu.Unlock()
	}
}

func (s *Server) serve(c net.Conn) {
	defer func() {
		s.mu.Lock()
		delete(s.conns, c)
		s.mu.Unlock()
		_ = c.Close()
	}()
	for r := bufio.NewReaderSize(c, 1<<20); ; {
		m, err := readMessage(r)
		if err != nil {
			return // the client is gone, or Down was called
		}
		doc := s.do(m)
		if doc == nil {
			return
		}
		if m.quit {
			continue
		}
		b, err := m.answer(doc)
		if err != nil {
			s.t.Errorf("wireserver: %v", err)
			return
		}
		if _, err := c.Write(b); err != nil {
			return
		}
	}
}

// do returns the answer to a command; nil breaks the connection.
func (s *Server) do(m message) bson.D {
	elements, err := m.body.Elements()
	if err != nil || len(elements) == 0 {
		return Failure(9, "FailedToParse")
	}
	c := Command{Name: strings.ToLower(elements[0].Key()), Body: m.body, Documents: m.docs}
	if c.Name == "insert" && len(c.Documents) == 0 {
		c.Documents = embedded(m.body)
	}
	if c.Name == "hello" || c.Name == "ismaster" {
		return s.hello()
	}
	s.mu.Lock()
	script := s.script
	s.mu.Unlock()
	a := Proceed
	if script != nil {
		a = script(c)
	}
	switch a.kind {
	case answerOnly:
		return a.answer
	case breakBefore:
		return nil
	}
	s.mu.Lock()
	doc := s.store.do(c, a.refuse)
	s.mu.Unlock()
	switch a.kind {
	case answerAfter:
		return a.answer
	case breakAfter:
		if a.after != nil {
			a.after()
		}
		return nil
	}
	return doc
}

func (s *Server) hello() bson.D {
	return bson.D{
		{Key: "ismaster", Value: true},
		{Key: "isWritablePrimary", Value: true},
		{Key: "helloOk", Value: true},
		{Key: "setName", Value: "rs"},
		{Key: "setVersion", Value: 1},
		{Key: "hosts", Value: bson.A{s.addr}},
		{Key: "primary", Value: s.addr},
		{Key: "me", Value: s.addr},
		{Key: "secondary", Value: false},
		{Key: "maxBsonObjectSize", Value: int32(16 << 20)},
		{Key: "maxMessageSizeBytes", Value: int32(maxMessage)},
		{Key: "maxWriteBatchSize", Value: int32(100_000)},
		{Key: "logicalSessionTimeoutMinutes", Value: int32(30)},
		{Key: "localTime", Value: time.Now()},
		{Key: "minWireVersion", Value: int32(0)},
		{Key: "maxWireVersion", Value: int32(21)},
		{Key: "readOnly", Value: false},
		{Key: "ok", Value: 1.0},
	}
}

// embedded returns the documents of an insert that has them in its body.
func embedded(body bson.Raw) []bson.Raw {
	array, ok := body.Lookup("documents").ArrayOK()
	if !ok {
		return nil
	}
	values, err := array.Values()
	if err != nil {
		return nil
	}
	var docs []bson.Raw
	for _, v := range values {
		docs = append(docs, v.Document())
	}
	return docs
}
