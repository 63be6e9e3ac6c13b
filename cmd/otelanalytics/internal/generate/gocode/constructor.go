// SPDX-License-Identifier: Apache-2.0

package gocode

import (
	"fmt"
	"go/token"
	"slices"
	"strings"
	"unicode"
)

// makers names the constructors: of events, objects and entries in which the map requires a field.
func (md *model) makers(e *event, taken scope) {
	if requires(e.fields) {
		e.maker = taken.take("New"+e.name, "Event", eventPlace(e))
	}
	var within func(fields []*field)
	within = func(fields []*field) {
		for _, f := range fields {
			if f.typeName == "" {
				continue
			}
			if requires(f.children) {
				f.maker = taken.take("New"+f.typeName, "Object", fieldPlace(e, f))
			}
			within(f.children)
		}
	}
	within(e.fields)
}

func requires(fields []*field) bool { return slices.ContainsFunc(fields, (*field).required) }

// maker writes the constructor of an event.
func (w *writer) maker(e *event) {
	if e.maker == "" {
		return
	}
	first := ""
	if e.IsPattern() {
		first = typeField
	}
	w.constructor(e.maker, e.name, first, e.fields)
}

// constructor writes the function that takes what the map requires of a struct. first is a text that comes before the fields;
// empty: none.
func (w *writer) constructor(name, typeName, first string, fields []*field) {
	var parameters, members []string
	used := make(map[string]bool)
	add := func(member, goType, form string) {
		p := parameter(member, used)
		parameters = append(parameters, p+" "+goType)
		members = append(members, member+": "+fmt.Sprintf(form, p))
	}
	if first != "" {
		add(first, "string", "%s")
	}
	for _, f := range fields {
		if !f.required() {
			continue
		}
		switch f.kind {
		case integer:
			add(f.name, "int64", "typed.Int(%s)")
		case double:
			add(f.name, "float64", "typed.Float64(%s)")
		case boolean:
			add(f.name, "bool", "typed.Bool(%s)")
		default:
			add(f.name, goType(f), "%s")
		}
	}
	w.printf("// %s takes the required fields of the map. Empty strings, zero times and nil still count as missing.", name)
	w.printf("func %s(%s) %s {\nreturn %[3]s{%s}\n}\n", name, strings.Join(parameters, ", "), typeName, strings.Join(members, ", "))
}

// parameter makes a name for a parameter of the name of a member: not exported, no other parameter's, and none that the function
// needs otherwise.
func parameter(member string, used map[string]bool) string {
	letters := []rune(member)
	for i, r := range letters {
		if i > 0 && i+1 < len(letters) && unicode.IsUpper(r) && !unicode.IsUpper(letters[i+1]) && unicode.IsLetter(letters[i+1]) {
			break // the next word of an initialism: IPAddress
		}
		if !unicode.IsUpper(r) {
			break
		}
		letters[i] = unicode.ToLower(r)
	}
	name := string(letters)
	if token.IsKeyword(name) || name == member || slices.Contains([]string{"typed", "time", "string", "int64", "float64", "bool", "any"}, name) {
		name += "Value"
	}
	for used[name] {
		name += "2"
	}
	used[name] = true
	return name
}
