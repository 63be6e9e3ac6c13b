// SPDX-License-Identifier: Apache-2.0

package httpinstr

import (
	"context"
	"net/http"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
)

// Recorder records the metrics that the event map names for an entry, with its data: an *otelanalytics.Client, or a
// module of it. It must not keep data. What it cannot record it counts and logs itself.
type Recorder interface {
	Record(ctx context.Context, entry string, data any) error
}

// Middleware wraps a handler: otelhttp outside, with operation as the name of its spans until a route is known, then
// what records the map's entry, and the handler, a mux as a rule, innermost. The handler must be the mux itself, or tell
// its routes by [Routes], [StripPrefix] or [SetRoute].
//
// The wrapped handler adds two allocations to those of otelhttp. Flushing, hijacking, HTTP/2 push, io.ReaderFrom and
// http.ResponseController work as without it. A handler that panics is measured, with status 500 when it had not
// answered yet, and the panic is passed on; so is a panic of the function of [WithActor]. Of a hijacked connection the
// time until the handler returns is measured, with status 101 unless another one was written before. Requests are
// measured once their handler has returned, however long that takes.
func Middleware(r Recorder, operation string, options ...Option) func(http.Handler) http.Handler {
	c := newConfig(operation, options)
	plain := otelhttp.NewMiddleware(operation, c.forOTelHTTP("80")...)
	encrypted := otelhttp.NewMiddleware(operation, c.forOTelHTTP("443")...)
	return func(next http.Handler) http.Handler {
		inside := http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) { serve(r, &c, next, w, req) })
		overPlain, overTLS := plain(inside), encrypted(inside)
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			switch {
			case c.leaves(req.URL.Path):
				next.ServeHTTP(w, req)
			case req.TLS != nil:
				overTLS.ServeHTTP(w, req)
			default:
				overPlain.ServeHTTP(w, req)
			}
		})
	}
}

// serve has next answer a request, and records it, also when next or the function of [WithActor] panics.
func serve(r Recorder, c *config, next http.Handler, w http.ResponseWriter, req *http.Request) {
	x := &exchange{Context: req.Context(), ResponseWriter: w, began: time.Since(c.made)}
	inner := req.WithContext(x)
	x.countBody(inner)
	defer func() {
		// otelhttp looks at its own copy of the request, and net/http removes the files of a form it knows of.
		req.Pattern = x.route.of(inner)
		if inner.MultipartForm != nil {
			req.MultipartForm = inner.MultipartForm
		}
		x.finish(req, time.Since(c.made))
		_ = r.Record(x, c.entry, x)
	}()
	if c.actor != nil {
		x.setActor(c.actor(req))
	}
	next.ServeHTTP(x, inner)
	x.returned = true
}
