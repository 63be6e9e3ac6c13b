// SPDX-License-Identifier: Apache-2.0

package gocode

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// enum is a type for a field whose values the map lists.
type enum struct {
	name   string
	about  string // what its values are, for its comment
	own    bool   // they are those that the map lists for a field
	values []value
}

// value is a constant.
type value struct {
	name, text string
	deprecated *eventmap.Deprecation // nil: it is not
}

// called returns the name of a value.
func (e *enum) called(text string) string {
	for _, v := range e.values {
		if v.text == text {
			return v.name
		}
	}
	return ""
}

// enums are the types of a map, each once.
type enums struct {
	taken   scope
	lists   map[string]map[string]bool // attribute name → the lists of values that attributes of this name have
	byName  map[string]*enum           // by their name, their values and the names of these
	ordered []*enum
}

func newEnums(m *eventmap.Map, taken scope) *enums {
	e := &enums{taken: taken, lists: make(map[string]map[string]bool), byName: make(map[string]*enum)}
	for _, metric := range m.Metrics() {
		for _, a := range metric.Attributes {
			if len(a.Values) > 0 {
				if e.lists[a.Name] == nil {
					e.lists[a.Name] = make(map[string]bool)
				}
				e.lists[a.Name][list(a.Values)] = true
			}
		}
	}
	return e
}

func list(values []string) string { return strings.Join(values, "\x00") }

// of returns the type of a field of an event. It is called after the attribute where all attributes of that name have
// the same values; after the metric and the attribute where they have not; after the event and the field where the field
// feeds attributes with different values, and then has those of all. Where the map lists other values for the field, it is
// called after the field; above is the struct that this is in.
func (e *enums) of(event *event, f *field, above string) *enum {
	if f.ownValues() {
		return e.own(event, f, above)
	}
	a := &f.sourceOf[0]
	made := &enum{about: "the attribute " + a.Name}
	name, values, words := exported(a.Name), a.Values, a.GoNames
	key := "metrics." + quoteKey(f.metrics[0].Name) + ".attributes." + quoteKey(a.Name)
	from := place{key, "add go_name: NAME to " + key}
	switch {
	case a.GoName != "":
		name = a.GoName
	case len(e.lists[a.Name]) > 1:
		name = exported(f.metrics[0].Name) + camel(a.Name)
		made.about += " of the metric " + f.metrics[0].Name
	}
	for _, other := range f.sourceOf[1:] {
		if list(other.Values) == list(a.Values) {
			continue
		}
		path := pathText(f.path)
		name, made.about, values, from = event.name+camel(path), "the field "+path+" of "+event.Name, slices.Clone(values), fieldPlace(event, f)
		words = maps.Clone(words)
		for _, v := range other.Values {
			if !slices.Contains(values, v) {
				values = append(values, v)
			}
		}
		for v, word := range other.GoNames {
			if words == nil {
				words = make(map[string]string)
			}
			words[v] = word
		}
	}
	id := name + "\x00" + list(values) + "\x00" + fmt.Sprint(words)
	if known, ok := e.byName[id]; ok {
		for i, v := range known.values { // one that some field still uses is not deprecated
			if f.deprecated(v.text) == nil {
				known.values[i].deprecated = nil
			}
		}
		return known
	}
	made.name = e.taken.take(name, "Value", from)
	for _, v := range values {
		word, ok := words[v]
		if !ok {
			word = constant(v)
		}
		made.values = append(made.values, value{e.taken.take(made.name+word, "Value", valuePlace(from, v)), v, f.deprecated(v)})
	}
	e.byName[id] = made
	e.ordered = append(e.ordered, made)
	return made
}

// own returns the type of a field whose values the map lists.
func (e *enums) own(event *event, f *field, above string) *enum {
	from := fieldPlace(event, f)
	made := &enum{about: "the field " + pathText(f.path) + " of " + event.Name, own: true}
	made.name = e.taken.take(above+f.word(), "Value", from)
	for _, v := range f.declared.Rules.Values {
		text := v.(string)
		word, ok := f.declared.GoNames[text]
		if !ok {
			word = constant(text)
		}
		made.values = append(made.values, value{e.taken.take(made.name+word, "Value", valuePlace(from, text)), text, f.deprecated(text)})
	}
	e.ordered = append(e.ordered, made)
	return made
}
