// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"fmt"
	"go/format"
	"math"
	"strconv"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// node is a field of an example, or an object with fields.
type node struct {
	key      string
	value    string // a Go expression; empty for an object
	entries  bool   // its fields are those of the entries of an array
	children []*node
}

func (n *node) at(path eventmap.Path) *node {
	for _, part := range path {
		var next *node
		for _, c := range n.children {
			if c.key == part {
				next = c
			}
		}
		if next == nil {
			next = &node{key: part}
			n.children = append(n.children, next)
		}
		n = next
	}
	return n
}

// example returns formatted Go that tracks the event, with a value for each field that the map knows.
func example(e *eventmap.Event) string {
	code := statement(e)
	if formatted, err := format.Source([]byte(code)); err == nil {
		return string(formatted)
	}
	return code // a test holds that this does not happen
}

func statement(e *eventmap.Event) string {
	root := new(node)
	for _, f := range fieldsOf(e) {
		n := root.at(f.Path)
		n.value = sampleOf(&f, valuesOf(e, f.Path))
		n.entries = f.Typed() && f.Has(eventmap.ArrayField)
	}
	name := e.Name
	if e.IsPattern() {
		name = strings.TrimSuffix(name, "*") + "…"
	}
	if !e.Store {
		data := "nil"
		if len(root.children) > 0 {
			data = root.literal("")
		}
		return fmt.Sprintf("err := client.Record(ctx, %q, %s)", name, data)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "err := client.Track(ctx, otelanalytics.Event{\n\tType: %q,\n", name)
	if len(root.children) > 0 {
		fmt.Fprintf(&b, "\tData: %s,\n", root.literal("\t"))
	}
	b.WriteString("})")
	return b.String()
}

func (n *node) literal(indent string) string {
	switch {
	case n.isArray():
		return "[]any{" + n.children[0].literalOr(indent) + "}"
	case n.entries:
		return "[]any{" + n.object(indent) + "}"
	default:
		return n.object(indent)
	}
}

func (n *node) object(indent string) string {
	var b strings.Builder
	b.WriteString("map[string]any{\n")
	for _, c := range n.children {
		fmt.Fprintf(&b, "%s\t%q: %s,\n", indent, c.key, c.literalOr(indent+"\t"))
	}
	b.WriteString(indent + "}")
	return b.String()
}

// literalOr is the literal of an object or an array, or else the field's value.
func (n *node) literalOr(indent string) string {
	if len(n.children) > 0 {
		return n.literal(indent)
	}
	return n.value
}

// isArray reports whether the map names the first element.
func (n *node) isArray() bool { return len(n.children) == 1 && n.children[0].key == "0" }

// sampleOf is a value of a field: one that its rules allow, where that can be told.
func sampleOf(f *eventmap.Field, values []string) string {
	if len(f.Rules.Values) > 0 {
		switch v := f.Rules.Values[0].(type) {
		case string:
			return strconv.Quote(v)
		default:
			return fmt.Sprint(v)
		}
	}
	t := f.Type
	if f.Types != nil {
		t = f.Types[0]
	}
	bound := f.Rules.Min
	if bound == nil && f.Rules.Max != nil && *f.Rules.Max < 1 {
		bound = f.Rules.Max
	}
	if bound != nil && (t == eventmap.DoubleField || t == eventmap.IntField && *bound == math.Trunc(*bound)) {
		return decimal(*bound)
	}
	return sample(t, values)
}

// sample is a value of a type, the first of those that are listed.
func sample(t eventmap.FieldType, values []string) string {
	switch t {
	case eventmap.IntField:
		if len(values) > 0 {
			if _, err := strconv.ParseInt(values[0], 10, 64); err == nil {
				return values[0]
			}
		}
		return "1"
	case eventmap.DoubleField:
		return "1.5"
	case eventmap.BoolField:
		return "true"
	case eventmap.DateField:
		return "time.Now()"
	case eventmap.ObjectField:
		return `map[string]any{"…": "…"}`
	case eventmap.ArrayField:
		return `[]any{"…"}`
	}
	if len(values) > 0 {
		return strconv.Quote(values[0])
	}
	return `"…"`
}
