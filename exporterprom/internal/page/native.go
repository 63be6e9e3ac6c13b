// SPDX-License-Identifier: Apache-2.0

package page

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// The schemas that native histograms have (Prometheus, native histograms).
const (
	minSchema = -4
	maxSchema = 8
)

// takeNatives takes exponential histograms, which are native ones on the page.
func takeNatives[N number](p *Page, s *scope, m *metricdata.Metrics, of shape, from []metricdata.ExponentialHistogramDataPoint[N]) {
	in := p.instrument(s, m, of)
	if in == nil {
		return
	}
	all := from
	for i := range all {
		point := &all[i]
		err := notNative(point.Scale, point.Count, point.ZeroCount, float64(point.Sum), point.PositiveBucket.Counts, point.NegativeBucket.Counts)
		switch {
		case err != nil:
			if len(from) == len(all) {
				from = slices.Clone(all[:i]) // what was collected stays as it is
			}
			p.errs = append(p.errs, fmt.Errorf("a series of %s is left out: %w", in.family.name(), err))
		case len(from) < len(all):
			from = append(from, *point)
		}
	}
	p.reconcile(s, in, &points{
		count:      len(from),
		attributes: func(i int) *attribute.Set { return &from[i].Attributes },
		started:    func(i int) time.Time { return from[i].StartTime },
		begin: func(s *series, i int) {
			s.metric.Histogram = &dto.Histogram{CreatedTimestamp: p.created(from[i].StartTime)}
		},
		update: func(s *series, i int) {
			point := &from[i]
			if h := s.metric.Histogram; h.SampleCount == nil || *h.SampleCount != point.Count ||
				math.Float64bits(*h.SampleSum) != math.Float64bits(float64(point.Sum)) {
				s.metric.Histogram, s.exemplars = p.nativeHistogram(float64(point.Sum), metricdata.ExponentialHistogramDataPoint[float64]{
					Count: point.Count, Scale: point.Scale, ZeroCount: point.ZeroCount, ZeroThreshold: point.ZeroThreshold,
					PositiveBucket: point.PositiveBucket, NegativeBucket: point.NegativeBucket, StartTime: point.StartTime,
				}, s.metric.Histogram), 0
			}
			setExemplars(p, s, 0, point.Exemplars)
		},
	}, 0)
}

// nativeHistogram returns the histogram of a data point that can be native, made by the client library. It was created when
// the last one was.
func (p *Page) nativeHistogram(sum float64, point metricdata.ExponentialHistogramDataPoint[float64], last *dto.Histogram) *dto.Histogram {
	schema, shift := point.Scale, int32(0)
	if schema > maxSchema {
		schema, shift = maxSchema, schema-maxSchema
	}
	m, err := prometheus.NewConstNativeHistogram(p.native, point.Count, sum,
		buckets(point.PositiveBucket, shift), buckets(point.NegativeBucket, shift),
		point.ZeroCount, schema, point.ZeroThreshold, point.StartTime)
	if err != nil {
		return last
	}
	var to dto.Metric
	if err := m.Write(&to); err != nil {
		return last
	}
	to.Histogram.CreatedTimestamp = last.CreatedTimestamp
	return to.Histogram
}

// buckets returns the counts of buckets by their index. Prometheus counts indexes by the upper bound, OpenTelemetry by the
// lower one. Each shift makes one bucket of two.
func buckets(from metricdata.ExponentialBucket, shift int32) map[int]int64 {
	to := make(map[int]int64, len(from.Counts))
	for i, count := range from.Counts {
		to[int((from.Offset+int32(i))>>shift)+1] += int64(count)
	}
	return to
}

// notNative returns why a data point cannot be a native histogram. Its buckets have to have all that it counts.
func notNative(scale int32, count, zero uint64, sum float64, positive, negative []uint64) error {
	if scale < minSchema || scale > maxSchema+31 {
		return fmt.Errorf("its values are too far apart: a native histogram has scales from %d on, not %d", minSchema, scale)
	}
	all, inRange := zero, count <= math.MaxInt64 && zero <= math.MaxInt64
	for _, counts := range [][]uint64{positive, negative} {
		for _, c := range counts {
			all += c
			inRange = inRange && c <= math.MaxInt64
		}
	}
	if !inRange || all > count || all < count && !math.IsNaN(sum) {
		return fmt.Errorf("its buckets hold %d values, but its count is %d", all, count)
	}
	return nil
}
