// SPDX-License-Identifier: Apache-2.0

package reconcile

import (
	"context"
	"math"
	"strconv"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/promapi"
)

// readGrowth finds what each series of a metric grew by within each life.
func (s *server) readGrowth(ctx context.Context, lives []*life, m *metric) error {
	for _, measure := range m.measures {
		all, err := s.raw(ctx, measure)
		if err != nil {
			return err
		}
		for _, series := range all {
			on := targetOf(series.Labels)
			k := key{measure, m.labelsOf(func(label string) string { return series.Labels[label] })}
			for _, l := range lives {
				if on == (target{l.job, l.instance}) {
					l.growth[k] += l.grown(series.Samples)
				}
			}
		}
	}
	if len(m.measures) == 1 {
		return nil
	}
	all, err := s.raw(ctx, m.name+"_bucket")
	for _, series := range all {
		on := targetOf(series.Labels)
		le, notNumber := strconv.ParseFloat(series.Labels["le"], 64)
		if notNumber != nil || math.IsInf(le, 1) { // the last one has the count
			continue
		}
		b := bucket{key{m.measures[0], m.labelsOf(func(label string) string { return series.Labels[label] })}, le}
		for _, l := range lives {
			if x, ok := at(series.Samples, l.last); ok && x.At >= l.first && on == (target{l.job, l.instance}) {
				l.buckets[b] += l.grown(series.Samples)
			}
		}
	}
	return err
}

// grown returns by how much a series grew from the first to the last scrape of a life, or from its beginning on.
func (l *life) grown(samples []promapi.Sample) float64 { return l.grownUntil(samples, l.last) }

// grownUntil is grown up to a time. A sample that is lower than the one before is a reset, of which only raw samples show all:
// the series began at zero again.
func (l *life) grownUntil(samples []promapi.Sample, end int64) float64 {
	sum, before, begun := 0.0, 0.0, l.fresh
	for _, x := range samples {
		switch {
		case x.At < l.first:
			continue
		case x.At > end:
			return sum
		case !begun && x.At == l.first:
			begun = true
		case x.Value < before:
			sum += x.Value
		default:
			sum += x.Value - before // it did not exist at the first scrape, or continues
		}
		before, begun = x.Value, true
	}
	return sum
}
