// SPDX-License-Identifier: Apache-2.0

package httpinstr_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/otelanalytics/otelanalytics-go/httpinstr"
)

func TestTransport(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "ok") }))
	defer server.Close()
	reader := sdkmetric.NewManualReader()
	client := &http.Client{Transport: httpinstr.Transport(nil, otelhttp.WithMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))))}
	resp, err := client.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
	var all metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &all); err != nil || len(all.ScopeMetrics) == 0 || all.ScopeMetrics[0].Metrics[0].Name != "http.client.request.body.size" && len(all.ScopeMetrics[0].Metrics) < 2 {
		t.Errorf("%+v, %v", all.ScopeMetrics, err)
	}
}
