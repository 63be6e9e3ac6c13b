// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
	"github.com/otelanalytics/otelanalytics-go/uniques/recordstore"
)

// TestErrorKinds: the kinds that are counted are those that the table of own metrics describes.
func TestErrorKinds(t *testing.T) {
	l, _ := ownmetrics.UniquesErrors.Label("kind")
	if want := l.Names(); !slices.Equal(errorLabels[:], want) {
		t.Errorf("%q, the table has %q", errorLabels, want)
	}
}

// collect returns what a reader collects: values by name, and by the labels that there are.
func collect(t *testing.T, reader sdkmetric.Reader) map[string]float64 {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	values := make(map[string]float64)
	for _, s := range all.ScopeMetrics {
		for _, m := range s.Metrics {
			switch data := m.Data.(type) {
			case metricdata.Gauge[float64]:
				values[m.Name] = data.DataPoints[0].Value
			case metricdata.Sum[int64]:
				for _, p := range data.DataPoints {
					name := m.Name
					for _, key := range []attribute.Key{"metric", "kind", "reason", "attribute"} {
						if v, ok := p.Attributes.Value(key); ok {
							name += "/" + v.AsString()
						}
					}
					values[name] = float64(p.Value)
				}
			}
		}
	}
	return values
}

// TestOwnMetrics: what a counter does is on the page from the first delivery on, and is gone after Close.
func TestOwnMetrics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		reader := sdkmetric.NewManualReader()
		records := &unable{Store: &w.records}
		p := &process{world: w, Store: records, left: -1}
		counter, err := New(Config{
			Metrics: []Metric{{Name: "users", Windows: windows}}, Key: make([]byte, MinKey), Records: p, Documents: w,
			Logger: slog.New(slog.DiscardHandler), MeterProvider: sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader)),
		})
		if err != nil {
			t.Fatal(err)
		}
		p.counter, p.sink = counter, counter.Around(p)
		if err := p.sink.(eventstore.Preparer).Prepare(t.Context()); err != nil {
			t.Fatal(err)
		}
		want := make(map[string]float64)
		for _, name := range []string{"rebuilt", "uncovered", "damaged", "dropped"} {
			want["otelanalytics.uniques."+name] = 0
		}
		for _, kind := range errorLabels {
			want["otelanalytics.uniques.errors/"+kind] = 0
		}
		check := func(when string) {
			t.Helper()
			if got := collect(t, reader); !maps.Equal(got, want) {
				t.Errorf("%s: %v, want %v", when, got, want)
			}
		}
		check("at the start")

		records.fail(fmt.Errorf("%w: no right to write", recordstore.ErrRefused))
		now := time.Now()
		if err := p.deliver(event("a", now, now)); err != nil {
			t.Fatal(err)
		}
		want["otelanalytics.uniques.uncovered"], want["otelanalytics.uniques.errors/lease"] = 1, 1
		check("without the right to write")

		time.Sleep(saveEvery + time.Second)
		want["otelanalytics.uniques.errors/save"] = 1
		check("after a save that failed")

		records.fail(nil)
		if _, err := counter.Numbers(t.Context()); err != nil {
			t.Fatal(err)
		}
		want["otelanalytics.uniques.reading.age"] = 0
		check("after a reading")

		if err := errors.Join(Mark(t.Context(), &w.records, now), w.records.Put(t.Context(), recordstore.Record{ID: "sketch|users|", Start: now})); err != nil {
			t.Fatal(err)
		}
		time.Sleep(leaseTime + 3*leaseEvery)
		if _, err := counter.Numbers(t.Context()); err != nil {
			t.Fatal(err)
		}
		want["otelanalytics.uniques.rebuilt"], want["otelanalytics.uniques.damaged"] = 1, 1
		check("after a mark and a damaged record")

		p.mu.Lock()
		p.dead = true
		p.mu.Unlock()
		time.Sleep(time.Second)
		if _, err := counter.Numbers(t.Context()); err == nil {
			t.Error("a reading without a database succeeds")
		}
		want["otelanalytics.uniques.errors/read"], want["otelanalytics.uniques.reading.age"] = 1, 1
		check("after a reading that failed")

		if err := p.sink.(eventstore.Closer).Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		clear(want)
		check("after Close")
	})
}
