// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"slices"
	"strconv"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/internal/expression"
	"github.com/otelanalytics/otelanalytics-go/internal/strictyaml"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// eventDecl is an event with what else the loader has to know of it.
type eventDecl struct {
	event  *Event
	fields map[string]*Field // by dotted path; those with mistakes too
	names  []string          // of the fields
	above  map[string]bool   // dotted paths within which fields are declared
	whole  bool              // every field was read: one that is missing was not declared

	hidden redactedFields

	every bool              // it stands for all events
	mixed map[string]string // fields that events give different types: which
}

// nowhere says that a field is not declared.
func (d *eventDecl) nowhere() string {
	if d.every {
		return ", which no event declares"
	}
	return ", which the event does not declare"
}

// redacted says why a field cannot be read, when the map or the event redacts it or what it is in.
func (d *eventDecl) redacted(l *loader, path Path) (why string, redacted bool) {
	if why, redacted = l.redacted.find(path); redacted {
		return why, true
	}
	return d.hidden.find(path)
}

// loadData reads what the payload holds.
func (l *loader) loadData(n strictyaml.Node, d *eventDecl) {
	before := n.Mistakes()
	entries := n.Entries()
	lines := make(map[string]int, len(entries))
	for _, e := range entries {
		f := &Field{}
		path, ok := fieldPath(e.Key, e.Name)
		o := e.Value.Object(fieldObject.known()...)
		if n, ok := o.Get("type"); ok {
			if s, ok := n.Word(fieldTypes()...); ok {
				f.Type = FieldType(s)
			}
		}
		if n, ok := o.Get("description"); ok {
			f.Description, _ = n.Text()
		}
		if n, ok := o.Get("go_name"); ok {
			f.GoName = goName(n)
		}
		f.Deprecated = l.loadDeprecation(o, d.fieldReplacement(e.Name))
		if n, ok := o.Get("redact"); ok {
			if s, ok := n.Word(redactWords()...); ok {
				f.Redact = RedactMode(s)
			}
		}
		if !ok {
			continue
		}
		f.Path = path
		d.fields[e.Name] = f
		d.names = append(d.names, e.Name)
		for i := 1; i < len(path); i++ {
			d.above[pathText(path[:i])] = true
		}
		lines[e.Name] = e.Key.Line()
		d.event.Data = append(d.event.Data, *f)
		if f.Redact != RedactNone {
			d.hidden.add(redacted{path: path, why: "the event's data say redact: " + string(f.Redact) + " for " + words.Quote(e.Name)})
		}
	}
	d.whole = n.Mistakes() == before && !n.Full()
	for _, e := range entries {
		if _, ok := d.fields[e.Name]; ok {
			d.checkAbove(e, lines)
		}
	}
}

// checkAbove refuses a field within one that has no fields of its own.
func (d *eventDecl) checkAbove(e strictyaml.Entry, lines map[string]int) {
	parts := strings.Split(e.Name, ".")
	for i := len(parts) - 1; i > 0; i-- {
		above := strings.Join(parts[:i], ".")
		f, ok := d.fields[above]
		if !ok || f.Type == "" || f.Type == ObjectField || f.Type == ArrayField {
			continue
		}
		e.Key.Fail("lies within "+words.Quote(above)+" on line "+strconv.Itoa(lines[above])+", which is of type "+string(f.Type)+" and has no fields",
			"make that an object or an array, or remove one of the two")
		return
	}
}

func fieldTypes() []string {
	return []string{
		string(StringField), string(IntField), string(DoubleField), string(BoolField),
		string(DateField), string(ObjectField), string(ArrayField),
	}
}

func redactWords() []string { return []string{string(RedactDrop), string(RedactHash)} }

// fieldPath splits the name of a declared field.
func fieldPath(n strictyaml.Node, s string) (Path, bool) {
	const fix = "write the name of a data field, or its path, such as order.total"
	switch {
	case s == "":
		n.Fail("a field needs a name", fix)
		return nil, false
	case words.Control(s):
		n.Fail("the name holds a control character", "remove it")
		return nil, false
	}
	parts, ok := split(n, s)
	if !ok {
		return nil, false
	}
	for _, part := range parts {
		switch {
		case part == "":
			n.Fail("the path "+words.Quote(s)+" has an empty part", fix)
			return nil, false
		case part[0] == '$':
			n.Fail("the path "+words.Quote(s)+" has the part "+words.Quote(part)+", which is not allowed there", fix)
			return nil, false
		}
	}
	return parts, true
}

// declared says what an expression may know of a field.
func (d *eventDecl) declared(path Path) (expression.Type, error) {
	sum := slices.Index(path, expression.SumPart)
	if sum >= 0 {
		if t, _ := d.typeOf(path[:sum]); d.whole && t != ArrayField {
			return "", &expression.Error{
				Problem: "the expression sums over the field " + words.Quote(pathText(path[:sum])) + ", which the data do not declare as an array",
				Fix:     "declare it under data with the type array, and the field of its entries as items.quantity",
			}
		}
		path = withoutSum(path)
	}
	name := pathText(path)
	f, ok := d.fields[name]
	if !ok { // the fields of the entries of an array are declared without its indexes
		f, ok = d.fields[pathText(slices.DeleteFunc(slices.Clone(Path(path)), index))]
	}
	switch mixed := d.mixed[name]; {
	case mixed != "":
		return "", &expression.Error{Problem: "the expression reads the field " + words.Quote(name) + ", which is " + mixed, Fix: mixedFix}
	case !ok && !d.whole:
		return "", errUntold
	case !ok:
		return "", &expression.Error{
			Problem: "the expression reads the field " + words.Quote(name) + d.nowhere(),
			Fix:     "declare it under data, with its type; " + words.Suggest(name, d.names, "declared fields"),
		}
	case f.Type == "" && d.whole:
		return "", &expression.Error{
			Problem: "the expression reads the field " + words.Quote(name) + ", whose type is not declared",
			Fix:     "add its type under data, such as int",
		}
	case !slices.Contains(scalars, f.Type):
		if !d.whole {
			return "", errUntold
		}
		return "", &expression.Error{
			Problem: "the expression reads the field " + words.Quote(name) + ", which is a value of type " + string(f.Type),
			Fix:     "an expression can read fields of the types string, int, double and bool",
		}
	}
	if sum >= 0 && f.Type != IntField && f.Type != DoubleField {
		return "", &expression.Error{Problem: "the expression sums the field " + words.Quote(name) + ", which is of type " + string(f.Type), Fix: "sum a field of type int or double"}
	}
	return expression.Type(f.Type), nil
}
