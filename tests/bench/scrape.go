// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/otelanalytics/otelanalytics-go/exporterprom"
	"github.com/otelanalytics/otelanalytics-go/instruments/meterprovider"
)

var buckets = []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5}

func scrape10k(b *run1) []Result  { return b.scrapes("scrape_10k", 10_000, false) }
func scrapeHist(b *run1) []Result { return b.scrapes("scrape_hist", 1_000, true) }

// scrapes reads a page with as many series from the exporter and from client_golang.
func (b *run1) scrapes(name string, series int, histogram bool) []Result {
	ours, peer := b.page(series, histogram), b.peerPage(series, histogram)
	o, p := b.turns(serial(b.get(ours.Handler())), serial(b.get(peer)))
	return []Result{ratio(name, "ms", o/1e6, p/1e6, 0.5)}
}

// scrapeAllocations counts what a scrape of 10,000 series allocates beyond the SDK's own collection.
func scrapeAllocations(b *run1) []Result {
	page := b.page(10_000, false)
	get, collect := b.get(page.Handler()), b.collect(page)
	get()
	collect()
	return []Result{figure("scrape_allocations", "allocations", testing.AllocsPerRun(5, get)-testing.AllocsPerRun(5, collect), 2_000)}
}

// scrapeGrowth compares 100,000 series with ten times 10,000: what a scrape takes beyond the SDK's own collection. That is
// the difference of two long times, so the shortest of each count: other programs and the garbage collector only add.
func scrapeGrowth(b *run1) []Result {
	beyond := func(series, rounds int) float64 {
		page := b.page(series, false)
		get, collect := b.get(page.Handler()), b.collect(page)
		shortest := [2]time.Duration{time.Hour, time.Hour}
		for range rounds {
			for i, call := range []func(){get, collect} {
				began := time.Now()
				call()
				shortest[i] = min(shortest[i], time.Since(began))
			}
		}
		return float64((shortest[0] - shortest[1]).Microseconds()) / 1e3
	}
	for range 5 {
		large, small := beyond(100_000, 40), 10*beyond(10_000, 200)
		if large > 0 && small > 0 { // a busy machine makes collections look longer than scrapes
			growth := ratio("scrape_growth", "ms", large, small, 1.3)
			growth.missed = true
			return []Result{growth}
		}
	}
	b.Fatal("scrape_growth: no difference between a scrape and a collection could be measured; use a machine with nothing else to do")
	return nil
}

// scrapeMemory is what the page keeps of a series with two attributes, when it was scraped.
func scrapeMemory(b *run1) []Result {
	const series = 10_000
	page := b.page(series, false)
	live := func() float64 {
		runtime.GC()
		runtime.GC() // pools
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc)
	}
	before := live()
	for range 3 {
		b.get(page.Handler())()
	}
	kept := (live() - before) / series
	runtime.KeepAlive(page)
	return []Result{figure("scrape_memory", "bytes a series", kept, 700)}
}

// scrapeHerd has 16 scrapers ask at once, beside one.
func scrapeHerd(b *run1) []Result {
	one := b.get(b.page(10_000, false).Handler())
	herd := parallel(16, one)
	o, p := b.turns(serial(func() { herd(16) }), serial(one))
	return []Result{ratio("scrape_herd", "ms", o/1e6, p/1e6, 2)}
}

// collect is the SDK's own part of a scrape.
func (b *run1) collect(page *exporterprom.Exporter) func() {
	var data metricdata.ResourceMetrics
	reader := page.Reader().(*sdkmetric.ManualReader)
	return func() { b.must(reader.Collect(context.Background(), &data)) }
}

func (b *run1) get(h http.Handler) func() {
	return func() { b.scrape(h, httptest.NewRequest(http.MethodGet, "/metrics", nil)) }
}

func (b *run1) scrape(h http.Handler, r *http.Request) {
	w := &scraper{header: http.Header{}}
	h.ServeHTTP(w, r)
	if w.status > http.StatusOK || w.bytes == 0 {
		b.Fatalf("the page answers %d with %d bytes", w.status, w.bytes)
	}
}

// scraper takes an answer and keeps nothing of it, as a connection does. It is safe for one request.
type scraper struct {
	header        http.Header
	status, bytes int
}

func (w *scraper) Header() http.Header    { return w.header }
func (w *scraper) WriteHeader(status int) { w.status = status }

func (w *scraper) Write(some []byte) (int, error) {
	w.bytes += len(some)
	return len(some), nil
}

// pageMap declares the metrics of the page, which have meter providers as the manual makes them.
const pageMap = `
version: 1
metrics:
  things: {instrument: counter, attributes: {a: {limit: 100}, b: {limit: 1000}}}
  durations: {instrument: histogram, buckets: [.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5], attributes: {a: {limit: 100}, b: {limit: 1000}}}
`

// page is the exporter's.
func (b *run1) page(series int, histogram bool) *exporterprom.Exporter {
	e, err := exporterprom.New(exporterprom.WithoutRuntimeMetrics())
	b.must(err)
	provider := meterprovider.New(b.eventMap(pageMap), sdkmetric.WithReader(e.Reader()), sdkmetric.WithCardinalityLimit(series+1))
	meter := provider.Meter("bench")
	ctx := context.Background()
	c, err := meter.Int64Counter("things")
	b.must(err)
	h, err := meter.Float64Histogram("durations", metric.WithExplicitBucketBoundaries(buckets...))
	b.must(err)
	for i := range series {
		set := metric.WithAttributeSet(attribute.NewSet(attribute.String("a", fmt.Sprint(i%100)), attribute.String("b", fmt.Sprint(i/100))))
		if histogram {
			h.Record(ctx, float64(i%7), set)
		} else {
			c.Add(ctx, 1, set)
		}
	}
	return e
}

// peerPage is client_golang's.
func (b *run1) peerPage(series int, histogram bool) http.Handler {
	registry := prometheus.NewRegistry()
	c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "things_total", Help: "things"}, []string{"a", "b"})
	h := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "durations", Help: "durations", Buckets: buckets}, []string{"a", "b"})
	registry.MustRegister(c, h)
	for i := range series {
		a, b := fmt.Sprint(i%100), fmt.Sprint(i/100)
		if histogram {
			h.WithLabelValues(a, b).Observe(float64(i % 7))
		} else {
			c.WithLabelValues(a, b).Inc()
		}
	}
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{EnableOpenMetrics: true})
}
