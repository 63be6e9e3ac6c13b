// SPDX-License-Identifier: Apache-2.0

package gocode

import (
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// version is that of the code that is written, which package typedimpl of the SDK supports or not.
const version = 1

// model is what the code says.
type model struct {
	hash   string
	events []*event
	enums  []*enum
	dates  bool // a field is a date
	typed  bool // a struct has a typed.Meta, or a field a typed.Optional
}

// event is one entry of the map.
type event struct {
	*eventmap.Event
	name    string // in Go
	tracker string
	fields  []*field
}

// typeField is the field of a pattern's struct with the whole event type.
const typeField = "Type"

// newModel gives everything its name in Go. Events come first, so that theirs are what one expects.
func newModel(m *eventmap.Map) *model {
	md := &model{hash: m.Hash()}
	taken := newScope("Events", "MapVersion", "New")
	for _, e := range m.Events() {
		md.events = append(md.events, &event{Event: e, fields: fieldsOf(e)})
	}
	for _, e := range md.events {
		if !e.IsPattern() {
			e.name = taken.take(exported(e.Name), "Event")
		}
	}
	for _, e := range md.events {
		if prefix := strings.TrimSuffix(e.Name, "*"); e.IsPattern() {
			e.name = taken.take(exported(prefix), "Any")
		}
	}
	for _, e := range md.events {
		e.tracker = taken.take(e.name+"Tracker", "Type")
	}
	enums := newEnums(m, taken)
	for _, e := range md.events {
		members := newScope("Meta", "Event", "AppendBSON", "Key", "UserID", "SessionID", "Platform", "Time")
		if !e.Store {
			members = newScope()
		}
		md.typed = md.typed || e.Store
		if e.IsPattern() {
			members[typeField] = true
		}
		md.name(e, e.name, e.fields, members, enums)
	}
	md.enums = enums.ordered
	return md
}

// name names the fields of a struct and of those in it.
func (md *model) name(e *event, above string, fields []*field, members scope, enums *enums) {
	for _, f := range fields {
		f.name = members.take(exported(f.key), "Field")
		switch f.kind {
		case listed:
			f.enum = enums.of(e, f)
		case date:
			md.dates = true
		case integer, double, boolean:
			md.typed = true
		case nested:
			f.typeName = enums.taken.take(above+camel(f.key), "Object")
			md.name(e, f.typeName, f.children, newScope(), enums)
		}
	}
}
