// SPDX-License-Identifier: Apache-2.0

package main

import (
	"net/http"
	"net/http/httptest"

	"github.com/otelanalytics/otelanalytics-go/internal/httpbench"
)

// httpMiddleware runs an empty handler behind the middleware, and behind otelhttp alone.
func httpMiddleware(b *run1) []Result {
	alone, ours, err := httpbench.Handlers(provider())
	b.must(err)
	r, w := httptest.NewRequest(http.MethodGet, "/orders/17", nil), httpbench.NewDiscard()
	o, p := b.turns(serial(func() { ours.ServeHTTP(w, r) }), serial(func() { alone.ServeHTTP(w, r) }))
	return []Result{ratio("http", "ns", o, p, 1.3)}
}
