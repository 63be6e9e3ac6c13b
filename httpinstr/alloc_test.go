// SPDX-License-Identifier: Apache-2.0

//go:build !race

// The race detector has sync.Pool drop what it is given, so that there is nothing to measure.

package httpinstr_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/httpbench"
)

// TestMiddlewareAllocatesTwice: the exchange, and the copy of the request that has its context.
func TestMiddlewareAllocatesTwice(t *testing.T) {
	alone, ours := handlers(t)
	count := func(h http.Handler) float64 {
		r := httptest.NewRequest(http.MethodGet, "/orders/17", nil)
		w := httpbench.NewDiscard()
		return testing.AllocsPerRun(2_000, func() { h.ServeHTTP(w, r) })
	}
	if a, o := count(alone), count(ours); o > a+2 {
		t.Errorf("otelhttp allocates %v times, with the middleware %v", a, o)
	}
}
