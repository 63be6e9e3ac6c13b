// SPDX-License-Identifier: Apache-2.0

package tscode

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// field is a part of the paths that an event's data have.
type field struct {
	key      string
	declared *eventmap.Field // nil: only paths within it, or records, name it
	labels   bool            // an attribute of a metric takes its value from it
	number   bool            // a metric takes its value from it
	sized    bool            // a metric takes the number of its entries
	inner    []*field
}

const sizePart = "$size"

// fieldsOf returns the fields that the map knows of an event: the declared ones, and those that its records read.
func fieldsOf(e *eventmap.Event) *field {
	root := &field{}
	for i := range e.Data {
		root.at(e.Data[i].Path).declared = &e.Data[i]
	}
	for i := range e.Records {
		r := &e.Records[i]
		for _, s := range r.Sources {
			if s.Kind == eventmap.FromData {
				root.at(s.Path).labels = true
			}
		}
		switch path := r.Value.Path; {
		case len(path) == 0:
		case path[len(path)-1] == sizePart:
			root.at(path[:len(path)-1]).sized = true
		default:
			root.at(path).number = true
		}
	}
	return root
}

func (f *field) at(path eventmap.Path) *field {
	for _, key := range path {
		i := slices.IndexFunc(f.inner, func(c *field) bool { return c.key == key })
		if i < 0 {
			f.inner = append(f.inner, &field{key: key})
			i = len(f.inner) - 1
		}
		f = f.inner[i]
	}
	return f
}

func (f *field) required() bool { return f.declared != nil && f.declared.Rules.Required }

// needed reports whether an object without the fields within this one is no event of the map.
func (f *field) needed() bool {
	return slices.ContainsFunc(f.inner, func(c *field) bool { return c.required() })
}

// indexed reports whether a path leads through the field by the index of an entry.
func (f *field) indexed() bool {
	return slices.ContainsFunc(f.inner, func(c *field) bool { return strings.Trim(c.key, "0123456789") == "" })
}

// scalars are the types of TypeScript for types without fields.
var scalars = map[eventmap.FieldType]string{
	eventmap.StringField: "string", eventmap.IntField: "number", eventmap.DoubleField: "number", eventmap.BoolField: "boolean", eventmap.DateField: "Date | string",
}

// types returns what the field is in TypeScript. object is what an object in its place is.
func (f *field) types(object string) string {
	if f.declared == nil || !f.declared.Typed() {
		switch {
		case f.indexed() || f.sized:
			return "unknown[]"
		case len(f.inner) > 0:
			return object
		case f.number:
			return "number"
		case f.labels:
			return "string | number | boolean"
		default:
			return "unknown"
		}
	}
	var all []string
	values := f.declared.Rules.Values
	for _, v := range values {
		all = append(all, literal(v))
	}
	for _, t := range []eventmap.FieldType{
		eventmap.StringField, eventmap.IntField, eventmap.DoubleField, eventmap.BoolField, eventmap.DateField, eventmap.ObjectField, eventmap.ArrayField,
	} {
		if !f.declared.Has(t) {
			continue
		}
		name := scalars[t]
		switch {
		case t == eventmap.ObjectField && (len(f.inner) == 0 || f.indexed()):
			name = "Record<string, unknown>"
		case t == eventmap.ObjectField:
			name = object
		case t == eventmap.ArrayField && (len(f.inner) == 0 || f.indexed()):
			name = "unknown[]"
			if f.declared.Rules.Items {
				name = "Record<string, unknown>[]"
			}
		case t == eventmap.ArrayField:
			name = "Array<" + object + ">"
		case t == eventmap.DateField && values != nil:
			name = "Date"
		case values != nil:
			continue // the list has all
		}
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return strings.Join(all, " | ")
}

func literal(v any) string {
	switch v := v.(type) {
	case string:
		return quoted(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	default:
		return "unknown"
	}
}

// quoted is a text in quotes, in which ECMAScript reads it.
func quoted(text string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(strings.ToValidUTF8(text, string(utf8.RuneError))) // a text can always be encoded
	return strings.TrimSpace(b.String())
}
