// SPDX-License-Identifier: Apache-2.0

package gocode

import (
	"slices"
	"strconv"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// enum is a type for a field whose values the map lists.
type enum struct {
	name   string
	about  string // what its values are, for its comment
	values []value
}

// value is a constant.
type value struct{ name, text string }

// enums are the types of a map, each once.
type enums struct {
	taken   scope
	lists   map[string]map[string]bool // attribute name → the lists of values that attributes of this name have
	byName  map[string]*enum           // by what they would be called
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
// feeds attributes with different values, and then has those of all.
func (e *enums) of(event *event, f *field) *enum {
	a := f.sourceOf[0]
	name, about, values := exported(a.Name), "the attribute "+a.Name, a.Values
	if len(e.lists[a.Name]) > 1 {
		name, about = exported(f.metrics[0].Name)+camel(a.Name), "the attribute "+a.Name+" of the metric "+f.metrics[0].Name
	}
	for _, other := range f.sourceOf[1:] {
		if list(other.Values) == list(a.Values) {
			continue
		}
		path := strings.Join(f.path, ".")
		name, about, values = event.name+camel(path), "the field "+path+" of "+event.Name, slices.Clone(values)
		for _, v := range other.Values {
			if !slices.Contains(values, v) {
				values = append(values, v)
			}
		}
	}
	key := name + "\x00" + list(values)
	if known, ok := e.byName[key]; ok {
		return known
	}
	made := &enum{name: e.taken.take(name, "Value"), about: about}
	for i, v := range values {
		word := camel(v)
		if word == "" {
			word = "Value" + strconv.Itoa(i+1)
		}
		made.values = append(made.values, value{e.taken.take(made.name+word, "Value"), v})
	}
	e.byName[key] = made
	e.ordered = append(e.ordered, made)
	return made
}
