// SPDX-License-Identifier: Apache-2.0

package page

import (
	"fmt"
	"math"
	"slices"
	"time"

	dto "github.com/prometheus/client_model/go"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// histogramSeries is what a series of an explicit histogram has besides its labels.
type histogramSeries struct {
	histogram dto.Histogram
	count     uint64
	sum       float64
}

// takeHistograms takes histograms with explicit bounds.
func takeHistograms[N number](p *Page, s *scope, m *metricdata.Metrics, of shape, from []metricdata.HistogramDataPoint[N]) {
	if len(from) == 0 {
		return
	}
	bounds := from[0].Bounds
	for i := range from {
		if point := &from[i]; len(point.BucketCounts) < len(bounds) || !grow(point.Bounds) || !slices.Equal(point.Bounds, bounds) {
			p.errs = append(p.errs, fmt.Errorf("the histogram %q has buckets whose bounds do not increase; it is left out", m.Name))
			return
		}
	}
	in := p.instrument(s, m, of)
	if in == nil {
		return
	}
	renew := !slices.Equal(in.bounds, bounds)
	if renew {
		in.bounds = slices.Clone(bounds)
	}
	p.reconcile(s, in, &points{
		count:      len(from),
		attributes: func(i int) *attribute.Set { return &from[i].Attributes },
		started:    func(i int) time.Time { return from[i].StartTime },
		begin: func(s *series, i int) {
			h := &histogramSeries{}
			s.metric.Histogram = &h.histogram
			h.histogram.SampleCount, h.histogram.SampleSum = &h.count, &h.sum
			h.histogram.CreatedTimestamp = p.created(from[i].StartTime)
			h.histogram.Bucket = makeBuckets(in.bounds)
		},
		update: func(s *series, i int) {
			point, h := &from[i], s.metric.Histogram
			if renew {
				h.Bucket, s.exemplars = makeBuckets(in.bounds), 0
			}
			*h.SampleCount, *h.SampleSum = point.Count, float64(point.Sum)
			count(h, point.BucketCounts[:len(bounds)])
			setExemplars(p, s, len(bounds), point.Exemplars)
		},
	}, 0)
}

// count sets the buckets of a histogram, which count all that is below their bounds. One more than there are bounds is
// there for its exemplar.
func count(h *dto.Histogram, counts []uint64) {
	var sum uint64
	for i, n := range counts {
		sum += n
		*h.Bucket[i].CumulativeCount = sum
	}
	for _, b := range h.Bucket[len(counts):] {
		*b.CumulativeCount = *h.SampleCount
	}
}

func grow(bounds []float64) bool {
	for i, b := range bounds {
		if math.IsNaN(b) || i > 0 && b <= bounds[i-1] {
			return false
		}
	}
	return true
}

// makeBuckets returns buckets with these bounds, to which they point.
func makeBuckets(bounds []float64) []*dto.Bucket {
	type bucket struct {
		dto.Bucket
		count uint64
	}
	all := make([]bucket, len(bounds))
	buckets := make([]*dto.Bucket, len(bounds), len(bounds)+1)
	for i := range all {
		all[i].CumulativeCount, all[i].UpperBound = &all[i].count, &bounds[i]
		buckets[i] = &all[i].Bucket
	}
	return buckets
}
