// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"slices"

	"github.com/otelanalytics/otelanalytics-go/internal/strictyaml"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// replacement is the replacement of a deprecated part, with its place in the file.
type replacement struct {
	at      strictyaml.Node
	what    string // such as "event"
	of, by  string // names
	beside  func() []string
	dropped func(name string) bool // that one is deprecated, too
}

// loadDeprecation reads the key deprecated of o. r describes the deprecated part: its at and by are filled in here. The
// result is nil without the key.
func (l *loader) loadDeprecation(o strictyaml.Object, r replacement) *Deprecation {
	n, ok := o.Get("deprecated")
	if !ok {
		return nil
	}
	return l.deprecation(n, r)
}

func (l *loader) deprecation(n strictyaml.Node, r replacement) *Deprecation {
	const fix = "say what to do instead"
	d := &Deprecation{}
	if n.IsScalar() && n.Tag() == "!!str" { // the note alone
		var ok bool
		if d.Note, ok = n.Text(); ok && d.Note == "" {
			n.Fail("the note is empty", fix)
		}
		return d
	}
	o := n.Object(deprecationObject.known()...)
	if note, ok := o.Get("note"); ok {
		if d.Note, ok = note.Text(); ok && d.Note == "" {
			note.Fail("the note is empty", fix)
		}
	} else if o.Lacks("note") {
		n.Missing("note", fix)
	}
	if by, ok := o.Get("replaced_by"); ok {
		if d.ReplacedBy, ok = by.Text(); ok {
			r.at, r.by = by, d.ReplacedBy
			l.replacements = append(l.replacements, r)
		}
	}
	return d
}

// checkReplacements refuses an invalid replacement: the part itself, an undeclared part, or a deprecated one.
func (l *loader) checkReplacements() {
	for _, r := range l.replacements {
		switch {
		case r.at.Full():
			return
		case r.by == r.of:
			r.at.Fail("the "+r.what+" "+words.Quote(r.of)+" would replace itself", "name another one, or remove the key")
		case !slices.Contains(r.beside(), r.by):
			r.at.Fail("the "+r.what+" "+words.Quote(r.by)+" is not declared", words.Suggest(r.by, r.beside(), "declared "+r.what+"s"))
		case r.dropped(r.by):
			r.at.Fail("the "+r.what+" "+words.Quote(r.by)+" is deprecated, too", "name one that is not")
		}
	}
}

// eventReplacement describes an event. Patterns can be replaced, and can be a replacement.
func (l *loader) eventReplacement(of string) replacement {
	return replacement{
		what: "event", of: of,
		beside: func() []string {
			names := make([]string, len(l.events))
			for i, e := range l.events {
				names[i] = e.Name
			}
			return names
		},
		dropped: func(name string) bool {
			return slices.ContainsFunc(l.events, func(e *Event) bool { return e.Name == name && e.Deprecated != nil })
		},
	}
}

func (l *loader) metricReplacement(of string) replacement {
	return replacement{
		what: "metric", of: of,
		beside:  func() []string { return l.metricNames },
		dropped: func(name string) bool { return l.metric[name].metric.Deprecated != nil },
	}
}

// attributeReplacement is about an attribute of the metric.
func (d *metricDecl) attributeReplacement(of string) replacement {
	return replacement{
		what: "attribute", of: of,
		beside:  func() []string { return d.names },
		dropped: func(name string) bool { return d.metric.Attributes[d.attrs[name]].Deprecated != nil },
	}
}

// fieldReplacement is about a field of the event.
func (d *eventDecl) fieldReplacement(of string) replacement {
	return replacement{
		what: "field", of: of,
		beside:  func() []string { return d.names },
		dropped: func(name string) bool { return d.fields[name].Deprecated != nil },
	}
}

// loadDeprecatedValues reads which values of an attribute are deprecated. fixed: the attribute has values.
func (l *loader) loadDeprecatedValues(n strictyaml.Node, a *Attribute, fixed bool) {
	if !fixed {
		n.Fail("only an attribute with values has some that can be deprecated", "remove it, or list the values")
		return
	}
	all := make(map[string]Deprecation)
	values := a.Values
	for _, e := range n.Entries() {
		d := l.deprecation(e.Value, replacement{
			what: "value", of: e.Name,
			beside:  func() []string { return values },
			dropped: func(name string) bool { _, ok := all[name]; return ok },
		})
		if !slices.Contains(values, e.Name) {
			if !n.Full() {
				e.Key.Fail("is not one of the attribute's values", words.Suggest(e.Name, values, "its values"))
			}
			continue
		}
		all[e.Name] = *d
	}
	if len(all) > 0 {
		a.DeprecatedValues = all
	}
}
