// SPDX-License-Identifier: Apache-2.0

package page_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/prometheus/otlptranslator"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/otelanalytics/otelanalytics-go/exporterprom/internal/page"
)

// random makes data as no well-behaved program would.
type random struct {
	*rand.Rand
	recorded *uint64 // by native histograms: what they count only grows
}

func newRandom(seed uint64) random { return random{rand.New(rand.NewPCG(seed, 1)), new(uint64)} }

func pick[T any](r random, from ...T) T { return from[r.IntN(len(from))] }

func (r random) config() page.Config {
	c := page.Config{
		Namespace: pick(r, "", "", "", "acme", "1shop", "a.b", "x__y"),
		Translation: pick(r, "", otlptranslator.UnderscoreEscapingWithSuffixes, otlptranslator.UnderscoreEscapingWithoutSuffixes,
			otlptranslator.NoUTF8EscapingWithSuffixes, otlptranslator.NoTranslation, "unheard of"),
		ScopeInfo: r.IntN(3) == 0, TargetInfo: r.IntN(3) > 0,
	}
	if r.IntN(3) == 0 {
		c.ResourceLabels = func(kv attribute.KeyValue) bool { return len(kv.Key)%2 == 0 }
	}
	return c
}

func (r random) key() string {
	return pick(r, "method", "http.method", "http_method", "a", "b", "le", "quantile", "_u", "__reserved", "1st", "größe", "a b",
		"otel_scope_name", "name", "version", "service.name", "x__y", "total", "job", "___", "\xff")
}

func (r random) text() string {
	return pick(r, "", "x", "y", "z", "1", "true", "quo\"te", "back\\slash", "new\nline", "größe", "\xff\xfe", "a long one, longer than others")
}

func (r random) attribute(key string) attribute.KeyValue {
	switch r.IntN(12) {
	case 0:
		return attribute.Int(key, r.IntN(3))
	case 1:
		return attribute.Bool(key, r.IntN(2) == 0)
	case 2:
		return attribute.Float64(key, pick(r, 0, 1e6, 1.5, math.NaN(), math.Inf(1)))
	case 3:
		return attribute.StringSlice(key, []string{r.text(), "x"})
	case 4:
		return attribute.Int64Slice(key, []int64{1, 2})
	default:
		return attribute.String(key, r.text())
	}
}

func (r random) set(most int) attribute.Set {
	var all []attribute.KeyValue
	for range r.IntN(most + 1) {
		all = append(all, r.attribute(r.key()))
	}
	return attribute.NewSet(all...)
}

// usual is a set of attributes as programs have them: the same keys, other values.
func (r random) usual() attribute.Set {
	return attribute.NewSet(attribute.String("method", fmt.Sprint("m", r.IntN(30))), attribute.String("code", fmt.Sprint(r.IntN(9))))
}

func (r random) scope() instrumentation.Scope {
	s := instrumentation.Scope{Name: pick(r, "", "shop", "otelhttp", "shop"), Version: pick(r, "", "1", "v2"), SchemaURL: pick(r, "", "https://example.com/1")}
	if r.IntN(3) == 0 {
		s.Attributes = r.set(2)
	}
	if r.IntN(25) == 0 {
		s.Name = "go.opentelemetry.io/contrib/bridges/prometheus"
	}
	return s
}

func (r random) metric() metricdata.Metrics {
	m := metricdata.Metrics{
		Name: pick(r, "logins", "logins", "user.logins", "latency", "latency_count", "latency.sum", "latency_bucket", "http.server.request.duration",
			"total", "logins_total", "target", "target_info", "1st", "größe", "_x", "a//b", "", "___", "ratio", "things.in.use"),
		Description: pick(r, "", "What it is.", "What it is.", "Another \\ text\nof two lines", "Target metadata", "\xff"),
		Unit:        pick(r, "", "", "s", "ms", "By", "1", "{login}", "m/s", "{packet}/s", "%", "EUR", "weird unit", "info"),
	}
	switch r.IntN(10) {
	case 0, 1:
		m.Data = metricdata.Sum[int64]{IsMonotonic: true, Temporality: metricdata.CumulativeTemporality}
	case 2:
		m.Data = metricdata.Sum[float64]{IsMonotonic: true, Temporality: metricdata.CumulativeTemporality}
	case 3:
		m.Data = metricdata.Sum[int64]{Temporality: metricdata.CumulativeTemporality}
	case 4:
		m.Data = metricdata.Sum[float64]{Temporality: metricdata.CumulativeTemporality}
	case 5:
		m.Data = metricdata.Gauge[int64]{}
	case 6:
		m.Data = metricdata.Gauge[float64]{}
	case 7:
		m.Data = metricdata.Histogram[int64]{}
	case 8:
		m.Data = metricdata.Histogram[float64]{}
	case 9:
		m.Data = metricdata.ExponentialHistogram[float64]{}
	}
	return m
}

func (r random) float() float64 {
	return pick(r, 0, 1, -1, 0.25, 17, 1e21, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, float64(r.IntN(1000)))
}

func (r random) int() int64 { return pick(r, 0, 1, -1, math.MaxInt64, math.MinInt64, r.Int64N(1000)) }

var began = time.Unix(1_700_000_000, 123_456_789)

func exemplars[N int64 | float64](r random, value func() N) []metricdata.Exemplar[N] {
	if r.IntN(3) > 0 {
		return nil
	}
	var all []metricdata.Exemplar[N]
	for range 1 + r.IntN(3) {
		e := metricdata.Exemplar[N]{
			Value: value(), Time: began.Add(time.Duration(r.IntN(1e9))), TraceID: []byte{1, byte(r.IntN(200))}, SpanID: []byte{2, byte(r.IntN(200))},
		}
		for range r.IntN(3) {
			e.FilteredAttributes = append(e.FilteredAttributes, r.attribute(r.key()))
		}
		if r.IntN(20) == 0 {
			e.FilteredAttributes = append(e.FilteredAttributes, attribute.String("long", fmt.Sprintf("%0200d", 1)))
		}
		all = append(all, e)
	}
	return all
}

// fill gives a metric data points with these attributes.
func (r random) fill(m *metricdata.Metrics, sets []attribute.Set) {
	switch d := m.Data.(type) {
	case metricdata.Sum[int64]:
		d.DataPoints = scalars(r, sets, r.int)
		m.Data = d
	case metricdata.Sum[float64]:
		d.DataPoints = scalars(r, sets, r.float)
		m.Data = d
	case metricdata.Gauge[int64]:
		d.DataPoints = scalars(r, sets, r.int)
		m.Data = d
	case metricdata.Gauge[float64]:
		d.DataPoints = scalars(r, sets, r.float)
		m.Data = d
	case metricdata.Histogram[int64]:
		d.DataPoints = histograms(r, sets, r.int)
		m.Data = d
	case metricdata.Histogram[float64]:
		d.DataPoints = histograms(r, sets, r.float)
		m.Data = d
	case metricdata.ExponentialHistogram[float64]:
		d.DataPoints = natives(r, sets)
		m.Data = d
	}
}

func scalars[N int64 | float64](r random, sets []attribute.Set, value func() N) []metricdata.DataPoint[N] {
	var all []metricdata.DataPoint[N]
	for _, set := range sets {
		all = append(all, metricdata.DataPoint[N]{Attributes: set, StartTime: began, Value: value(), Exemplars: exemplars(r, value)})
	}
	return all
}

func histograms[N int64 | float64](r random, sets []attribute.Set, value func() N) []metricdata.HistogramDataPoint[N] {
	var all []metricdata.HistogramDataPoint[N]
	bounds := pick(r, nil, []float64{}, []float64{1}, []float64{-5, 0, 0.25, 10}, []float64{0, 5, 10, 25, 50, 75, 100}, []float64{1, math.Inf(1)}, []float64{math.Inf(-1), 0})
	for _, set := range sets {
		p := metricdata.HistogramDataPoint[N]{Attributes: set, StartTime: began, Bounds: bounds, Sum: value(), Exemplars: exemplars(r, value)}
		for range len(bounds) + 1 {
			n := uint64(r.IntN(4))
			p.BucketCounts, p.Count = append(p.BucketCounts, n), p.Count+n
		}
		all = append(all, p)
	}
	return all
}

func natives(r random, sets []attribute.Set) []metricdata.ExponentialHistogramDataPoint[float64] {
	var all []metricdata.ExponentialHistogramDataPoint[float64]
	for _, set := range sets {
		*r.recorded++
		p := metricdata.ExponentialHistogramDataPoint[float64]{
			Attributes: set, StartTime: began, Sum: r.float(), Scale: int32(r.IntN(26)) - 5, ZeroCount: 1000 * *r.recorded,
			ZeroThreshold: pick(r, 0, 0, 1e-9), Exemplars: exemplars(r, r.float),
		}
		p.PositiveBucket, p.NegativeBucket = r.buckets(), r.buckets()
		p.Count = p.ZeroCount
		for _, n := range append(p.PositiveBucket.Counts, p.NegativeBucket.Counts...) {
			p.Count += n
		}
		all = append(all, p)
	}
	return all
}

func (r random) buckets() metricdata.ExponentialBucket {
	b := metricdata.ExponentialBucket{Offset: int32(r.IntN(2000)) - 1000}
	for range pick(r, 0, 1, 3, 40) {
		b.Counts = append(b.Counts, uint64(pick(r, 0, 0, 0, 1, 5)))
	}
	return b
}
