// SPDX-License-Identifier: Apache-2.0

package httpinstr

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
	"github.com/otelanalytics/otelanalytics-go/internal/actorkey"
)

// exchange is one request and its answer. It is the handler's context and its ResponseWriter at once, and the data that
// are recorded: one allocation for all of them.
//
// Other goroutines than the handler's use it, too, and may outlive the handler: http.TimeoutHandler abandons a handler
// that reads the body and sets its route, httputil.ReverseProxy sends 1xx and reads the body from the goroutines of
// http.Transport. So the status, the route and the count of the body are safe for concurrent use.
type exchange struct {
	context.Context
	http.ResponseWriter

	began    time.Duration   // since the middleware was made: the monotonic clock alone
	actor    *eventctx.Actor // nil: the context's
	who      eventctx.Actor
	route    route
	body     body
	status   atomic.Int32 // 0: nothing was written
	returned bool         // the handler returned, and did not panic

	// What is recorded.
	method, endpoint string
	answered         int32
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

// finish fills in what is recorded.
func (x *exchange) finish(r *http.Request, now time.Duration) {
	x.method = method(r.Method)
	x.endpoint = endpoint(r.Pattern)
	x.duration = (now - x.began).Seconds()
	x.size = x.body.read.Load()
	x.answered = x.status.Load()
	switch {
	case x.answered != 0:
	case x.returned:
		x.answered = http.StatusOK // net/http says so for the handler
	default:
		x.answered = http.StatusInternalServerError
	}
}
