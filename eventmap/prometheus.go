// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"math"
	"slices"

	"github.com/prometheus/otlptranslator"
)

// PrometheusName returns the metric's name on a Prometheus page, with the default translation of
// go.opentelemetry.io/otel/exporters/prometheus (UnderscoreEscapingWithSuffixes, no namespace). The name of a counter
// ends in _total. For a histogram it is the name of the family, without _bucket, _sum and _count.
func (m *Metric) PrometheusName() string {
	name, _ := prometheusName(m) // loading has refused what has none
	return name
}

// PrometheusLabel returns the attribute's name on a Prometheus page, translated in the same way.
func (a *Attribute) PrometheusLabel() string {
	namer := otlptranslator.LabelNamer{}
	label, _ := namer.Build(a.Name) // loading has refused what has none
	return label
}

// Combinations returns how many combinations of attribute values the metric can have at most in one process. It
// includes the combination in which each attribute is "other", which MaxSeries does not count.
func (m *Metric) Combinations() int {
	if len(m.Attributes) == 0 {
		return 1
	}
	most := m.MaxSeries + 1
	combinations := 1
	for i := range m.Attributes {
		a := &m.Attributes[i]
		n := a.size() + 1 // and other
		if a.Limit > 0 {
			n = a.Limit + 2 // the default, and other
		}
		combinations = product(most, combinations, n)
	}
	return combinations
}

// defaultBuckets is the number of bounds of a histogram that declares none (OpenTelemetry metrics SDK specification,
// explicit bucket histogram aggregation).
const defaultBuckets = 15

// PrometheusSeries returns how many series the metric can have at most on the Prometheus page of one process. It is
// never above 2,147,483,647.
//
//   - A counter or a gauge has one series for each combination.
//   - A histogram has, for each combination, one series for each bucket, one for _sum and one for _count.
//   - An exponential histogram has three series for each combination in the text format, and one where native
//     histograms are scraped.
func (m *Metric) PrometheusSeries() int {
	switch {
	case m.Instrument.IsExponential():
		return product(math.MaxInt32, m.Combinations(), 3)
	case m.Instrument.IsDistribution():
		bounds := len(m.Buckets)
		if m.Buckets == nil {
			bounds = defaultBuckets
		}
		return product(math.MaxInt32, m.Combinations(), bounds+3)
	default:
		return m.Combinations()
	}
}

// StartsAtZero reports whether every series of the metric is exported at zero from the start. This needs an instrument
// that starts at zero, and listed values for all attributes.
func (m *Metric) StartsAtZero() bool {
	return m.Instrument.StartsAtZero() && !slices.ContainsFunc(m.Attributes, func(a Attribute) bool { return a.Limit > 0 })
}
