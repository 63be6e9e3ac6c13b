// SPDX-License-Identifier: Apache-2.0

package gocode

import (
	"errors"
	"strconv"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
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
	maker   string // its constructor; empty: the map requires nothing of it
	fields  []*field
}

// typeField is the field of a pattern's struct with the whole event type.
const typeField = "Type"

// newModel gives everything its name in Go, or says which names meet.
func newModel(m *eventmap.Map) (*model, error) {
	md := &model{hash: m.Hash()}
	var clashes []error
	taken := newScope(&clashes, "Events", "MapVersion", "New")
	for _, e := range m.Events() {
		md.events = append(md.events, &event{Event: e, fields: fieldsOf(e)})
	}
	for _, e := range md.events {
		e.name = taken.choose(e.GoName, exported(strings.TrimSuffix(e.Name, "*")), "Event", eventPlace(e))
	}
	named := make(map[string]bool)
	for _, e := range md.events {
		if !named[e.name] { // else both events have been noted
			e.tracker = taken.take(e.name+"Tracker", "Type", eventPlace(e))
		}
		named[e.name] = true
	}
	enums := newEnums(m, taken)
	for _, e := range md.events {
		reserved := []string{"Meta", "Event", "AppendBSON", "Key", "UserID", "SessionID", "Platform", "Time"}
		if !e.Store {
			reserved = nil
		}
		md.typed = md.typed || e.Store
		if e.IsPattern() {
			reserved = append(reserved, typeField)
		}
		md.name(e, e.name, e.fields, newScope(&clashes, reserved...), enums)
	}
	md.enums = enums.ordered
	for _, e := range md.events {
		md.makers(e, taken)
	}
	if len(clashes) > 0 {
		return nil, cli.Failedf("names of the map meet in Go:\n%v", errors.Join(clashes...))
	}
	return md, nil
}

// name names fields, and the types that they need. above is what the types of structs begin with.
func (md *model) name(e *event, above string, fields []*field, members scope, enums *enums) {
	for _, f := range fields {
		f.name = members.choose(f.goName(), exported(f.key), "Field", fieldPlace(e, f))
		switch f.kind {
		case listed:
			f.enum = enums.of(e, f, above)
		case date:
			md.dates = true
		case integer, double, boolean:
			md.typed = true
		case nested:
			f.typeName = enums.taken.take(above+f.word(), "Object", fieldPlace(e, f))
			md.name(e, f.typeName, f.children, newScope(enums.taken.clashes), enums)
		case entries:
			f.typeName = enums.taken.take(above+f.word()+"Entry", "Object", fieldPlace(e, f))
			md.name(e, f.typeName, f.children, newScope(enums.taken.clashes), enums)
		}
	}
}

func quoteKey(name string) string {
	if strings.ContainsAny(name, " .\"") {
		return strconv.Quote(name)
	}
	return name
}

func pathText(path eventmap.Path) string { return strings.Join(path, ".") }
