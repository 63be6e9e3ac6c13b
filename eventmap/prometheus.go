// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"math"
	"slices"

	"github.com/prometheus/otlptranslator"
)

// PrometheusName returns the metric's name on a Prometheus page, as go.opentelemetry.io/otel/exporters/prometheus
// translates it by default (UnderscoreEscapingWithSuffixes, no namespace): that of a counter ends in _total, that of a
// histogram is the family's, without _bucket, _sum and _count.
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

// Combinations returns how many combinations of attribute values the metric can have in one process at most. The
// combination in which each attribute is "other" is one of them, and comes on top of MaxSeries.
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

// defaultBuckets is how many bounds a histogram has that declares none (OpenTelemetry metrics SDK specification,
// explicit bucket histogram aggregation).
const defaultBuckets = 15

// PrometheusSeries returns how many series the metric can have on one process' Prometheus page at most: one for each of
// its combinations; a histogram one for each bucket of a combination, and its _sum and _count; an exponential histogram
// three in the text format, and one where native histograms are scraped. It is never above 2,147,483,647.
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

// StartsAtZero reports whether every series of the metric is exported from the start on, at zero: its instrument starts
// at zero, and the values of all attributes are listed.
func (m *Metric) StartsAtZero() bool {
	return m.Instrument.StartsAtZero() && !slices.ContainsFunc(m.Attributes, func(a Attribute) bool { return a.Limit > 0 })
}
