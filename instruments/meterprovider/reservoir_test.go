// SPDX-License-Identifier: Apache-2.0

package meterprovider_test

import (
	"context"
	"fmt"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/exemplar"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelanalytics/otelanalytics-go/instruments/meterprovider"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
)

// kinds has a metric of each kind.
const kinds = `
version: 1
metrics:
  count: {instrument: counter}
  level: {instrument: up_down_counter}
  reading: {instrument: gauge}
  duration: {instrument: histogram, buckets: [1, 10]}
  size: {instrument: histogram}
  latency: {instrument: exponential_histogram, max_size: 160, max_scale: 20}
`

// recordKinds records a value with all instruments of kinds.
func recordKinds(t *testing.T, meter metric.Meter, ctx context.Context, value int64) {
	t.Helper()
	count, err0 := meter.Int64Counter("count")
	level, err1 := meter.Float64UpDownCounter("level")
	reading, err2 := meter.Int64Gauge("reading")
	duration, err3 := meter.Float64Histogram("duration", metric.WithExplicitBucketBoundaries(1, 10))
	size, err4 := meter.Int64Histogram("size")
	latency, err5 := meter.Float64Histogram("latency")
	for _, err := range []error{err0, err1, err2, err3, err4, err5} {
		if err != nil {
			t.Fatal(err)
		}
	}
	set := metric.WithAttributeSet(attribute.NewSet(attribute.String("a", "x")))
	count.Add(ctx, value, set)
	level.Add(ctx, float64(value), set)
	reading.Record(ctx, value, set)
	duration.Record(ctx, float64(value), set)
	size.Record(ctx, value, set)
	latency.Record(ctx, float64(value), set)
}

// sampled returns a context within a sampled span.
func sampled(ctx context.Context, id byte) context.Context {
	return trace.ContextWithSpanContext(ctx, trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID{id}, SpanID: trace.SpanID{id}, TraceFlags: trace.FlagsSampled,
	}))
}

// exemplars returns the exemplars of each metric as text without their times.
func exemplars(t *testing.T, reader sdkmetric.Reader) map[string]string {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	byMetric := map[string]string{}
	for _, m := range all.ScopeMetrics[0].Metrics {
		text := ""
		switch d := m.Data.(type) {
		case metricdata.Sum[int64]:
			text = described(d.DataPoints[0].Exemplars)
		case metricdata.Sum[float64]:
			text = described(d.DataPoints[0].Exemplars)
		case metricdata.Gauge[int64]:
			text = described(d.DataPoints[0].Exemplars)
		case metricdata.Histogram[float64]:
			text = described(d.DataPoints[0].Exemplars)
		case metricdata.Histogram[int64]:
			text = described(d.DataPoints[0].Exemplars)
		case metricdata.ExponentialHistogram[float64]:
			text = described(d.DataPoints[0].Exemplars)
		default:
			t.Fatalf("%s has data of the type %T", m.Name, d)
		}
		byMetric[m.Name] = text
	}
	return byMetric
}

func described[N int64 | float64](all []metricdata.Exemplar[N]) string {
	text := ""
	for _, e := range all {
		text += fmt.Sprintf("%v %x %x %v;", e.Value, e.TraceID, e.SpanID, e.FilteredAttributes)
	}
	return text
}

func TestExemplarsAreThoseOfTheSDK(t *testing.T) {
	for _, c := range []struct {
		name   string
		filter exemplar.Filter
		record func(t *testing.T, meter metric.Meter)
		some   bool // exemplars, of each metric
	}{
		{"outside of spans", exemplar.TraceBasedFilter, func(t *testing.T, m metric.Meter) { recordKinds(t, m, t.Context(), 1) }, false},
		{"within a sampled span", exemplar.TraceBasedFilter, func(t *testing.T, m metric.Meter) { recordKinds(t, m, sampled(t.Context(), 1), 7) }, true},
		{"in several buckets", exemplar.TraceBasedFilter, func(t *testing.T, m metric.Meter) {
			recordKinds(t, m, sampled(t.Context(), 1), 0)
			recordKinds(t, m, sampled(t.Context(), 2), 7)
		}, true},
		{"with all of them", exemplar.AlwaysOnFilter, func(t *testing.T, m metric.Meter) { recordKinds(t, m, t.Context(), 7) }, true},
		{"with none", exemplar.AlwaysOffFilter, func(t *testing.T, m metric.Meter) { recordKinds(t, m, sampled(t.Context(), 1), 7) }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := servicetest.Map(t, kinds)
			ours, theirs := sdkmetric.NewManualReader(), sdkmetric.NewManualReader()
			c.record(t, meterprovider.New(m, sdkmetric.WithReader(ours), sdkmetric.WithExemplarFilter(c.filter)).Meter("test"))
			exponential := sdkmetric.WithView(sdkmetric.NewView(sdkmetric.Instrument{Name: "latency"},
				sdkmetric.Stream{Aggregation: sdkmetric.AggregationBase2ExponentialHistogram{MaxSize: 160, MaxScale: 20}}))
			c.record(t, sdkmetric.NewMeterProvider(exponential, sdkmetric.WithReader(theirs), sdkmetric.WithExemplarFilter(c.filter)).Meter("test"))
			for range 2 { // they stay
				got, want := exemplars(t, ours), exemplars(t, theirs)
				if fmt.Sprint(got) != fmt.Sprint(want) || len(got) != 6 {
					t.Errorf("exemplars %v, want %v", got, want)
				}
				for name, text := range got {
					if (text != "") != c.some {
						t.Errorf("%s has the exemplars %q; want some: %v", name, text, c.some)
					}
				}
			}
		})
	}
}

// TestNoRoomForExemplars has one series with exemplars among others: the SDK makes as much room for all of them.
func TestNoRoomForExemplars(t *testing.T) {
	reader := sdkmetric.NewManualReader()
	counter, err := meterprovider.New(servicetest.Map(t, kinds), sdkmetric.WithReader(reader)).Meter("test").Int64Counter("count")
	if err != nil {
		t.Fatal(err)
	}
	for i := range 10 {
		ctx := t.Context()
		if i == 0 {
			ctx = sampled(ctx, 1)
		}
		counter.Add(ctx, 1, metric.WithAttributes(attribute.Int("i", i)))
	}
	var all metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	with := 0
	for _, p := range sum(t, all, "count") {
		if len(p.Exemplars) > 0 {
			with++
		} else if cap(p.Exemplars) > 0 {
			t.Errorf("%v has room for %d exemplars", p.Attributes, cap(p.Exemplars))
		}
	}
	if with != 1 {
		t.Errorf("%d series have exemplars, want 1", with)
	}
}

func TestViewsOfTheCallerComeFirst(t *testing.T) {
	of := func(stream sdkmetric.Stream) sdkmetric.Option {
		return sdkmetric.WithView(sdkmetric.NewView(sdkmetric.Instrument{Name: "duration"}, stream))
	}
	for _, c := range []struct {
		name string
		view sdkmetric.Option
		want string
	}{
		{"none", nil, "bounds [1 10], attributes a"},
		{"other buckets", of(sdkmetric.Stream{Aggregation: sdkmetric.AggregationExplicitBucketHistogram{Boundaries: []float64{5}}}), "bounds [5], attributes a"},
		{"fewer attributes", of(sdkmetric.Stream{AttributeFilter: attribute.NewDenyKeysFilter("a")}), "bounds [1 10], attributes "},
		{"dropped", of(sdkmetric.Stream{Aggregation: sdkmetric.AggregationDrop{}}), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := servicetest.Map(t, kinds)
			reader := sdkmetric.NewManualReader()
			options := []sdkmetric.Option{sdkmetric.WithReader(reader)}
			if c.view != nil {
				options = append(options, c.view)
			}
			recordKinds(t, meterprovider.New(m, options...).Meter("test"), t.Context(), 7)
			var all metricdata.ResourceMetrics
			if err := reader.Collect(t.Context(), &all); err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, m := range all.ScopeMetrics[0].Metrics {
				if h, ok := m.Data.(metricdata.Histogram[float64]); ok && m.Name == "duration" {
					for _, p := range h.DataPoints {
						got += fmt.Sprintf("bounds %v, attributes ", p.Bounds)
						for _, kv := range p.Attributes.ToSlice() {
							got += string(kv.Key)
						}
					}
				}
			}
			if got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
