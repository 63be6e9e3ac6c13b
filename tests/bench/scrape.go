// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelanalytics/otelanalytics-go/exporterprom"
)

var buckets = []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5}

func scrape10k(b *run1) []Result  { return b.scrapes("scrape_10k", 10_000, false) }
func scrapeHist(b *run1) []Result { return b.scrapes("scrape_hist", 1_000, true) }

// scrapes reads a page with as many series from the exporter and from client_golang.
func (b *run1) scrapes(name string, series int, histogram bool) []Result {
	ours, peer := b.page(series, histogram), b.peerPage(series, histogram)
	o, p := b.turns(serial(b.get(ours)), serial(b.get(peer)))
	return []Result{ratio(name, "ms", o/1e6, p/1e6, 0)}
}

func (b *run1) get(h http.Handler) func() {
	return func() {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
		if w.Code != http.StatusOK {
			b.Fatalf("the page answers %d", w.Code)
		}
	}
}

// page is the exporter's.
func (b *run1) page(series int, histogram bool) http.Handler {
	e, err := exporterprom.New(exporterprom.WithoutRuntimeMetrics())
	b.must(err)
	meter := sdkmetric.NewMeterProvider(sdkmetric.WithReader(e.Reader()), sdkmetric.WithCardinalityLimit(series+1)).Meter("bench")
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
	return e.Handler()
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
