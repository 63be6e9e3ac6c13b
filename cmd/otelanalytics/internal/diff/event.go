// SPDX-License-Identifier: Apache-2.0

package diff

import (
	"slices"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

func (c *comparison) events() {
	for _, e := range c.after.Events() {
		if old, ok := c.before.Event(e.Name); ok {
			c.event(old, e)
		} else if !c.renamedEvent(e) {
			c.newEvent(e)
		}
	}
	for _, e := range c.before.Events() {
		if _, ok := c.after.Event(e.Name); !ok {
			c.goneEvent(e)
		}
	}
}

// everyEvent compares what every event records.
func (c *comparison) everyEvent() {
	c.records("every_event.record", &eventmap.Event{Records: c.before.EveryEvent()}, &eventmap.Event{Records: c.after.EveryEvent()})
}

func (c *comparison) newEvent(e *eventmap.Event) {
	key := "events." + e.Name
	if above, ok := patternAbove(c.before, e); ok {
		c.add(Warning, key, "is new, and takes its events from "+above.Name, "they record what "+e.Name+" says, and are counted under it")
		c.moved(key, above, e)
		return
	}
	c.add(Info, key, "is new", "")
}

func (c *comparison) goneEvent(e *eventmap.Event) {
	key := "events." + e.Name
	if now, ok := c.newName(e); ok {
		if _, ok := c.before.Event(now.Name); ok { // two events have become one, which has its name already
			c.add(Warning, key, "is part of "+now.Name, "its events record what that says, and queries for "+now.Name+" find them; typed code for it does not compile")
			c.moved(key, e, now)
		}
		return // else renamedEvent has it
	}
	if above, ok := patternAbove(c.after, e); ok {
		c.add(Breaking, key, "is removed", "its events are now those of "+above.Name+", and record what that says; typed code for it does not compile")
		c.moved(key, e, above)
		return
	}
	c.add(Breaking, key, "is removed", `its events record nothing, are counted as "other", and are refused by strict clients; typed code for it does not compile`)
	c.exposed(key, e, nil)
}

func (c *comparison) event(old, e *eventmap.Event) {
	key := "events." + e.Name
	c.stored(key, old, e)
	c.enabled(key, old.Enabled, e.Enabled, Warning, "its metrics stand still until they are switched on")
	c.earlierNames(key, old, e)
	c.deprecation(key, old.Deprecated, e.Deprecated)
	c.text(key+".description", old.Description, e.Description)
	if old.Group != e.Group {
		c.add(Info, key+".group", was(quoted(e.Group), quoted(old.Group)), "dashboards and the catalogue have it elsewhere")
	}
	c.text(key+".since", old.Since, e.Since)
	c.contract(key, old, e)
	c.data(key+".data.", old, e)
	c.exposed(key, old, e)
	c.records(key+".record", old, e)
}

func (c *comparison) stored(key string, old, e *eventmap.Event) {
	switch {
	case old.Store && !e.Store:
		c.add(Breaking, key+".store", "is false", "its events are no longer in MongoDB")
	case e.Store && !old.Store:
		c.add(Warning, key+".store", "is true", "its events are kept in MongoDB from now on")
	}
}

func (c *comparison) data(key string, old, e *eventmap.Event) {
	for _, f := range e.Data {
		path := strings.Join(f.Path, ".")
		if from := field(old, path); from != nil {
			c.field(key+path, *from, f)
			c.types(key+path+".type", from, &f, old.OnViolation, e.OnViolation)
			c.rules(key+path, from, &f, old.OnViolation, e.OnViolation)
		} else {
			effect := ""
			if violated(old, &f) && strictness[old.OnViolation] >= strictness[eventmap.QuarantineViolations] {
				effect = "readers meet events with it, which were " + consequence[old.OnViolation]
			}
			c.add(Info, key+path, "is a new field", effect)
			c.newRules(key+path, old, e, &f)
		}
	}
	for _, f := range old.Data {
		if path := strings.Join(f.Path, "."); field(e, path) == nil {
			effect := "typed code that sets it does not compile; who reads documents can no longer count on it"
			if lost := undeclared(e); lost != "" {
				effect += "; " + lost
			}
			c.add(Breaking, key+path, "the field is removed", effect)
		}
	}
}

// undeclared says what an event does to senders of a field that it does not declare; empty where it keeps it.
func undeclared(e *eventmap.Event) string {
	switch e.Additional {
	case eventmap.OmitAdditional:
		return "breaks senders: it is left out"
	case eventmap.ViolateAdditional:
		return "breaks senders: events with it are " + consequence[e.OnViolation]
	}
	return ""
}

func field(e *eventmap.Event, path string) *eventmap.Field {
	for i := range e.Data {
		if strings.Join(e.Data[i].Path, ".") == path {
			return &e.Data[i]
		}
	}
	return nil
}

func (c *comparison) field(key string, old, f eventmap.Field) {
	if old.Type != f.Type || !slices.Equal(old.Types, f.Types) {
		effect := "typed code that sets it does not compile"
		if !takes(&f, &old) {
			effect += "; values of the old type are warned about, and metrics do without them"
		}
		c.add(Breaking, key+".type", was(typesText(&f), typesText(&old)), effect)
	}
	c.text(key+".description", old.Description, f.Description)
	c.deprecation(key, old.Deprecated, f.Deprecated)
	switch {
	case strength[f.Redact] <= strength[old.Redact]: // exposed has it
	case f.Redact == eventmap.RedactDrop:
		c.add(Warning, key+".redact", was(f.Redact, orNone(old.Redact)), "the field is no longer stored")
	default:
		c.add(Warning, key+".redact", was(f.Redact, orNone(old.Redact)), "the field's hash is stored, and does not compare with old values")
	}
}

func orNone[T ~string](s T) T {
	if s == "" {
		return "none"
	}
	return s
}
