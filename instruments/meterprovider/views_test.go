// SPDX-License-Identifier: Apache-2.0

package meterprovider_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/otelanalytics/otelanalytics-go/exporterprom"
	"github.com/otelanalytics/otelanalytics-go/instruments/meterprovider"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

const latencies = `
version: 1
metrics:
  latency:
    instrument: exponential_histogram
    unit: s
    max_size: 132
    max_scale: 5
    attributes:
      route: {values: [home, cart]}
  size:
    instrument: histogram
    buckets: [1, 2]
events:
  page_served:
    store: false
    record:
      - {metric: latency, value: seconds}
      - {metric: size, value: bytes}
`

// serve records one page through a provider with the map's views.
func serve(t *testing.T, reader sdkmetric.Reader) {
	t.Helper()
	m := servicetest.Map(t, latencies)
	provider := meterprovider.New(m, sdkmetric.WithReader(reader))
	client, err := otelanalytics.New(m, otelanalytics.WithMeterProvider(provider))
	if err != nil {
		t.Fatal(err)
	}
	for _, seconds := range []float64{0.1, 0.2, 3} {
		if err := client.Record(t.Context(), "page_served", map[string]any{"route": "home", "seconds": seconds, "bytes": 1}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestViewsMakeExponentialHistograms(t *testing.T) {
	reader := sdkmetric.NewManualReader()
	serve(t, reader)
	var got metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &got); err != nil {
		t.Fatal(err)
	}
	kinds := map[string]bool{}
	for _, scope := range got.ScopeMetrics {
		for _, m := range scope.Metrics {
			switch data := m.Data.(type) {
			case metricdata.ExponentialHistogram[float64]:
				kinds[m.Name+" exponential"] = true
				if p := data.DataPoints[0]; p.Count != 3 || p.Sum < 3.29 || p.Sum > 3.31 || p.Scale > 5 || len(p.PositiveBucket.Counts) > 132 {
					t.Errorf("%s: %+v, want 3 observations of 3.3 in all, a scale of at most 5 and at most 132 buckets", m.Name, p)
				}
			case metricdata.Histogram[float64]:
				kinds[m.Name+" explicit"] = true
			}
		}
	}
	if !kinds["latency exponential"] || !kinds["size explicit"] || len(kinds) != 2 {
		t.Errorf("%v, want latency exponential and size explicit", kinds)
	}
}

// TestNativeHistogram scrapes as Prometheus does when it takes native histograms, which only the protobuf
// format carries.
func TestNativeHistogram(t *testing.T) {
	prom, err := exporterprom.New(exporterprom.WithoutRuntimeMetrics())
	if err != nil {
		t.Fatal(err)
	}
	serve(t, prom.Reader())
	r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
	r.Header.Set("Accept", string(expfmt.NewFormat(expfmt.TypeProtoDelim)))
	w := httptest.NewRecorder()
	prom.Handler().ServeHTTP(w, r)
	decoder := expfmt.NewDecoder(w.Body, expfmt.ResponseFormat(w.Result().Header))
	for {
		var family dto.MetricFamily
		if err := decoder.Decode(&family); err != nil {
			t.Fatalf("latency_seconds is not on the page: %v", err)
		}
		if family.GetName() != "latency_seconds" {
			continue
		}
		h := family.GetMetric()[0].GetHistogram()
		if h.Schema == nil || h.GetSampleCount() != 3 || len(h.GetPositiveSpan()) == 0 {
			t.Errorf("not a native histogram of 3 observations: %v", h)
		}
		return
	}
}

// TestClassicPage shows what a scraper gets that does not take native histograms: the count and the sum.
func TestClassicPage(t *testing.T) {
	prom, err := exporterprom.New(exporterprom.WithoutRuntimeMetrics())
	if err != nil {
		t.Fatal(err)
	}
	serve(t, prom.Reader())
	h := servicetest.Read(t, prom.Handler())["latency_seconds"].GetMetric()[0].GetHistogram()
	if h.GetSampleCount() != 3 || len(h.GetBucket()) > 1 {
		t.Errorf("%v, want a count of 3 and no buckets but the infinite one", h)
	}
}
