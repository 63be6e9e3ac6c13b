// SPDX-License-Identifier: Apache-2.0

package httpinstr

import (
	"context"
	"net/http"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
)

// Recorder records the metrics that the event map declares for an entry. An *otelanalytics.Client implements it, and so
// does a module of it. Record must not keep data after it returns. It counts and logs its own failures: the middleware
// ignores the error.
type Recorder interface {
	Record(ctx context.Context, entry string, data any) error
}

// Middleware wraps a handler, usually a mux. The layers from the outside in are otelhttp, the recording of the map's
// entry, and the handler. Spans are named operation until a route is known. The handler must be the mux itself, or
// report its routes through [Routes], [StripPrefix] or [SetRoute].
//
// A request is measured once its handler has returned, however long that takes:
//
//   - A handler that panics is measured too, and so is a panic of the function of [WithActor]. The status is 500
//     unless the handler had already answered. The panic is passed on.
//   - A hijacked connection is measured until the handler returns. Its status is 101 unless another one was written
//     before.
//
// Flushing, hijacking, HTTP/2 push, io.ReaderFrom and http.ResponseController work as without the middleware. It adds
// two allocations to those otelhttp makes.
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

// serve lets next answer a request and records the request, even when next or the function of [WithActor] panics.
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
