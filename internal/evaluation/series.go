// SPDX-License-Identifier: Apache-2.0

package evaluation

import (
	"slices"

	"go.opentelemetry.io/otel/attribute"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// Metric is a metric with its series.
type Metric struct {
	Declared *eventmap.Metric
	Bounds   []float64 // of a histogram: the upper bounds of its buckets, but the infinite one
	Series   []*Series // in the order in which they were made

	integer bool
	byKey   map[attribute.Distinct]*Series
	meter   *meter
}

// Series is one combination of attribute values.
type Series struct {
	Metric *Metric
	Values []string // of the attributes, in the map's order
	State

	changed bool
	reading uint64 // of [Evaluator.Replace] that set it last
}

// State is the value of a series. Only what the metric's instrument has is set.
type State struct {
	Int     int64    `json:"int,omitempty"`     // the sum or the last value, of integers
	Double  float64  `json:"double,omitempty"`  // the same, of floating-point numbers
	Count   uint64   `json:"count,omitempty"`   // of a histogram: observations
	Buckets []uint64 `json:"buckets,omitempty"` // of a histogram: by bucket, not cumulative; one more than bounds
	Absent  bool     `json:"absent,omitempty"`  // the page does not have the series any more
	// Sampled is what events add of which a part was stored; nil without any. Clone a State that is kept.
	Sampled *Estimate `json:"sampled,omitempty"`
}

// Number returns the sum or the last value.
func (s *Series) Number() float64 { return s.Metric.NumberOf(&s.State) }

// NumberOf returns the sum or the last value of a state that one of the metric's series has, or had.
func (m *Metric) NumberOf(s *State) float64 {
	n := s.Double
	if m.integer {
		n = float64(s.Int)
	}
	if s.Sampled != nil {
		n += s.Sampled.Sum
	}
	return n
}

// defaultBounds are those of a histogram that declares none (OpenTelemetry metrics SDK specification, explicit bucket
// histogram aggregation).
var defaultBounds = []float64{0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000}

func newMetric(declared *eventmap.Metric, to *meter) *Metric {
	return &Metric{
		Declared: declared, Bounds: Bounds(declared),
		integer: declared.Number == eventmap.Int, byKey: make(map[attribute.Distinct]*Series), meter: to,
	}
}

// Bounds returns the upper bounds of the buckets of a histogram, but the infinite one; nil for other metrics.
func Bounds(declared *eventmap.Metric) []float64 {
	switch {
	case declared.Instrument.IsExponential() || !declared.Instrument.IsDistribution():
		return nil
	case declared.Buckets == nil:
		return defaultBounds
	}
	return declared.Buckets
}

// at returns the series of a set of attributes, and marks it as changed.
func (m *Metric) at(set attribute.Set) *Series {
	s := m.find(set)
	m.meter.mark(s)
	return s
}

// find returns the series of a set of attributes.
func (m *Metric) find(set attribute.Set) *Series {
	if s, ok := m.byKey[set.Equivalent()]; ok {
		return s
	}
	return m.add(set)
}

func (m *Metric) add(set attribute.Set) *Series {
	s := &Series{Metric: m, Values: make([]string, len(m.Declared.Attributes))}
	for i := range s.Values {
		v, _ := set.Value(attribute.Key(m.Declared.Attributes[i].Name))
		s.Values[i] = v.AsString()
	}
	if m.Declared.Instrument.IsDistribution() {
		s.Buckets = make([]uint64, len(m.Bounds)+1)
	}
	m.byKey[set.Equivalent()] = s
	m.Series = append(m.Series, s)
	return s
}

// observe adds a value to a histogram, except for its sum.
func (s *Series) observe(v float64) {
	i, _ := slices.BinarySearch(s.Metric.Bounds, v) // a bound belongs to its bucket
	if w := s.Metric.meter.weight; w > 1 {
		e := s.estimate()
		if e.Buckets == nil {
			e.Buckets = make([]float64, len(s.Buckets))
		}
		e.Buckets[i] += w
		return
	}
	s.Count++
	s.Buckets[i]++
}
