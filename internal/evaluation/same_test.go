// SPDX-License-Identifier: Apache-2.0

package evaluation_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/instruments/meterprovider"
	"github.com/otelanalytics/otelanalytics-go/internal/evaluation"
	"github.com/otelanalytics/otelanalytics-go/internal/historytest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

const histories = 60

// TestEvaluationIsTheLivePage tracks random events of random maps, and evaluates the documents: every series has the value
// that it has on the live page, whatever was beyond a limit or refused. Half of the evaluations are saved in the middle,
// and restored by another evaluator.
func TestEvaluationIsTheLivePage(t *testing.T) {
	seed := rand.Uint64()
	overflowed, refused, off := 0, 0, 0
	for n := range histories {
		r := historytest.Random{Rand: rand.New(rand.NewPCG(seed, uint64(n)))}
		m, text := r.Map(t)
		live, documents := track(t, m, r)
		e := newEvaluator(t, m)
		e.Start()
		for i, doc := range documents {
			if i == len(documents)/2 && n%2 == 0 {
				e = restored(t, m, e)
			}
			result, err := e.Document(doc)
			if err != nil {
				t.Fatal(err)
			}
			if result != evaluation.Evaluated {
				off++
			}
		}
		for _, c := range e.Own() {
			switch c.Name {
			case "otelanalytics.attributes.overflow":
				overflowed++
			case "otelanalytics.values.refused":
				refused++
			}
		}
		if diff := cmp.Diff(live, evaluated(e), cmp.Comparer(near)); diff != "" {
			t.Fatalf("seed %d, history %d: (-live +evaluated)\n%s\n%s", seed, n, diff, text)
		}
	}
	if overflowed < histories/4 || refused < histories/4 || off == 0 {
		t.Errorf("%d overflows, %d refusals, %d documents with metrics off in %d histories: too few to show anything", overflowed, refused, off, histories)
	}
}

func newEvaluator(t *testing.T, m *eventmap.Map) *evaluation.Evaluator {
	t.Helper()
	e, err := evaluation.New(m)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// restored saves an evaluator as JSON and restores another one from it.
func restored(t *testing.T, m *eventmap.Map, e *evaluation.Evaluator) *evaluation.Evaluator {
	t.Helper()
	text, err := json.Marshal(e.Save())
	if err != nil {
		t.Fatal(err)
	}
	var saved evaluation.Saved
	if err := json.Unmarshal(text, &saved); err != nil {
		t.Fatal(err)
	}
	again := newEvaluator(t, m)
	if err := again.Restore(saved); err != nil {
		t.Fatal(err)
	}
	return again
}

// point is what a series has.
type point struct {
	Sum     float64
	Count   uint64
	Buckets string
}

func near(a, b float64) bool {
	return a == b || math.Abs(a-b) <= 1e-9*max(math.Abs(a), math.Abs(b))
}

// track plays a history, and returns the page and the documents.
func track(t *testing.T, m *eventmap.Map, r historytest.Random) (map[string]point, []bson.Raw) {
	t.Helper()
	reader := sdkmetric.NewManualReader()
	rec := analyticstest.New(t, m, otelanalytics.WithMeterProvider(meterprovider.New(m, sdkmetric.WithReader(reader))), otelanalytics.WithLogger(slog.New(slog.DiscardHandler)), otelanalytics.WithRedactKey(make([]byte, 32)))
	modules := []*otelanalytics.Module{rec.Client.Module("shop"), rec.Client.Module("game")}
	for range 300 {
		var options []otelanalytics.TrackOption
		if r.IntN(20) == 0 {
			options = append(options, otelanalytics.WithoutMetrics())
		}
		var err error
		switch r.IntN(4) {
		case 0:
			err = modules[r.IntN(2)].Track(t.Context(), r.Event(), options...)
		case 1:
			err = rec.Client.TrackBatch(t.Context(), []otelanalytics.Event{r.Event(), r.Event()}, options...)
		default:
			err = rec.Client.Track(t.Context(), r.Event(), options...)
		}
		if err != nil && !errors.Is(err, otelanalytics.ErrUnknownEvent) {
			t.Fatal(err)
		}
	}
	var documents []bson.Raw
	for _, e := range rec.Events("") {
		documents = append(documents, e.Document)
	}
	var all metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	return page(m, all), documents
}

// page returns what a page has of a map's metrics.
func page(m *eventmap.Map, all metricdata.ResourceMetrics) map[string]point {
	points := map[string]point{}
	for _, scope := range all.ScopeMetrics {
		for _, of := range scope.Metrics {
			if _, ok := m.Metric(of.Name); !ok {
				continue
			}
			switch d := of.Data.(type) {
			case metricdata.Sum[int64]:
				numbers(points, of.Name, d.DataPoints)
			case metricdata.Sum[float64]:
				numbers(points, of.Name, d.DataPoints)
			case metricdata.Gauge[int64]:
				numbers(points, of.Name, d.DataPoints)
			case metricdata.Gauge[float64]:
				numbers(points, of.Name, d.DataPoints)
			case metricdata.Histogram[int64]:
				histograms(points, of.Name, d.DataPoints)
			case metricdata.Histogram[float64]:
				histograms(points, of.Name, d.DataPoints)
			case metricdata.ExponentialHistogram[int64]:
				exponential(points, of.Name, d.DataPoints)
			case metricdata.ExponentialHistogram[float64]:
				exponential(points, of.Name, d.DataPoints)
			}
		}
	}
	return points
}

func identity(name string, set attribute.Set) string {
	var b strings.Builder
	b.WriteString(name)
	for _, kv := range set.ToSlice() {
		fmt.Fprintf(&b, " %s=%q", kv.Key, kv.Value.AsString())
	}
	return b.String()
}

func numbers[N int64 | float64](to map[string]point, name string, all []metricdata.DataPoint[N]) {
	for _, p := range all {
		to[identity(name, p.Attributes)] = point{Sum: float64(p.Value)}
	}
}

func histograms[N int64 | float64](to map[string]point, name string, all []metricdata.HistogramDataPoint[N]) {
	for _, p := range all {
		to[identity(name, p.Attributes)] = point{float64(p.Sum), p.Count, fmt.Sprint(p.Bounds, p.BucketCounts)}
	}
}

func exponential[N int64 | float64](to map[string]point, name string, all []metricdata.ExponentialHistogramDataPoint[N]) {
	for _, p := range all {
		to[identity(name, p.Attributes)] = point{float64(p.Sum), p.Count, fmt.Sprint([]float64{}, []uint64{p.Count})}
	}
}

// evaluated returns the same of an evaluator.
func evaluated(e *evaluation.Evaluator) map[string]point {
	points := map[string]point{}
	for _, m := range e.Metrics() {
		for _, s := range m.Series {
			var pairs []attribute.KeyValue
			for i, v := range s.Values {
				pairs = append(pairs, attribute.String(m.Declared.Attributes[i].Name, v))
			}
			p := point{Sum: s.Number()}
			if s.Buckets != nil {
				p.Count, p.Buckets = s.Count, fmt.Sprint(m.Bounds, s.Buckets)
			}
			points[identity(m.Declared.Name, attribute.NewSet(pairs...))] = p
		}
	}
	return points
}
