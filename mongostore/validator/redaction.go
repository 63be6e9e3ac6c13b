// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// redaction is what a map redacts of the data of one event.
type redaction struct {
	names map[string]bool // dropped at every depth
	root  part
}

// part is one part of a redacted path.
type part struct {
	inner  map[string]*part
	any    *part // the part "*"
	action eventmap.RedactMode
}

func newRedaction(m *eventmap.Map, e *eventmap.Event) *redaction {
	r := &redaction{names: map[string]bool{}}
	for _, everywhere := range m.Redactions() {
		if len(everywhere.Path) == 1 {
			r.names[everywhere.Path[0]] = true
		} else {
			r.root.add(everywhere.Path, true, eventmap.RedactDrop)
		}
	}
	for i := range e.Data {
		if f := &e.Data[i]; f.Redact != eventmap.RedactNone {
			r.root.add(f.Path, false, f.Redact)
		}
	}
	return r
}

func (p *part) add(path eventmap.Path, wildcards bool, action eventmap.RedactMode) {
	for _, name := range path {
		if name == "*" && wildcards {
			if p.any == nil {
				p.any = &part{}
			}
			p = p.any
			continue
		}
		if p.inner == nil {
			p.inner = map[string]*part{}
		}
		if p.inner[name] == nil {
			p.inner[name] = &part{}
		}
		p = p.inner[name]
	}
	if p.action != eventmap.RedactDrop { // dropping wins
		p.action = action
	}
}

// place is where a value of the data lies for the redaction: at these parts of its paths. Those of some are there in some entries
// of an array and not in others.
type place struct{ all, some []*part }

// outcome is what becomes of a value.
type outcome struct {
	all  eventmap.RedactMode // of each value of this place
	some bool                // something else, of some
}

// field returns the place of a field of an object, and what becomes of it.
func (r *redaction) field(at place, key string) (place, outcome) {
	var inner place
	var o outcome
	inner.all, o.all = step(at.all, key)
	if r.names[key] {
		o.all = eventmap.RedactDrop
	}
	some, action := step(at.some, key)
	inner.some = some
	o.some = action != eventmap.RedactNone && action != o.all && o.all != eventmap.RedactDrop
	return inner, o
}

// entries returns the place of the entries of an array, and what becomes of them. Paths pass through arrays: order.items.name is the
// name of each item, order.items.0.name that of the first.
func (r *redaction) entries(at place) (place, outcome) {
	inner := place{all: at.all, some: at.some}
	var o outcome
	for _, p := range at.all {
		if p.any != nil {
			inner.all = append(inner.all[:len(inner.all):len(inner.all)], p.any)
			o.all = stronger(o.all, p.any.action)
		}
	}
	for _, p := range append(at.all[:len(at.all):len(at.all)], at.some...) {
		for name, child := range p.inner {
			if isIndex(name) {
				inner.some = append(inner.some[:len(inner.some):len(inner.some)], child)
				o.some = o.some || child.action != eventmap.RedactNone && o.all != eventmap.RedactDrop
			}
		}
	}
	for _, p := range at.some {
		if p.any != nil {
			inner.some = append(inner.some[:len(inner.some):len(inner.some)], p.any)
			o.some = o.some || p.any.action != eventmap.RedactNone && o.all != eventmap.RedactDrop
		}
	}
	return inner, o
}

// step returns the parts that lead into a field, and what they say of the field itself.
func step(at []*part, key string) (inner []*part, action eventmap.RedactMode) {
	for _, p := range at {
		for _, child := range []*part{p.inner[key], p.any} {
			if child != nil {
				inner = append(inner, child)
				action = stronger(action, child.action)
			}
		}
	}
	return inner, action
}

// stronger returns what two paths to one value do with it: dropping wins.
func stronger(a, b eventmap.RedactMode) eventmap.RedactMode {
	if b == eventmap.RedactDrop || a == eventmap.RedactNone {
		return b
	}
	return a
}

// isIndex reports whether a part of a path can be the index of an array.
func isIndex(name string) bool { return name != "" && strings.Trim(name, "0123456789") == "" }
