// SPDX-License-Identifier: Apache-2.0

package page_test

import (
	"math"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/resource"

	"github.com/otelanalytics/otelanalytics-go/exporterprom/internal/page"
)

// TestCorners compares pages of several gatherings that random data seldom has.
func TestCorners(t *testing.T) {
	set := attribute.NewSet
	counter := func(sets ...attribute.Set) metricdata.Metrics {
		var points []metricdata.DataPoint[int64]
		for i, s := range sets {
			points = append(points, metricdata.DataPoint[int64]{Attributes: s, StartTime: began, Value: int64(i)})
		}
		return metricdata.Metrics{Name: "things", Data: metricdata.Sum[int64]{DataPoints: points, IsMonotonic: true}}
	}
	exemplar := []metricdata.Exemplar[float64]{{Value: 99, Time: began, TraceID: []byte{1}, SpanID: []byte{2}}}
	histogram := func(count uint64) metricdata.Metrics {
		return metricdata.Metrics{Name: "sizes", Data: metricdata.Histogram[float64]{DataPoints: []metricdata.HistogramDataPoint[float64]{{
			StartTime: began, Count: count, Bounds: []float64{1, 5}, BucketCounts: []uint64{0, 0, count}, Sum: 99, Exemplars: exemplar,
		}}}}
	}
	native := func(sum float64, count, zero uint64) metricdata.Metrics {
		return metricdata.Metrics{Name: "sizes", Data: metricdata.ExponentialHistogram[float64]{DataPoints: []metricdata.ExponentialHistogramDataPoint[float64]{{
			StartTime: began, Count: count, ZeroCount: zero, Sum: sum, Exemplars: exemplar,
		}}}}
	}
	invalid := attribute.String("a", "\xff")
	for _, c := range []struct {
		name       string
		gatherings []metricdata.Metrics
	}{
		{"attributes that become one label", []metricdata.Metrics{counter(set(attribute.String("a.b", "2"), attribute.String("a_b", "1")))}},
		{"a series that cannot be shown stays first", []metricdata.Metrics{
			counter(set(invalid), set(attribute.Int("a", 1))),
			counter(set(invalid), set(attribute.Int("a", 1)), set(attribute.Int("a", 2))),
			counter(set(invalid), set(attribute.Int("a", 2))),
			counter(set(invalid), set(attribute.Int("a", 3))),
		}},
		{"a series that cannot be shown goes", []metricdata.Metrics{counter(set(invalid), set(attribute.Int("a", 1))), counter(set(attribute.Int("a", 1)))}},
		{"an exemplar beyond the buckets stays while values are counted", []metricdata.Metrics{histogram(1), histogram(4), histogram(4)}},
		{"a native histogram that counts what was not a number", []metricdata.Metrics{native(math.NaN(), 4, 3), native(math.NaN(), 5, 3)}},
		{"a native histogram with more than it counts", []metricdata.Metrics{native(1, 4, 4), native(1, 4, 5), native(1, 6, 6)}},
		{"a native histogram that stays as it is", []metricdata.Metrics{native(1, 4, 4), native(1, 4, 4)}},
		{"int and text of one text", []metricdata.Metrics{counter(set(attribute.Int("a", 1)), set(attribute.String("a", "1")))}},
		{"nothing", []metricdata.Metrics{counter(set()), {Name: "things", Data: metricdata.Sum[int64]{IsMonotonic: true}}, counter(set())}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPair(t, page.Config{}, resource.Empty())
			for _, m := range c.gatherings {
				p.compare(t, []metricdata.ScopeMetrics{{Metrics: []metricdata.Metrics{m}}})
			}
		})
	}
}

// TestDuplicatesKeepTheirPlace: of two series with the same labels, the one that was there first stays, whatever the order.
func TestDuplicatesKeepTheirPlace(t *testing.T) {
	p, err := page.New(page.Config{})
	if err != nil {
		t.Fatal(err)
	}
	point := func(a attribute.KeyValue, value int64) metricdata.DataPoint[int64] {
		return metricdata.DataPoint[int64]{Attributes: attribute.NewSet(a), StartTime: began, Value: value}
	}
	number, text := attribute.Int("a", 1), attribute.String("a", "1")
	for i, points := range [][]metricdata.DataPoint[int64]{
		{point(number, 10)},
		{point(text, 7), point(number, 11)},
		{point(number, 12), point(text, 8)},
		{point(text, 9)},
	} {
		families, err := p.Update(&metricdata.ResourceMetrics{Resource: resource.Empty(), ScopeMetrics: []metricdata.ScopeMetrics{{
			Metrics: []metricdata.Metrics{{Name: "things", Data: metricdata.Sum[int64]{DataPoints: points, IsMonotonic: true}}},
		}}}, began.Add(time.Minute))
		if (err != nil) != (len(points) == 2) {
			t.Errorf("gathering %d: %v", i, err)
		}
		if got, want := families[0].Metric[0].Counter.GetValue(), []float64{10, 11, 12, 9}[i]; len(families[0].Metric) != 1 || got != want {
			t.Errorf("gathering %d shows %v of %d, want %v alone", i, got, len(families[0].Metric), want)
		}
	}
}
