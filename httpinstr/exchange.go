// SPDX-License-Identifier: Apache-2.0

package httpinstr

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
	"github.com/otelanalytics/otelanalytics-go/internal/actorkey"
)

// exchange is one request and its answer. It is the handler's context and its ResponseWriter at once, and the data that
// are recorded: one allocation for all of them.
type exchange struct {
	context.Context
	http.ResponseWriter

	began    time.Duration   // since the middleware was made: the monotonic clock alone
	actor    *eventctx.Actor // nil: the context's
	who      eventctx.Actor
	route    string // as SetRoute was told
	body     body
	status   int // 0: nothing was written
	hijacked bool
	returned bool // the handler returned, and did not panic

	// What is recorded.
	method, endpoint string
	duration         float64
	size             int64
}

// exchangeKey is under which a context has its exchange.
type exchangeKey struct{}

// Value answers for the context.
func (x *exchange) Value(key any) any {
	if key == (exchangeKey{}) {
		return x
	}
	if x.actor != nil && key == (actorkey.Key{}) {
		return x.actor
	}
	return x.Context.Value(key)
}

// setActor takes what the application says, and the rest from the context.
func (x *exchange) setActor(a eventctx.Actor) {
	if a == (eventctx.Actor{}) {
		return
	}
	before := eventctx.FromContext(x.Context)
	for _, f := range [...]struct{ to, from *string }{{&a.UserID, &before.UserID}, {&a.SessionID, &before.SessionID}, {&a.Platform, &before.Platform}} {
		if *f.to == "" {
			*f.to = *f.from
		}
	}
	x.who = a
	x.actor = &x.who
}

// WriteHeader notes the final status; those of 1xx but 101 are only on the way to it.
func (x *exchange) WriteHeader(status int) {
	if x.status == 0 && (status >= 200 || status == http.StatusSwitchingProtocols) {
		x.status = status
	}
	x.ResponseWriter.WriteHeader(status)
}

func (x *exchange) Write(b []byte) (int, error) {
	x.written()
	return x.ResponseWriter.Write(b)
}

// WriteString saves io.WriteString a copy, where the writer below can.
func (x *exchange) WriteString(s string) (int, error) {
	x.written()
	return io.WriteString(x.ResponseWriter, s)
}

// ReadFrom lets io.Copy use sendfile, where the writer below can.
func (x *exchange) ReadFrom(r io.Reader) (int64, error) {
	x.written()
	return io.Copy(x.ResponseWriter, r)
}

// written notes that the status is 200 when a body comes without one.
func (x *exchange) written() {
	if x.status == 0 {
		x.status = http.StatusOK
	}
}

// Flush sends what is buffered. Like every http.Flusher it says nothing when it cannot; http.ResponseController does.
func (x *exchange) Flush() { _ = x.FlushError() }

// FlushError is what http.ResponseController calls.
func (x *exchange) FlushError() error {
	err := http.NewResponseController(x.ResponseWriter).Flush()
	if err == nil {
		x.written()
	}
	return err
}

// Hijack takes the connection over; http.ErrNotSupported where that is not possible, as in HTTP/2.
func (x *exchange) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(x.ResponseWriter).Hijack()
	x.hijacked = x.hijacked || err == nil
	return conn, rw, err
}

// Push begins a push of HTTP/2; http.ErrNotSupported where that is not possible.
func (x *exchange) Push(target string, o *http.PushOptions) error {
	if p, ok := x.ResponseWriter.(http.Pusher); ok {
		return p.Push(target, o)
	}
	return http.ErrNotSupported
}

// Unwrap is for http.ResponseController.
func (x *exchange) Unwrap() http.ResponseWriter { return x.ResponseWriter }

// body counts what is read of a body whose length is not said beforehand.
type body struct {
	io.ReadCloser
	read int64
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.read += int64(n)
	return n, err
}

// countBody counts the body of a request, where its length is not known.
func (x *exchange) countBody(r *http.Request) {
	if r.ContentLength < 0 && r.Body != nil {
		x.body.ReadCloser = r.Body
		r.Body = &x.body
	}
}

// finish fills in what is recorded.
func (x *exchange) finish(r *http.Request, now time.Duration) {
	x.method = method(r.Method)
	x.endpoint = endpoint(x.route, r.Pattern)
	x.duration = (now - x.began).Seconds()
	x.size = max(r.ContentLength, x.body.read)
	if x.status == 0 {
		switch {
		case x.hijacked:
			x.status = http.StatusSwitchingProtocols
		case x.returned:
			x.status = http.StatusOK // net/http says so for the handler
		default:
			x.status = http.StatusInternalServerError
		}
	}
}
