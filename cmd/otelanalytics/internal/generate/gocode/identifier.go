// SPDX-License-Identifier: Apache-2.0

package gocode

import (
	"strconv"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// Identifier is a name of generated Go with what it stands for in the map.
type Identifier struct {
	Owner   string // of a field its struct, of a constant its type; else empty
	Word    string // what is behind the owner: ".Field", "Practice"
	Meaning string // such as "the event user_logged_in"
}

// Name is the whole name.
func (i Identifier) Name() string { return i.Owner + i.Word }

// Identifiers returns the names of the Go that is generated from a map, in their order. The error says which names meet.
func Identifiers(m *eventmap.Map) ([]Identifier, error) {
	md, err := newModel(m)
	if err != nil {
		return nil, err
	}
	var all []Identifier
	for _, e := range md.events {
		all = append(all, Identifier{Word: e.name, Meaning: "the event " + e.Name})
		all = e.identifiers(all, e.name, e.fields)
	}
	for _, e := range md.enums {
		all = append(all, Identifier{Word: e.name, Meaning: e.about})
		for _, v := range e.values {
			all = append(all, Identifier{e.name, v.name[len(e.name):], "the value " + strconv.Quote(v.text) + " of " + e.about})
		}
	}
	return all, nil
}

func (e *event) identifiers(all []Identifier, owner string, fields []*field) []Identifier {
	for _, f := range fields {
		of := "field " + pathText(f.path) + " of the event " + e.Name
		all = append(all, Identifier{owner, "." + f.name, "the " + of})
		if f.kind == nested || f.kind == entries {
			all = append(all, Identifier{Word: f.typeName, Meaning: "the struct of the " + of})
			all = e.identifiers(all, f.typeName, f.children)
		}
	}
	return all
}
