// SPDX-License-Identifier: Apache-2.0

package eventmap

// NumberKind is the kind of number that an instrument takes.
type NumberKind string

// Kinds of numbers.
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
	Group       string     // its dashboard; by default the group of the events that record into it
	Number      NumberKind // Int for counters and up-down counters, Double for gauges and histograms by default
	Attributes  []Attribute
	Counted     *Counted     // the values that a unique metric counts; nil for other instruments
	Deprecated  *Deprecation // nil: it is not deprecated
	MaxSeries   int          // bound of the attribute tuples, 1 to 100,000; 1,900 by default
	Buckets     []float64    // explicit upper bounds, strictly increasing; nil: the meter provider's own
	MaxSize     int          // exponential histograms: buckets for positive and negative values each at most; 160 by default
	MaxScale    int          // exponential histograms: the finest scale; 20 by default
	Enabled     bool         // false: declared, and neither created nor recorded; true by default
}
