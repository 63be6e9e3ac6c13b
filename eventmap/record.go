// SPDX-License-Identifier: Apache-2.0

package eventmap

// Record is one update of one metric by an event.
type Record struct {
	Metric  *Metric
	Sources []Source // where each attribute comes from; parallel to Metric.Attributes
	Value   Value
	When    *Expression // nil: always
}

// SourceKind says where the value of an attribute comes from.
type SourceKind uint8

// The sources of attribute values.
const (
	FromData     SourceKind = iota // the event's data, at Source.Path
	FromType                       // the event's type, as it was tracked
	FromConstant                   // Source.Constant
)

// Source is where one attribute of a record comes from.
type Source struct {
	Kind     SourceKind
	Path     Path   // with FromData
	Constant string // with FromConstant; a value that the attribute can take
}

// Value is what a record adds, sets or observes.
type Value struct {
	Expression *Expression // nil: Path or Constant
	Path       Path        // into the event's data; nil: Constant
	Constant   float64     // 1 by default; finite, an integer for metrics whose number is Int
}
