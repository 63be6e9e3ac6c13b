// SPDX-License-Identifier: Apache-2.0

package httpinstr_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/otelanalytics/otelanalytics-go/httpinstr"
)

// TestAnnouncedLength: a client may announce any length. What counts is what was read, here and in otelhttp's metrics: a sum
// of two announcements would wrap.
func TestAnnouncedLength(t *testing.T) {
	reader := sdkmetric.NewManualReader()
	provider := sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
	mux := http.NewServeMux()
	mux.HandleFunc("/refuses", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) })
	mux.HandleFunc("/reads", func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) })
	rec, server := site(t, mux, false, httpinstr.WithOTelHTTP(otelhttp.WithMeterProvider(provider)))
	for path, want := range map[string]int64{"/refuses": 0, "/reads": 3} {
		for range 2 {
			conn, err := net.Dial("tcp", server.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 9223372036854775807\r\n\r\nabc", path); err != nil {
				t.Fatal(err)
			}
			if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
				t.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, conn) // the answer, if there is one
			_ = conn.Close()
		}
		for _, r := range rec.take(t, 2) {
			if r.Size != want {
				t.Errorf("%s: the size is %d, want %d", path, r.Size, want)
			}
		}
	}
	var all metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	var sum, count int64
	for _, m := range all.ScopeMetrics[0].Metrics {
		if data, ok := m.Data.(metricdata.Histogram[int64]); ok && m.Name == "http.server.request.body.size" {
			for _, p := range data.DataPoints {
				sum, count = sum+p.Sum, count+int64(p.Count)
			}
		}
	}
	if sum != 6 || count != 4 {
		t.Errorf("otelhttp's sizes: %d in %d requests, want 6 in 4", sum, count)
	}
}
