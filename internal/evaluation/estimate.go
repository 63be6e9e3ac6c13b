// SPDX-License-Identifier: Apache-2.0

package evaluation

import "slices"

// Estimate is what events record of which a part was stored: each document stands for 1/rate events (Horvitz and Thompson's
// estimator). Its numbers come on top of those of events that were stored whole.
type Estimate struct {
	Kept          uint64    `json:"kept"` // values of the documents that there are
	Sum           float64   `json:"sum"`
	SumVariance   float64   `json:"sum_variance"` // the square of the standard error, as the documents tell it
	Count         float64   `json:"count"`
	CountVariance float64   `json:"count_variance"`
	Buckets       []float64 `json:"buckets,omitempty"` // of a histogram: by bucket, not cumulative
	LeastRate     float64   `json:"least_rate"`        // of the documents
}

// add adds a value of a document that stands for weight events.
func (e *Estimate) add(v, weight float64) {
	e.Kept++
	e.Sum += v * weight
	e.Count += weight
	spread := weight * (weight - 1) // (1 − rate) / rate²
	e.SumVariance += v * v * spread
	e.CountVariance += spread
	if rate := 1 / weight; e.LeastRate == 0 || rate < e.LeastRate {
		e.LeastRate = rate
	}
}

// Clone returns a state that shares nothing with s.
func (s State) Clone() State {
	s.Buckets = slices.Clone(s.Buckets)
	if s.Sampled != nil {
		e := *s.Sampled
		e.Buckets = slices.Clone(e.Buckets)
		s.Sampled = &e
	}
	return s
}

// Observations returns how many values a histogram has, rounded where that is an estimate.
func (s *State) Observations() float64 {
	if s.Sampled == nil {
		return float64(s.Count)
	}
	return float64(s.Count) + s.Sampled.Count
}

// Bucket returns how many values are in a bucket, not cumulative.
func (s *State) Bucket(i int) float64 {
	if s.Sampled == nil || i >= len(s.Sampled.Buckets) {
		return float64(s.Buckets[i])
	}
	return float64(s.Buckets[i]) + s.Sampled.Buckets[i]
}

// estimate returns the part of a series that is an estimate.
func (s *Series) estimate() *Estimate {
	if s.Sampled == nil {
		s.Sampled = new(Estimate)
	}
	return s.Sampled
}

// addInt and addDouble add a value of the event that is being recorded.
func (s *Series) addInt(v int64) {
	if w := s.Metric.meter.weight; w > 1 {
		s.estimate().add(float64(v), w)
		return
	}
	s.Int += v
}

func (s *Series) addDouble(v float64) {
	if w := s.Metric.meter.weight; w > 1 {
		s.estimate().add(v, w)
		return
	}
	s.Double += v
}
