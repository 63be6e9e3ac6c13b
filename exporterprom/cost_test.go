// SPDX-License-Identifier: Apache-2.0

package exporterprom_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/otelanalytics/otelanalytics-go/exporterprom"
)

// counters returns an exporter with so many series of a counter with two attributes.
func counters(t testing.TB, series int) *exporterprom.Exporter {
	t.Helper()
	prom, err := exporterprom.New(exporterprom.WithoutRuntimeMetrics())
	if err != nil {
		t.Fatal(err)
	}
	provider := sdkmetric.NewMeterProvider(sdkmetric.WithReader(prom.Reader()), sdkmetric.WithCardinalityLimit(series+1))
	c, err := provider.Meter("test").Int64Counter("things")
	if err != nil {
		t.Fatal(err)
	}
	for i := range series {
		c.Add(t.Context(), 1, metric.WithAttributes(attribute.String("a", fmt.Sprint(i%100)), attribute.String("b", fmt.Sprint(i/100))))
	}
	return prom
}

func scrape(prom *exporterprom.Exporter) {
	prom.Handler().ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/metrics", nil))
}

// TestScrapeAllocatesLittle: what a scrape allocates does not depend on the series, but for the SDK's own collection.
func TestScrapeAllocatesLittle(t *testing.T) {
	const series, most = 10_000, 2_000
	prom := counters(t, series)
	scrape(prom)
	var data metricdata.ResourceMetrics
	reader := prom.Reader().(*sdkmetric.ManualReader)
	collect := testing.AllocsPerRun(5, func() { _ = reader.Collect(context.Background(), &data) })
	got := testing.AllocsPerRun(5, func() { scrape(prom) })
	t.Logf("%.0f allocations beyond the %.0f of the collection", got-collect, collect)
	if got-collect > most {
		t.Errorf("a scrape of %d series makes %.0f allocations, and the collection alone %.0f; want at most %d more", series, got, collect, most)
	}
}

// TestSeriesTakeLittleMemory bounds what the page keeps for a series.
func TestSeriesTakeLittleMemory(t *testing.T) {
	const series, most = 10_000, 700
	prom := counters(t, series)
	live := func() int64 {
		runtime.GC()
		runtime.GC() // pools
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before := live()
	scrape(prom)
	scrape(prom)
	got := (live() - before) / series
	t.Logf("%d bytes a series", got)
	if got > most {
		t.Errorf("the page keeps %d bytes a series, want at most %d", got, most)
	}
	runtime.KeepAlive(prom)
}
