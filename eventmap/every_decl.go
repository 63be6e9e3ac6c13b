// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"slices"

	"github.com/otelanalytics/otelanalytics-go/internal/strictyaml"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// loadEvery reads the records that are made for every event. They read fields that events declare. A field of a given
// name must have one type wherever it is declared, and no event may redact it.
func (l *loader) loadEvery(n strictyaml.Node) {
	o := n.Object(everyObject.known()...)
	records, ok := o.Get("record")
	if !ok {
		return
	}
	d := l.allEvents()
	l.loadRecords(records, d)
	l.every = d.event.Records
}

// allEvents returns the declarations of all events together.
func (l *loader) allEvents() *eventDecl {
	all := &eventDecl{event: &Event{}, fields: map[string]*Field{}, above: map[string]bool{}, whole: true, every: true, mixed: map[string]string{}}
	from := make(map[string]string) // the first event that declares a field
	for _, d := range l.declared {
		all.whole = all.whole && d.whole
		for _, name := range d.names {
			f := d.fields[name]
			if known, ok := all.fields[name]; !ok {
				all.fields[name], from[name] = f, d.event.Name
				all.names = append(all.names, name)
			} else if known.Type != f.Type || !slices.Equal(known.Types, f.Types) {
				all.mixed[name] = typeIn(known, from[name]) + " and " + typeIn(f, d.event.Name)
			}
			if f.Redact != RedactNone {
				all.hidden.add(redacted{path: f.Path, why: "the event " + words.Quote(d.event.Name) + " has redact: " + string(f.Redact) + " for " + words.Quote(name)})
			}
		}
		for path := range d.above {
			all.above[path] = true
		}
	}
	return all
}

// typeIn describes the type of a field in an event.
func typeIn(f *Field, event string) string {
	if !f.Typed() {
		return "of any type in " + words.Quote(event)
	}
	return typeNamed(f) + " in " + words.Quote(event)
}
