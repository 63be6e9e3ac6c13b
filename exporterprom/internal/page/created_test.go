// SPDX-License-Identifier: Apache-2.0

package page_test

import (
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/resource"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/otelanalytics/otelanalytics-go/exporterprom/internal/page"
)

// TestCreated says since when series count that are there from the first gathering on, that come later, and that come back.
func TestCreated(t *testing.T) {
	made := time.Unix(1_800_000_000, 0)
	gathering := func(n int) time.Time { return made.Add(time.Duration(n) * time.Minute) }
	late := made.Add(90 * time.Second) // when an instrument was made
	set := func(of string) attribute.Set { return attribute.NewSet(attribute.String("of", of)) }
	counter := func(name string, start time.Time, of ...string) metricdata.Metrics {
		var points []metricdata.DataPoint[int64]
		for _, o := range of {
			points = append(points, metricdata.DataPoint[int64]{Attributes: set(o), StartTime: start, Value: 1})
		}
		return metricdata.Metrics{Name: name, Data: metricdata.Sum[int64]{DataPoints: points, IsMonotonic: true}}
	}
	histogram := func(name string, start time.Time, of ...string) metricdata.Metrics {
		var points []metricdata.HistogramDataPoint[float64]
		for _, o := range of {
			points = append(points, metricdata.HistogramDataPoint[float64]{Attributes: set(o), StartTime: start, Count: 1, Bounds: []float64{1}, BucketCounts: []uint64{1, 0}})
		}
		return metricdata.Metrics{Name: name, Data: metricdata.Histogram[float64]{DataPoints: points}}
	}
	native := func(name string, start time.Time, count uint64, of ...string) metricdata.Metrics {
		var points []metricdata.ExponentialHistogramDataPoint[float64]
		for _, o := range of {
			points = append(points, metricdata.ExponentialHistogramDataPoint[float64]{Attributes: set(o), StartTime: start, Count: count, ZeroCount: count})
		}
		return metricdata.Metrics{Name: name, Data: metricdata.ExponentialHistogram[float64]{DataPoints: points}}
	}
	p, err := page.New(page.Config{TargetInfo: true})
	if err != nil {
		t.Fatal(err)
	}
	for n, step := range []struct {
		metrics []metricdata.Metrics
		want    map[string]time.Time
	}{
		1: {
			[]metricdata.Metrics{counter("c", made, "a"), histogram("h", made, "a"), native("n", made, 1, "a")},
			map[string]time.Time{"c_total a": made, "h a": made, "n a": made},
		},
		2: {
			[]metricdata.Metrics{counter("c", made, "a", "b"), histogram("h", made, "b", "a"), native("n", made, 2, "a", "b"), counter("late", late, "a")},
			map[string]time.Time{
				"c_total a": made, "c_total b": gathering(1), "h a": made, "h b": gathering(1),
				"n a": made, "n b": gathering(1), "late_total a": late,
			},
		},
		3: { // a is gone
			[]metricdata.Metrics{counter("c", made, "b")},
			map[string]time.Time{"c_total b": gathering(1)},
		},
		4: {
			[]metricdata.Metrics{counter("c", made, "a", "b"), counter("late", late, "a")},
			map[string]time.Time{"c_total a": gathering(3), "c_total b": gathering(1), "late_total a": gathering(3)},
		},
	} {
		if n == 0 {
			continue
		}
		families, err := p.Update(&metricdata.ResourceMetrics{
			Resource: resource.Empty(), ScopeMetrics: []metricdata.ScopeMetrics{{Metrics: step.metrics}},
		}, gathering(n))
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]*timestamppb.Timestamp{}
		for _, f := range families {
			for _, m := range f.Metric {
				if f.GetType() != dto.MetricType_GAUGE {
					got[f.GetName()+" "+m.Label[0].GetValue()] = created(m)
				}
			}
		}
		if len(got) != len(step.want) {
			t.Errorf("gathering %d has %v", n, got)
		}
		for series, want := range step.want {
			if at := got[series]; at == nil || !at.AsTime().Equal(want) {
				t.Errorf("gathering %d: %s counts since %v, want %v", n, series, at.AsTime(), want.UTC())
			}
		}
	}
}

func created(m *dto.Metric) *timestamppb.Timestamp {
	if m.Counter != nil {
		return m.Counter.CreatedTimestamp
	}
	return m.Histogram.CreatedTimestamp
}
