// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"slices"

	"github.com/otelanalytics/otelanalytics-go/internal/datapath"
	"github.com/otelanalytics/otelanalytics-go/internal/strictyaml"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// An event that declares data must declare the fields that its records read: a field with a typing error in its name
// would be missing for ever. Within an object or an array without declared fields, every path can exist.

// scalars are the types of the fields that an attribute can come from, and that an expression can read.
var scalars = []FieldType{StringField, IntField, DoubleField, BoolField}

// checked reports whether all fields of the event are known: it declares some, and none has a mistake.
func (d *eventDecl) checked() bool { return d.whole && (len(d.fields) > 0 || d.every || d.closed()) }

// closed reports whether undeclared fields do not stay in the data.
func (d *eventDecl) closed() bool {
	return d.event.Additional == OmitAdditional || d.event.Additional == ViolateAdditional
}

const mixedFix = "let every event that declares it give it one type, or take another source"

// holder is the type of an undeclared field that has declared fields within it.
const holder FieldType = "object or array"

// typeOf returns the declared type of a path's target, or none if it is not declared. It reports false when the event
// declares no such field.
func (d *eventDecl) typeOf(path Path) (t FieldType, ok bool) {
	f, ok := d.fields[pathText(path)]
	switch {
	case ok && f.Type != "":
		return f.Type, true
	case d.holds(path):
		return holder, true
	case ok:
		return "", true
	}
	// The fields of the entries of an array are declared without its indexes.
	if through := slices.DeleteFunc(slices.Clone(path), datapath.IsIndex); len(through) > 0 && len(through) < len(path) {
		if t, ok := d.typeOf(through); ok {
			return t, true
		}
	}
	for i := len(path) - 1; i > 0; i-- {
		above, ok := d.fields[pathText(path[:i])]
		switch {
		case !ok:
			continue
		case above.Type == ArrayField:
			return "", datapath.IsIndex(path[i])
		case above.Type == ObjectField || above.Type == "":
			return "", !d.holds(path[:i])
		default:
			return "", false
		}
	}
	return "", false
}

// holds reports whether fields within a field are declared.
func (d *eventDecl) holds(path Path) bool { return d.above[pathText(path)] }

// undeclared returns the problem of a path without a declared field, and the fix.
func (d *eventDecl) undeclared(path Path, otherwise string) (problem, fix string) {
	name := pathText(path)
	return "the field " + words.Quote(name) + d.nowhere(), "declare it under data" + otherwise + "; " + words.Suggest(name, d.names, "declared fields")
}

// checkAttributeField refuses a field that cannot be the source of an attribute. at is the place where the field is
// named, if it is.
func (d *eventDecl) checkAttributeField(at strictyaml.Node, name string, path Path, written bool) {
	if !d.checked() || at.Full() {
		return
	}
	of := "the attribute " + words.Quote(name) + " comes from "
	otherwise := ", or fill the attribute with set or from"
	if written {
		otherwise = ", or take another field"
	}
	switch t, ok := d.typeOf(path); {
	case d.mixed[pathText(path)] != "":
		at.Fail(of+"the field "+words.Quote(pathText(path))+", which is "+d.mixed[pathText(path)], mixedFix)
	case !ok:
		problem, fix := d.undeclared(path, otherwise)
		at.Fail(of+problem, fix)
	case t != "" && !slices.Contains(scalars, t):
		at.Fail(of+"the field "+words.Quote(pathText(path))+", which is of type "+string(t)+": an attribute takes text, a number or a bool",
			"take another field, or one within it")
	}
}

// checkValueField refuses a field that the metric cannot take its value from.
func (d *eventDecl) checkValueField(n strictyaml.Node, metric *metricDecl, path Path) {
	if !d.checked() || n.Full() {
		return
	}
	size := len(path) > 1 && path[len(path)-1] == sizePart
	if size {
		path = path[:len(path)-1]
	}
	of := "the value comes from the field " + words.Quote(pathText(path)) + ", which is of type "
	switch t, ok := d.typeOf(path); {
	case d.mixed[pathText(path)] != "":
		n.Fail("the value comes from the field "+words.Quote(pathText(path))+", which is "+d.mixed[pathText(path)], mixedFix)
	case !ok:
		problem, fix := d.undeclared(path, "")
		n.Fail("the value comes from "+problem, fix)
	case t == "":
	case size && t != ArrayField && t != holder:
		n.Fail(of+string(t)+" and has no "+sizePart, "take the "+sizePart+" of an array")
	case size:
	case t != IntField && t != DoubleField:
		n.Fail(of+string(t)+": a value is a number", "take a field of type int or double; items.$size is the number of elements of an array")
	case t == DoubleField && metric.typed && metric.metric.Number == Int:
		n.Fail(of+string(t)+", and the metric's numbers are integers",
			`round it, such as "=round(data.`+pathText(path)+`)", or add "number: double" to the metric`)
	}
}
