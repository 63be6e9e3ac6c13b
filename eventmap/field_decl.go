// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"slices"
	"strconv"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/internal/datapath"
	"github.com/otelanalytics/otelanalytics-go/internal/expression"
	"github.com/otelanalytics/otelanalytics-go/internal/strictyaml"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// eventDecl is an event with the further state that the loader needs for it.
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

// nowhere describes that a field is not declared.
func (d *eventDecl) nowhere() string {
	if d.every {
		return ", which no event declares"
	}
	return ", which the event does not declare"
}

// redacted returns why a field cannot be read, if the map or the event redacts it, or something that it lies in.
func (d *eventDecl) redacted(l *loader, path Path) (why string, redacted bool) {
	if why, redacted = l.redacted.find(path); redacted {
		return why, true
	}
	return d.hidden.find(path)
}

// loadData reads the fields of the payload.
func (l *loader) loadData(n strictyaml.Node, d *eventDecl) {
	before := n.Mistakes()
	at := map[string]strictyaml.Node{}
	l.loadFields(n, nil, d, at)
	d.whole = n.Mistakes() == before && !n.Full()
	for _, name := range d.names {
		d.checkAbove(name, at)
	}
}

// loadFields reads the fields of the payload, or of the entries of an array, whose path is before theirs. at gets the
// place of each declaration.
func (l *loader) loadFields(n strictyaml.Node, within Path, d *eventDecl, at map[string]strictyaml.Node) {
	for _, e := range n.Entries() {
		f := &Field{}
		path, ok := fieldPath(e.Key, e.Name)
		if ok && len(within)+len(path) > maxParts {
			e.Key.Fail("the path has more than "+strconv.Itoa(maxParts)+" parts, and MongoDB nests no deeper", "flatten the data")
			ok = false
		}
		f.Path = append(within[:len(within):len(within)], path...)
		name := pathText(f.Path)
		o := e.Value.Object(fieldObject.known()...)
		typed := true
		if n, ok := o.Get("type"); ok {
			before := n.Mistakes()
			loadFieldType(n, f)
			typed = n.Mistakes() == before && !n.Full()
		}
		if n, ok := o.Get("description"); ok {
			f.Description, _ = n.Text()
		}
		if n, ok := o.Get("go_name"); ok {
			f.GoName = goName(n)
		}
		loadRules(o, f, typed)
		if n, ok := o.Get("go_names"); ok && typed {
			f.loadGoNames(n, o.Lacks("values"))
		}
		f.Deprecated = l.loadDeprecation(o, d.fieldReplacement(name))
		if n, ok := o.Get("redact"); ok {
			if s, ok := n.Word(redactWords()...); ok {
				f.Redact = RedactMode(s)
			}
		}
		if !ok {
			continue
		}
		if first, ok := at[name]; ok {
			e.Key.Fail("the field "+words.Quote(name)+" is already declared on line "+strconv.Itoa(first.Line()), "declare it once")
			continue
		}
		at[name] = e.Key
		d.add(f, name)
		if n, ok := o.Get("items"); ok {
			l.loadFields(n, f.Path, d, at)
		}
	}
}

// add adds a field to the event.
func (d *eventDecl) add(f *Field, name string) {
	d.fields[name] = f
	d.names = append(d.names, name)
	for i := 1; i < len(f.Path); i++ {
		d.above[pathText(f.Path[:i])] = true
	}
	d.event.Data = append(d.event.Data, *f)
	if f.Redact != RedactNone {
		d.hidden.add(redacted{path: f.Path, why: "the event's data have redact: " + string(f.Redact) + " for " + words.Quote(name)})
	}
}

// checkAbove refuses a field within one that has no fields of its own.
func (d *eventDecl) checkAbove(name string, at map[string]strictyaml.Node) {
	parts := strings.Split(name, ".")
	for i := len(parts) - 1; i > 0; i-- {
		above := strings.Join(parts[:i], ".")
		f, ok := d.fields[above]
		if !ok || f.Has(ObjectField) || f.Has(ArrayField) {
			continue
		}
		at[name].Fail("lies within "+words.Quote(above)+" on line "+strconv.Itoa(at[above].Line())+", which is "+typeNamed(f)+" and has no fields",
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
	if slices.Contains(parts, "") {
		n.Fail("the path "+words.Quote(s)+" has an empty part", fix)
		return nil, false
	}
	if part, wrong := parts.wrongPart(false); wrong {
		n.Fail("the path "+words.Quote(s)+" has the part "+words.Quote(part)+", which stands for the size or the sum of an array", fix)
		return nil, false
	}
	return parts, true
}

// declared returns the type of a field for an expression.
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
		f, ok = d.fields[pathText(slices.DeleteFunc(slices.Clone(Path(path)), datapath.IsIndex))]
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
	case f.Types != nil:
		return "", &expression.Error{
			Problem: "the expression reads the field " + words.Quote(name) + ", which is " + typeNamed(f),
			Fix:     "an expression can read a field of one type",
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
