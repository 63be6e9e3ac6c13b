// SPDX-License-Identifier: Apache-2.0

package gocode

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// event writes the struct of an event and its tracker.
func (w *writer) event(e *event) {
	w.about(e)
	w.printf("type %s struct {", e.name)
	if e.Store {
		w.printf("typed.Meta")
	}
	if e.IsPattern() {
		w.printf("// Type is the complete event type. It begins with %q. Required.\n%s string", strings.TrimSuffix(e.Name, "*"), typeField)
	}
	w.members(e.fields)
	w.printf("}\n")
	w.maker(e)
	w.structs(e.fields)
	w.printf("func (e *%s) appendTo(d *typedimpl.Data) {", e.name)
	w.appends("e", e.fields)
	w.printf("}\n")
	if e.Store {
		w.standalone(e)
		w.track(e)
	} else {
		w.record(e)
	}
}

func (w *writer) about(e *event) {
	w.printf("// %s is the event %s.", e.name, e.Name)
	if e.IsPattern() {
		w.printf("// It stands for every event type with this prefix, unless a longer name of the map matches.")
	}
	if len(e.RenamedFrom) > 0 {
		w.printf("// Its earlier name is %s.", oneLine(strings.Join(e.RenamedFrom, ", ")))
	}
	if !e.Store {
		w.printf("// It is recorded and not stored.")
	}
	if e.Since != "" {
		w.printf("// It is tracked since %s.", oneLine(e.Since))
	}
	if e.Description != "" {
		w.printf("//")
		w.comment(e.Description)
	}
	w.deprecated(e.Deprecated, true, w.eventCalled)
}

// standalone writes what makes the event one of those that TrackBatch takes.
func (w *writer) standalone(e *event) {
	eventType := strconv.Quote(e.Name)
	if e.IsPattern() {
		eventType = "e." + typeField
	}
	w.printf("// Event returns e for TrackBatch.")
	w.printf("func (e %s) Event() otelanalytics.Event { return typedimpl.Event(%s, e.Meta, typedimpl.Fields(e.appendTo)) }\n", e.name, eventType)
	w.printf("// AppendBSON appends the data as a BSON document.\nfunc (e %s) AppendBSON(dst []byte) ([]byte, error) {", e.name)
	w.printf("d := typedimpl.Begin()\ne.appendTo(d)\nreturn d.AppendTo(dst)\n}\n")
}

func (w *writer) track(e *event) {
	w.printf("// %s tracks %s.\ntype %[1]s struct{ eventType *otelanalytics.EventType }\n", e.tracker, e.Name)
	w.printf("// Track tracks e, like Track of otelanalytics.EventType.")
	w.printf("func (t %s) Track(ctx context.Context, e %s, options ...otelanalytics.TrackOption) error {", e.tracker, e.name)
	w.printf("d := typedimpl.Begin()\ne.appendTo(d)")
	w.printf("return d.Track(ctx, t.eventType, %s, e.Meta, options...)\n}\n", typeArgument(e))
}

func (w *writer) record(e *event) {
	w.printf("// %s records %s.\ntype %[1]s struct{ eventType *otelanalytics.EventType }\n", e.tracker, e.Name)
	w.printf("// Record updates the metrics, like Record of otelanalytics.EventType. It stores nothing.")
	w.printf("func (t %s) Record(ctx context.Context, e %s) error {\nd := typedimpl.Begin()\ne.appendTo(d)", e.tracker, e.name)
	if e.IsPattern() {
		w.printf("return d.RecordPattern(ctx, t.eventType, e.%s)\n}\n", typeField)
	} else {
		w.printf("return d.Record(ctx, t.eventType)\n}\n")
	}
}

// typeArgument is the event type that the caller names: none where the map declares it.
func typeArgument(e *event) string {
	if e.IsPattern() {
		return "e." + typeField
	}
	return `""`
}

// members writes the fields of a struct.
func (w *writer) members(fields []*field) {
	for _, f := range fields {
		if f.declared != nil {
			if f.declared.Description != "" {
				w.comment(f.declared.Description)
			}
			switch f.declared.Redact {
			case eventmap.RedactDrop:
				w.printf("// The map drops it: it is not stored.")
			case eventmap.RedactHash:
				w.printf("// The map hashes it before it is stored.")
			}
			rules := rulesText(f)
			if rules != "" {
				w.printf("// %s", rules)
			}
			more := f.declared.Description != "" || f.declared.Redact != eventmap.RedactNone || rules != ""
			w.deprecated(f.declared.Deprecated, more, siblings(fields))
		}
		w.printf("%s %s", f.name, goType(f))
	}
}

// structs writes the types of objects.
func (w *writer) structs(fields []*field) {
	for _, f := range fields {
		switch f.kind {
		case nested:
			w.printf("// %s is the object %s. It is omitted when nothing in it is set.", f.typeName, strings.Join(f.path, "."))
		case entries:
			w.printf("// %s is an entry of the array %s.", f.typeName, strings.Join(f.path, "."))
		default:
			continue
		}
		w.printf("type %s struct {", f.typeName)
		w.members(f.children)
		w.printf("}\n")
		if f.maker != "" {
			w.constructor(f.maker, f.typeName, "", f.children)
		}
		w.structs(f.children)
	}
}

// appends writes the calls that encode the fields of the struct in the expression at.
func (w *writer) appends(at string, fields []*field) {
	for _, f := range fields {
		value := at + "." + f.name
		switch f.kind {
		case nested:
			w.printf("d.Open(%q)", f.key)
			w.appends(value, f.children)
			w.printf("d.Close()")
		case entries:
			i := fmt.Sprintf("i%d", strings.Count(at, "["))
			w.printf("if %s != nil {\nd.OpenArray(%q)\nfor %s := range %[1]s {\nd.OpenEntry(%[3]s)", value, f.key, i)
			w.appends(value+"["+i+"]", f.children)
			w.printf("d.End()\n}\nd.End()\n}")
		case listed:
			w.printf("d.String(%q, string(%s))", f.key, value)
		default:
			w.printf("d.%s(%q, %s)", method(f.kind), f.key, value)
		}
	}
}

func method(k kind) string {
	return map[kind]string{
		text: "String", integer: "Int", double: "Float64", boolean: "Bool", date: "Date", object: "Object", array: "Array", anything: "Any",
	}[k]
}

func goType(f *field) string {
	switch f.kind {
	case listed:
		return f.enum.name
	case nested:
		return f.typeName
	case entries:
		return "[]" + f.typeName
	}
	return map[kind]string{
		text: "string", integer: "typed.Optional[int64]", double: "typed.Optional[float64]", boolean: "typed.Optional[bool]",
		date: "time.Time", object: "map[string]any", array: "[]any", anything: "any",
	}[f.kind]
}
