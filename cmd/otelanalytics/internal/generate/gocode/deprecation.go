// SPDX-License-Identifier: Apache-2.0

package gocode

import "github.com/otelanalytics/otelanalytics-go/eventmap"

// deprecated writes the last paragraph of a comment about what should no longer be used, in the form that tools know:
// https://go.dev/wiki/Deprecated. called returns the name in Go of what takes its place; empty: it has none.
func (w *writer) deprecated(d *eventmap.Deprecation, more bool, called func(name string) string) {
	if d == nil {
		return
	}
	text := "Deprecated: " + oneLine(d.Note)
	if d.ReplacedBy != "" {
		if name := called(d.ReplacedBy); name != "" {
			text += " Use " + name + "."
		}
	}
	if more {
		w.printf("//")
	}
	w.printf("// %s", text)
}

// eventCalled returns the name in Go of an event of the map.
func (w *writer) eventCalled(name string) string {
	for _, e := range w.model.events {
		if e.Name == name {
			return e.name
		}
	}
	return ""
}

// siblings returns a function that gives the name in Go of a field by its path.
func siblings(fields []*field) func(path string) string {
	return func(path string) string {
		for _, f := range fields {
			if pathText(f.path) == path {
				return f.name
			}
		}
		return "the field " + path
	}
}
