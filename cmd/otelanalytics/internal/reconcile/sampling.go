// SPDX-License-Identifier: Apache-2.0

package reconcile

import (
	"math"

	"github.com/otelanalytics/otelanalytics-go/internal/evaluation"
)

// spread is how exact the estimate of a series is, where a part of its events is stored.
type spread struct {
	variance float64
	kept     uint64  // documents' values
	rate     float64 // the least of the documents
}

func (s spread) with(t spread) spread {
	s.variance, s.kept = s.variance+t.variance, s.kept+t.kept
	if s.rate == 0 || t.rate != 0 && t.rate < s.rate {
		s.rate = t.rate
	}
	return s
}

// spreads returns how exact the estimates of evidence are.
func (d *documents) spreads(e *evidence) map[key]spread {
	all := map[key]spread{}
	d.each(e, func(of *metric, labels string, s *evaluation.Series) {
		x := s.Sampled
		if x == nil {
			return
		}
		add := func(measure string, variance float64) {
			k := key{measure, labels}
			all[k] = all[k].with(spread{variance, x.Kept, x.LeastRate})
			if d.rates[measure] == 0 || x.LeastRate < d.rates[measure] {
				d.rates[measure] = x.LeastRate
			}
		}
		if len(of.measures) == 1 {
			add(of.name, x.SumVariance)
			return
		}
		add(of.measures[0], x.CountVariance)
		add(of.measures[1], x.SumVariance)
	})
	return all
}

const (
	// borne is how many standard errors an estimate may be off.
	borne = 4
	// beside is how many documents more it may be off: the distribution of a few is no normal one.
	beside = 2
)

// sampled explains a difference that an estimate from a sample may have, and notes the estimate's standard error. The number of events is
// known from Prometheus, so that the error of a count is that of a binomial distribution; that of other sums is estimated from the documents.
func (b *budget) sampled(l *life, k key, difference float64, r *row) float64 {
	m := b.metrics[k.measure]
	if m == nil {
		return difference
	}
	s := l.facts.spread[k]
	left := 0.0 // events that were not stored
	for eventType, f := range m.feeds {
		left += l.page.sampledOut[eventType] * float64(f.records)
	}
	if s.kept == 0 && left == 0 {
		return difference
	}
	rate := s.rate
	if rate == 0 {
		rate = b.documents.rates[k.measure]
	}
	unit, known := m.most(), !b.isSum(k.measure)
	if known && len(m.measures) == 2 {
		unit = 1
	}
	known = known && !math.IsInf(unit, 1)
	variance, most := s.variance, 0.0
	switch {
	case rate == 0 && known: // no document says the rate: as many as the page counts
		most = left * unit
	case s.kept == 0 && !known: // nobody knows what the events add
		if most = math.Inf(1); rate > 0 && left > (borne*borne)*(1-rate)/rate+beside/rate {
			most = 0
		}
	case known:
		events := min(math.Abs(l.growth[k])/unit, float64(s.kept)+left)
		variance = max(variance, events*unit*unit*(1-rate)/rate)
		most = borne*math.Sqrt(variance) + beside*unit/rate
	default:
		each := math.Sqrt(variance / float64(s.kept)) // of one document
		most = borne*math.Sqrt(variance*(1+borne/float64(s.kept))) + beside*each
	}
	r.variance += variance
	r.StandardError = math.Sqrt(r.variance)
	if math.Abs(difference) > most {
		return difference
	}
	r.explain(reasonSampled, "", difference)
	return 0
}
