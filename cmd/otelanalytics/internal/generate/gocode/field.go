// SPDX-License-Identifier: Apache-2.0

package gocode

import (
	"slices"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// sizePart ends a path that asks for the number of elements of an array.
const sizePart = "$size"

// kind is what a field is in Go.
type kind int

const (
	text   kind = iota // string, "" is missing
	listed             // a string type with constants
	integer
	double
	boolean
	date
	object // map[string]any
	array
	anything
	nested  // a struct
	entries // a slice of structs
)

// field is one field of an event's data, or of an object in them.
type field struct {
	key      string
	path     eventmap.Path
	declared *eventmap.Field      // nil: only records name it
	sourceOf []eventmap.Attribute // that take their value from it
	metrics  []*eventmap.Metric   // parallel to sourceOf
	value    eventmap.NumberKind  // of a metric that takes its value from it; empty: none
	sized    bool                 // a metric takes the number of its elements
	children []*field

	name     string // in Go
	kind     kind
	enum     *enum  // of listed
	typeName string // of nested, and of an entry
	maker    string // of the struct with this name: its constructor; empty: the map requires nothing in it
}

// fieldsOf returns the fields that the map knows of an event: the declared ones, and those that records read.
func fieldsOf(e *eventmap.Event) []*field {
	root := new(field)
	for i := range e.Data {
		root.at(e.Data[i].Path).declared = &e.Data[i]
	}
	for i := range e.Records {
		r := &e.Records[i]
		for j, s := range r.Sources {
			if s.Kind == eventmap.FromData {
				f := root.at(s.Path)
				f.sourceOf = append(f.sourceOf, r.Metric.Attributes[j])
				f.metrics = append(f.metrics, r.Metric)
			}
		}
		switch path := r.Value.Path; {
		case len(path) == 0:
		case path[len(path)-1] == sizePart:
			root.at(path[:len(path)-1]).sized = true
		default:
			root.at(path).value = r.Metric.Number
		}
	}
	for _, f := range root.children {
		f.resolve()
	}
	return root.children
}

// goName is the name that the map gives, if it does.
func (f *field) goName() string {
	if f.declared == nil {
		return ""
	}
	return f.declared.GoName
}

// word is what the name of a type ends in that is made for the field.
func (f *field) word() string {
	if word := f.goName(); word != "" {
		return word
	}
	return camel(f.key)
}

// required reports whether the map requires the field.
func (f *field) required() bool { return f.declared != nil && f.declared.Rules.Required }

// ownValues reports whether the map lists texts for the field, and other ones than each attribute that the field feeds.
func (f *field) ownValues() bool {
	if f.declared == nil || f.declared.Type != eventmap.StringField || f.declared.Rules.Values == nil {
		return false
	}
	if len(f.sourceOf) == 0 || f.declared.GoNames != nil {
		return true
	}
	return slices.ContainsFunc(f.sourceOf, func(a eventmap.Attribute) bool {
		return len(a.Values) != len(f.declared.Rules.Values) ||
			slices.ContainsFunc(f.declared.Rules.Values, func(v any) bool { return !slices.Contains(a.Values, v.(string)) })
	})
}

// deprecated says that each attribute which lists a value, and takes it from the field, has it deprecated; else nil.
func (f *field) deprecated(value string) *eventmap.Deprecation {
	var found *eventmap.Deprecation
	for _, a := range f.sourceOf {
		if !slices.Contains(a.Values, value) {
			continue
		}
		d, ok := a.DeprecatedValues[value]
		if !ok {
			return nil
		}
		found = &d
	}
	return found
}

// at returns the field of a path, adding what is not there.
func (f *field) at(path eventmap.Path) *field {
	for i, part := range path {
		f = f.child(part, path[:i+1])
	}
	return f
}

func (f *field) child(key string, path eventmap.Path) *field {
	for _, c := range f.children {
		if c.key == key {
			return c
		}
	}
	c := &field{key: key, path: path}
	f.children = append(f.children, c)
	return c
}

// resolve says what the field is in Go, and what is in it.
func (f *field) resolve() {
	f.kind = f.scalar()
	if len(f.children) == 0 {
		return
	}
	switch {
	case f.kind == array && f.declared != nil && f.declared.Rules.Items:
		f.kind = entries
		f.children = slices.DeleteFunc(f.children, isIndex)
		for _, c := range f.children {
			c.resolve()
		}
	case f.kind == array || f.indexed():
		f.kind, f.children = array, nil
	case len(f.sourceOf) > 0 || f.value != "": // the field itself is read, too
		f.kind, f.children = anything, nil
	default:
		f.kind = nested
		for _, c := range f.children {
			c.resolve()
		}
	}
}

// indexed reports whether a path leads through the field by the index of an element.
func (f *field) indexed() bool { return slices.ContainsFunc(f.children, isIndex) }

func isIndex(f *field) bool { return strings.Trim(f.key, "0123456789") == "" }

// scalar is resolve for a field without others in it.
func (f *field) scalar() kind {
	if f.declared != nil {
		if f.declared.Types != nil {
			return anything
		}
		switch f.declared.Type {
		case eventmap.IntField:
			return integer
		case eventmap.DoubleField:
			return double
		case eventmap.BoolField:
			return boolean
		case eventmap.DateField:
			return date
		case eventmap.ObjectField:
			return object
		case eventmap.ArrayField:
			return array
		case eventmap.StringField:
			return f.textual()
		}
	}
	switch {
	case f.value == eventmap.Int:
		return integer
	case f.value == eventmap.Double:
		return double
	case f.sized:
		return array
	case len(f.sourceOf) > 0:
		return f.textual()
	default:
		return anything
	}
}

// textual tells texts with listed values from others.
func (f *field) textual() kind {
	if f.ownValues() {
		return listed
	}
	if len(f.sourceOf) == 0 {
		return text
	}
	for _, a := range f.sourceOf {
		if a.Limit > 0 {
			return text
		}
	}
	return listed
}
