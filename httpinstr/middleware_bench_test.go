// SPDX-License-Identifier: Apache-2.0

package httpinstr_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelanalytics/otelanalytics-go/internal/httpbench"
)

func handlers(t testing.TB) (alone, ours http.Handler) {
	t.Helper()
	alone, ours, err := httpbench.Handlers(sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader())))
	if err != nil {
		t.Fatal(err)
	}
	return alone, ours
}

// BenchmarkMiddleware runs an empty handler behind otelhttp alone and behind the middleware.
func BenchmarkMiddleware(b *testing.B) {
	alone, ours := handlers(b)
	for _, c := range []struct {
		name    string
		handler http.Handler
	}{{"otelhttp", alone}, {"httpinstr", ours}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			r := httptest.NewRequest(http.MethodGet, "/orders/17", nil)
			w := httpbench.NewDiscard()
			for b.Loop() {
				c.handler.ServeHTTP(w, r)
			}
		})
	}
}
