// SPDX-License-Identifier: Apache-2.0

package analyticstest

import (
	"context"
	"slices"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// reading is one series at one time.
type reading struct {
	attributes attribute.Set
	value      float64 // of a counter or gauge; of a histogram the number of observations
	sum        float64 // of a histogram
}

// readings are all series, by metric.
type readings map[string][]reading

// Delta returns by how much a metric of the map has changed since New or Reset. For a counter or an up_down_counter
// this is the sum of the added values, for a histogram the number of observations, for a gauge the difference (see
// [Recorder.Value]).
//
// attributes are pairs of name and value. The result is the sum over all series that have them. Without pairs, it is
// the sum over all series.
func (r *Recorder) Delta(metric string, attributes ...string) float64 {
	r.t.Helper()
	r.check(metric, attributes)
	value := func(x reading) float64 { return x.value }
	return r.read().sum(metric, attributes, value) - r.before.sum(metric, attributes, value)
}

// Sum returns the sum of the values that a histogram has observed since New or Reset.
func (r *Recorder) Sum(metric string, attributes ...string) float64 {
	r.t.Helper()
	m := r.check(metric, attributes)
	if !m.Instrument.IsDistribution() {
		r.t.Fatalf("analyticstest: %s is a %s, and only histograms have a sum: use Delta or Value", metric, m.Instrument)
	}
	sum := func(x reading) float64 { return x.sum }
	return r.read().sum(metric, attributes, sum) - r.before.sum(metric, attributes, sum)
}

// Value returns the last value of a gauge, or the present value of an up_down_counter or a counter. The attributes must
// match exactly one series.
func (r *Recorder) Value(metric string, attributes ...string) float64 {
	r.t.Helper()
	r.check(metric, attributes)
	found := r.read().matching(metric, attributes)
	if len(found) != 1 {
		r.t.Fatalf("analyticstest: %d series of %s have the attributes %q; Value wants one", len(found), metric, attributes)
	}
	return found[0].value
}

// check fails the test for a metric or an attribute that the map does not declare: it would be zero for ever.
func (r *Recorder) check(metric string, attributes []string) *eventmap.Metric {
	r.t.Helper()
	m, ok := r.eventMap.Metric(metric)
	if !ok {
		r.t.Fatalf("analyticstest: the event map has no metric %q; it has %s", metric, strings.Join(names(r.eventMap.Metrics(), func(m *eventmap.Metric) string { return m.Name }), ", "))
	}
	if !m.Enabled {
		r.t.Fatalf("analyticstest: the event map has enabled: false for the metric %q", metric)
	}
	if len(attributes)%2 != 0 {
		r.t.Fatalf("analyticstest: %q: give attributes as pairs of name and value", attributes)
	}
	for i := 0; i < len(attributes); i += 2 {
		name, value := attributes[i], attributes[i+1]
		at := slices.IndexFunc(m.Attributes, func(a eventmap.Attribute) bool { return a.Name == name })
		if at < 0 {
			r.t.Fatalf("analyticstest: the metric %q has no attribute %q; it has %s", metric, name, strings.Join(names(m.Attributes, func(a eventmap.Attribute) string { return a.Name }), ", "))
		}
		if a := m.Attributes[at]; a.Limit == 0 && value != "other" && value != a.Default && !slices.Contains(a.Values, value) {
			r.t.Fatalf("analyticstest: the attribute %q of %q is never %q; it can be %s, %s or other", name, metric, value, strings.Join(a.Values, ", "), a.Default)
		}
	}
	return m
}

func names[T any](of []T, name func(T) string) []string {
	all := make([]string, len(of))
	for i := range of {
		all[i] = name(of[i])
	}
	return all
}

func (r readings) matching(metric string, attributes []string) []reading {
	var found []reading
	for _, x := range r[metric] {
		matches := true
		for i := 0; i < len(attributes); i += 2 {
			v, ok := x.attributes.Value(attribute.Key(attributes[i]))
			matches = matches && ok && v.AsString() == attributes[i+1]
		}
		if matches {
			found = append(found, x)
		}
	}
	return found
}

func (r readings) sum(metric string, attributes []string, of func(reading) float64) float64 {
	total := 0.0
	for _, x := range r.matching(metric, attributes) {
		total += of(x)
	}
	return total
}

// read collects every metric.
func (r *Recorder) read() readings {
	r.t.Helper()
	var all metricdata.ResourceMetrics
	if err := r.reader.Collect(context.Background(), &all); err != nil {
		r.t.Fatalf("analyticstest: %v", err)
	}
	read := make(readings)
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			read[m.Name] = points(m.Data)
		}
	}
	return read
}

func points(data metricdata.Aggregation) []reading {
	switch data := data.(type) {
	case metricdata.Sum[int64]:
		return numbers(data.DataPoints)
	case metricdata.Sum[float64]:
		return numbers(data.DataPoints)
	case metricdata.Gauge[int64]:
		return numbers(data.DataPoints)
	case metricdata.Gauge[float64]:
		return numbers(data.DataPoints)
	case metricdata.Histogram[int64]:
		return observations(data.DataPoints)
	case metricdata.Histogram[float64]:
		return observations(data.DataPoints)
	case metricdata.ExponentialHistogram[int64]:
		return exponential(data.DataPoints)
	case metricdata.ExponentialHistogram[float64]:
		return exponential(data.DataPoints)
	default:
		return nil
	}
}

func numbers[N int64 | float64](points []metricdata.DataPoint[N]) []reading {
	all := make([]reading, len(points))
	for i, p := range points {
		all[i] = reading{attributes: p.Attributes, value: float64(p.Value)}
	}
	return all
}

func observations[N int64 | float64](points []metricdata.HistogramDataPoint[N]) []reading {
	all := make([]reading, len(points))
	for i, p := range points {
		all[i] = reading{attributes: p.Attributes, value: float64(p.Count), sum: float64(p.Sum)}
	}
	return all
}

func exponential[N int64 | float64](points []metricdata.ExponentialHistogramDataPoint[N]) []reading {
	all := make([]reading, len(points))
	for i, p := range points {
		all[i] = reading{attributes: p.Attributes, value: float64(p.Count), sum: float64(p.Sum)}
	}
	return all
}
