// SPDX-License-Identifier: Apache-2.0

package gocode

import (
	"fmt"
	"strconv"
)

// place is what a name in Go is made of: its key in the map, and how to give it another name.
type place struct{ key, remedy string }

// scope is the names of a package or of a struct. A name depends on what it is made of alone: nothing gets another name
// because its own is taken, since the two would change names when one of them goes, or when their order changes.
type scope struct {
	reserved map[string]bool
	taken    map[string]place
	clashes  *[]error
}

func newScope(clashes *[]error, reserved ...string) scope {
	s := scope{reserved: make(map[string]bool), taken: make(map[string]place), clashes: clashes}
	for _, name := range reserved {
		s.reserved[name] = true
	}
	return s
}

// take returns a name, with a suffix if generated code needs the name itself. One that is taken is noted as a mistake.
func (s scope) take(name, suffix string, p place) string {
	if s.reserved[name] {
		name += suffix
	}
	if first, ok := s.taken[name]; ok {
		*s.clashes = append(*s.clashes, fmt.Errorf("%s and %s are both called %s in Go; %s", first.key, p.key, name, p.remedy))
	}
	s.taken[name] = p
	return name
}

// choose is take for a name that the map gives.
func (s scope) choose(goName, name, suffix string, p place) string {
	if goName == "" {
		return s.take(name, suffix, p)
	}
	if s.reserved[goName] {
		*s.clashes = append(*s.clashes, fmt.Errorf("%s: the go_name %s belongs to the generated code; choose another one", p.key, goName))
	}
	return s.take(goName, "", p)
}

func eventPlace(e *event) place {
	key := "events." + quoteKey(e.Name)
	return place{key, "add go_name: NAME to " + key}
}

func fieldPlace(e *event, f *field) place {
	p := place{key: eventPlace(e).key + ".data." + quoteKey(pathText(f.path))}
	if f.declared != nil {
		p.remedy = "add go_name: NAME to " + p.key
	} else {
		p.remedy = "declare " + p.key + " with go_name: NAME"
	}
	return p
}

func valuePlace(attribute place, text string) place {
	return place{attribute.key + ".values " + strconv.Quote(text), "add go_names: {" + strconv.Quote(text) + ": NAME} to " + attribute.key}
}
