// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"slices"
	"strings"

	"github.com/prometheus/otlptranslator"
)

// Instrument is the kind of an OpenTelemetry instrument. Its methods describe the kind. For a kind that a map cannot
// declare, they report false or nothing.
type Instrument string

// Instruments that a map can declare.
const (
	Counter       Instrument = "counter"         // a sum that only grows
	UpDownCounter Instrument = "up_down_counter" // a sum that also falls
	Gauge         Instrument = "gauge"           // the last value
	Histogram     Instrument = "histogram"       // a distribution in explicit buckets

	ExponentialHistogram Instrument = "exponential_histogram" // a distribution in buckets that adapt

	Unique Instrument = "unique" // how many different values there are in windows of time; exported as a gauge
)

// aggregation is how the values of an instrument are combined.
type aggregation uint8

const (
	noAggregation aggregation = iota
	sumAggregation
	lastAggregation
	distributionAggregation
)

// instrumentKind holds all differences between the kinds of instruments.
type instrumentKind struct {
	name        Instrument
	meaning     string // for the schema
	verb        string
	number      NumberKind // by default
	aggregation aggregation
	monotonic   bool // a sum that only grows
	exponential bool // a distribution whose buckets adapt
	unique      bool // a number of different values
	negative    bool // takes values below zero
	translated  otlptranslator.MetricType
	prometheus  string   // the type on a Prometheus page
	suffixes    []string // of the samples on a Prometheus page, beside the name itself
}

// instrumentKinds has a row for each kind that a map can declare, in the order in which messages list them.
var instrumentKinds = []instrumentKind{
	{
		name: Counter, meaning: "a sum that only grows", verb: "adds", number: Int,
		aggregation: sumAggregation, monotonic: true,
		translated: otlptranslator.MetricTypeMonotonicCounter, prometheus: "counter",
	},
	{
		name: UpDownCounter, meaning: "a sum that also falls", verb: "adds", number: Int,
		aggregation: sumAggregation, negative: true,
		translated: otlptranslator.MetricTypeNonMonotonicCounter, prometheus: "gauge",
	},
	{
		name: Gauge, meaning: "the last value", verb: "sets", number: Double,
		aggregation: lastAggregation, negative: true,
		translated: otlptranslator.MetricTypeGauge, prometheus: "gauge",
	},
	{
		name: Histogram, meaning: "a distribution in the buckets that you list", verb: "observes", number: Double,
		aggregation: distributionAggregation,
		translated:  otlptranslator.MetricTypeHistogram, prometheus: "histogram", suffixes: histogramSuffixes,
	},
	{
		name: ExponentialHistogram, meaning: "a distribution in buckets that adapt", verb: "observes", number: Double,
		aggregation: distributionAggregation, exponential: true,
		translated: otlptranslator.MetricTypeHistogram, prometheus: "histogram", suffixes: histogramSuffixes,
	},
	{
		name: Unique, meaning: "how many different users, sessions or values there are in windows of time", verb: "counts", number: Int,
		aggregation: lastAggregation, unique: true,
		translated: otlptranslator.MetricTypeGauge, prometheus: "gauge",
	},
}

var histogramSuffixes = []string{"_bucket", "_sum", "_count"}

// Instruments returns every kind that a map can declare.
func Instruments() []Instrument {
	all := make([]Instrument, len(instrumentKinds))
	for i, k := range instrumentKinds {
		all[i] = k.name
	}
	return all
}

// kind returns the row of an instrument; the zero row when there is none.
func (i Instrument) kind() instrumentKind {
	for _, k := range instrumentKinds {
		if k.name == i {
			return k
		}
	}
	return instrumentKind{}
}

// IsSum reports whether the instrument adds up its values: a counter or an up_down_counter.
func (i Instrument) IsSum() bool { return i.kind().aggregation == sumAggregation }

// IsMonotonic reports whether the instrument is a sum that only grows. This is a counter, in OpenTelemetry and in
// Prometheus.
func (i Instrument) IsMonotonic() bool { return i.kind().monotonic }

// IsGauge reports whether the instrument has the value that was set last. For [Unique], this is the last reading.
func (i Instrument) IsGauge() bool { return i.kind().aggregation == lastAggregation }

// IsDistribution reports whether the instrument is a histogram, with explicit buckets or with buckets that adapt.
func (i Instrument) IsDistribution() bool { return i.kind().aggregation == distributionAggregation }

// IsExponential reports whether the instrument is a histogram whose buckets adapt. OpenTelemetry's API has one kind of
// histogram: a view of the meter provider makes it exponential. In Prometheus it is a native histogram.
func (i Instrument) IsExponential() bool { return i.kind().exponential }

// IsUnique reports whether the instrument counts different values. Events supply the values, package uniques counts
// them, and the numbers are exported as a gauge.
func (i Instrument) IsUnique() bool { return i.kind().unique }

// TakesNegative reports whether the instrument accepts values below zero.
func (i Instrument) TakesNegative() bool { return i.kind().negative }

// StartsAtZero reports whether a series of the instrument can be exported before anything was recorded. A sum is zero
// then. A gauge and a histogram have no value.
func (i Instrument) StartsAtZero() bool { return i.IsSum() }

// Verb returns the verb for a record's effect: "adds", "sets", "observes" or "counts".
func (i Instrument) Verb() string { return i.kind().verb }

// PrometheusType returns the type on a Prometheus page: "counter", "gauge" or "histogram".
func (i Instrument) PrometheusType() string { return i.kind().prometheus }

// PrometheusSuffixes returns the suffixes of sample names on a Prometheus page. A histogram has the suffixes of its
// buckets, sum and count. Other instruments have none.
func (i Instrument) PrometheusSuffixes() []string { return slices.Clone(i.kind().suffixes) }

// article returns the instrument with its article.
func (i Instrument) article() string {
	if strings.ContainsRune("aeiou", rune(i[0])) {
		return "an " + string(i)
	}
	return "a " + string(i)
}

// instruments returns the words for the kinds.
func instruments() []string {
	var all []string
	for _, i := range Instruments() {
		all = append(all, string(i))
	}
	return all
}

// instrumentMeanings describes each kind.
func instrumentMeanings() string {
	var all []string
	for _, k := range instrumentKinds {
		all = append(all, string(k.name)+": "+k.meaning)
	}
	return strings.Join(all, "; ") + "."
}
