// SPDX-License-Identifier: Apache-2.0

package httpinstr_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/otelanalytics/otelanalytics-go/httpinstr"
)

// TestStandardMetrics looks at what otelhttp makes: the route is there, and nothing of the Host header.
func TestStandardMetrics(t *testing.T) {
	standardMetrics(t, "shop", "")
	standardMetrics(t, "shop.example.com", "8443", httpinstr.WithServerName("shop.example.com:8443"))
}

func standardMetrics(t *testing.T, address, port string, options ...httpinstr.Option) {
	t.Helper()
	reader := sdkmetric.NewManualReader()
	provider := sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /orders/{id}", func(http.ResponseWriter, *http.Request) {})
	rec := &recorder{}
	h := httpinstr.Middleware(rec, "shop", append(options, httpinstr.WithOTelHTTP(otelhttp.WithMeterProvider(provider)))...)(mux)
	for i := range 50 {
		r := httptest.NewRequest(http.MethodGet, fmt.Sprintf("/orders/%d", i), nil)
		r.Host = fmt.Sprintf("host-%d.example.com:%d", i, 1000+i)
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	var all metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	found := false
	for _, m := range all.ScopeMetrics[0].Metrics {
		data, ok := m.Data.(metricdata.Histogram[float64])
		if m.Name != "http.server.request.duration" || !ok {
			continue
		}
		found = true
		if len(data.DataPoints) != 1 || data.DataPoints[0].Count != 50 {
			t.Fatalf("%d series", len(data.DataPoints))
		}
		attributes := data.DataPoints[0].Attributes
		for key, want := range map[string]string{"http.route": "/orders/{id}", "server.address": address, "server.port": port, "http.request.method": "GET"} {
			if v, ok := attributes.Value(attribute.Key(key)); ok != (want != "") || ok && v.String() != want {
				t.Errorf("%s is %q, want %q: %v", key, v.String(), want, attributes.ToSlice())
			}
		}
	}
	if !found {
		t.Error("otelhttp's duration is not there")
	}
}
