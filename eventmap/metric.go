// SPDX-License-Identifier: Apache-2.0

package eventmap

// Instrument is the kind of an OpenTelemetry instrument.
type Instrument string

// The instruments that a map can declare.
const (
	Counter       Instrument = "counter"         // a sum that only grows
	UpDownCounter Instrument = "up_down_counter" // a sum that also falls
	Gauge         Instrument = "gauge"           // the last value
	Histogram     Instrument = "histogram"       // a distribution in explicit buckets

	ExponentialHistogram Instrument = "exponential_histogram" // a distribution in buckets that adapt
)

// NumberKind is the kind of number that an instrument takes.
type NumberKind string

// The kinds of numbers.
const (
	Int    NumberKind = "int"    // int64
	Double NumberKind = "double" // float64
)

// Metric is one OpenTelemetry instrument.
type Metric struct {
	Name        string
	Instrument  Instrument
	Unit        string // UCUM, empty when none is declared
	Description string
	Group       string     // where dashboards have it; that of the events that record into it unless it is declared
	Number      NumberKind // Int for counters and up-down counters, Double for gauges and histograms by default
	Attributes  []Attribute
	MaxSeries   int       // bound of the attribute tuples, 1 to 100,000; 1,900 by default
	Buckets     []float64 // explicit upper bounds, strictly increasing; nil: the meter provider's own
	MaxSize     int       // exponential histograms: buckets for positive and negative values each at most; 160 by default
	MaxScale    int       // exponential histograms: the finest scale; 20 by default
	Enabled     bool      // false: declared, and neither created nor recorded; true by default
}

// distribution reports whether the instrument is a histogram of either kind.
func (i Instrument) distribution() bool { return i == Histogram || i == ExponentialHistogram }

// article returns the instrument with its article.
func (i Instrument) article() string {
	if i == ExponentialHistogram {
		return "an " + string(i)
	}
	return "a " + string(i)
}
