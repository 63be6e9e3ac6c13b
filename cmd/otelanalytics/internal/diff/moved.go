// SPDX-License-Identifier: Apache-2.0

package diff

import (
	"slices"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// patternAbove returns the event that a map has for the events of one that it does not declare.
func patternAbove(m *eventmap.Map, e *eventmap.Event) (*eventmap.Event, bool) {
	name := e.Name
	if e.IsPattern() { // an event that has just the pattern's prefix for a name is not above it
		name = strings.TrimSuffix(name, "*") + "\x00"
	}
	return m.Match(name)
}

// moved compares what holds for events that were of one entry of the map, and are of another one now: whether they are stored, the
// contract, and redactions. What they record, and typed code, the caller has said.
func (c *comparison) moved(key string, old, now *eventmap.Event) {
	c.stored(key, old, now)
	c.contract(key, old, now)
	for _, f := range now.Data {
		path := strings.Join(f.Path, ".")
		at := key + ".data." + path
		if from := field(old, path); from != nil {
			c.movedType(at+".type", from, &f, old.OnViolation, now.OnViolation)
			c.rules(at, from, &f, old.OnViolation, now.OnViolation)
		} else {
			c.newRules(at, old, now, &f)
		}
	}
	for _, f := range old.Data {
		path := strings.Join(f.Path, ".")
		if field(now, path) != nil {
			continue
		}
		at := key + ".data." + path
		if lost := undeclared(now); lost != "" {
			severity := Breaking
			if now.Additional == eventmap.ViolateAdditional && now.OnViolation == eventmap.CountViolations {
				severity = Warning
			}
			c.add(severity, at, "is not declared any more", lost)
		}
		c.movedType(at+".type", &f, &eventmap.Field{}, old.OnViolation, now.OnViolation)
		c.rules(at, &f, &eventmap.Field{}, old.OnViolation, now.OnViolation)
	}
	c.exposed(key, old, now)
}

// movedType compares the types of a field. Unlike [comparison.types], it also tells of those that are only counted.
func (c *comparison) movedType(key string, old, f *eventmap.Field, before, now eventmap.ViolationMode) {
	if now == eventmap.CountViolations && f.Typed() && !takes(f, old) {
		c.stricter(key, was(typesText(f), typesText(old)), "events with a value of another type", now)
	}
	c.types(key, old, f, before, now)
}

// newRules compares what restricts a field that an event did not declare. Where the event violated its rules by any value of the field,
// a rule for the value lets more events in than before.
func (c *comparison) newRules(key string, old, e *eventmap.Event, f *eventmap.Field) {
	if violated(old, f) {
		c.rules(key, &eventmap.Field{}, &eventmap.Field{Rules: eventmap.Rules{Required: f.Rules.Required}}, old.OnViolation, e.OnViolation)
		return
	}
	if f.Typed() && e.OnViolation != eventmap.CountViolations {
		c.stricter(key+".type", "is declared: "+typesText(f), "events with a value of another type", e.OnViolation)
	}
	c.rules(key, &eventmap.Field{}, f, old.OnViolation, e.OnViolation)
}

// violated reports whether an event violates its rules by having a field that it does not declare: additional says so of its own
// fields, and of those of objects that it declares fields of.
func violated(e *eventmap.Event, f *eventmap.Field) bool {
	if e.Additional != eventmap.ViolateAdditional {
		return false
	}
	for n := range f.Path {
		declared := slices.ContainsFunc(e.Data, func(x eventmap.Field) bool { return begins(x.Path, f.Path[:n+1]) })
		if !declared {
			return n == 0 || slices.ContainsFunc(e.Data, func(x eventmap.Field) bool { return len(x.Path) > n && begins(x.Path, f.Path[:n]) })
		}
	}
	return false
}

func begins(path, with eventmap.Path) bool {
	return len(path) >= len(with) && slices.Equal(path[:len(with)], with)
}
