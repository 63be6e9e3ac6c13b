// SPDX-License-Identifier: Apache-2.0

package draft

import (
	"slices"
	"strings"
)

// Map is a draft of an event map.
type Map struct {
	Comments []string // the head of the file, one a paragraph
	Metrics  []*Metric
	Events   []*Event
}

// Event is an event type.
type Event struct {
	Name        string
	Comment     string   // behind its name
	Notes       []string // below its name, one a line
	Description string
	Group       string
	Deprecated  string
	Additional  string // keep, omit or violate; empty: not written
	Fields      []*Field
	Records     []Record
}

// Field is a field of the data, or of entries of an array.
type Field struct {
	Path                 []string // from the data, or from the entry
	Types                []string // none: any
	Required             bool
	Values               []any // strings, float64, int64 and bool
	Pattern              string
	MinLength, MaxLength int
	Min, Max             *float64
	MaxItems             int
	Entries              bool     // it is an array of objects, and has Items
	Items                []*Field // of an array of objects
	Description          string
	Deprecated           string
	Redact               string
	Comment              string
}

// Metric is a proposal.
type Metric struct {
	Name, Instrument, Unit, Description string
	Number                              string
	Attributes                          []Attribute
}

// Attribute is an attribute of a proposal: with values or with a limit.
type Attribute struct {
	Name   string
	Values []string
	Limit  int
}

// Record is a proposal of what an event records.
type Record struct {
	Metric string
	From   [][2]string // attribute, path
	Value  string      // a path; empty: 1
}

// Sort puts events, fields and metrics in the order of their names.
func (m *Map) Sort() {
	slices.SortStableFunc(m.Events, func(a, b *Event) int { return strings.Compare(a.Name, b.Name) })
	slices.SortStableFunc(m.Metrics, func(a, b *Metric) int { return strings.Compare(a.Name, b.Name) })
	for _, e := range m.Events {
		sortFields(e.Fields)
	}
}

func sortFields(fields []*Field) {
	slices.SortStableFunc(fields, func(a, b *Field) int { return slices.Compare(a.Path, b.Path) })
	for _, f := range fields {
		sortFields(f.Items)
	}
}
