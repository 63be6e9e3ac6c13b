// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"fmt"
	"go/format"
	"strconv"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// node is a field of an example, or an object with fields.
type node struct {
	key      string
	value    string // a Go expression; empty for an object
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
		root.at(f.Path).value = sample(f.Type, valuesOf(e, f.Path))
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
	var b strings.Builder
	if n.isArray() {
		return "[]any{" + n.children[0].literalOr(indent) + "}"
	}
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
