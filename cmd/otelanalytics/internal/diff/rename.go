// SPDX-License-Identifier: Apache-2.0

package diff

import (
	"slices"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// newName returns the event that the new map has for one of the old map that is no longer declared under its name.
func (c *comparison) newName(old *eventmap.Event) (*eventmap.Event, bool) {
	for _, e := range c.after.Events() {
		if slices.Contains(e.RenamedFrom, old.Name) {
			return e, true
		}
	}
	return nil, false
}

// renamedEvent compares an event with those of the old map that it replaces, and reports false when there is none.
func (c *comparison) renamedEvent(e *eventmap.Event) bool {
	key, is := "events."+e.Name, false
	for _, name := range e.RenamedFrom {
		old, ok := c.before.Event(name)
		if !ok {
			continue
		}
		c.add(Warning, key, "is the new name of "+name,
			"it stands in documents and in the label event_type from now on; queries of the SDK find both names, others must ask for both; typed code is generated anew")
		if !is {
			c.event(old, e)
		} else { // several events have become one
			c.moved(key, old, e)
		}
		is = true
	}
	return is
}

// earlierNames compares the earlier names that two versions of an event list, but for those of events that were declared.
func (c *comparison) earlierNames(key string, old, e *eventmap.Event) {
	for _, name := range e.RenamedFrom {
		if name == old.Name || slices.Contains(old.RenamedFrom, name) {
			continue
		}
		if _, ok := c.before.Event(name); ok {
			continue // renamedEvent has it
		}
		c.add(Warning, key+".renamed_from", quoted(name)+" is new", "events of that name follow this entry, and queries for "+e.Name+" find them")
		if above, ok := c.before.Match(name); ok {
			c.moved(key, above, e)
		}
	}
	for _, name := range old.RenamedFrom {
		if now, ok := c.after.Match(name); ok && now == e {
			continue
		}
		if _, ok := c.after.Event(name); ok {
			continue // newEvent has it
		}
		c.add(Breaking, key+".renamed_from", quoted(name)+" is removed", "queries for "+e.Name+" find no events of that name; what older instances still track under it is no longer of this entry")
		if below, ok := c.after.Match(name); ok {
			c.moved(key, old, below)
		} else {
			c.exposed(key, old, nil)
		}
	}
}

// oldEvent returns the name that an event of the new map had in the old one: its own, or the first of those that it replaces.
func (c *comparison) oldEvent(name string) string {
	if _, ok := c.before.Event(name); ok {
		return name
	}
	e, ok := c.after.Event(name)
	if !ok {
		return name
	}
	for _, old := range e.RenamedFrom {
		if _, ok := c.before.Event(old); ok {
			return old
		}
	}
	return name
}

// oldMeaning says in the words of the old map what a name of generated Go stands for; renamed: it is the name of an event that
// has another one now.
func (c *comparison) oldMeaning(meaning string) (old string, renamed bool) {
	for _, e := range c.after.Events() {
		name := c.oldEvent(e.Name)
		if name == e.Name {
			continue
		}
		rest, ok := strings.CutSuffix(meaning, " "+e.Name)
		if ok && (strings.HasSuffix(rest, "the event") || strings.Contains(rest, "the field ") && strings.HasSuffix(rest, " of")) {
			return rest + " " + name, rest == "the event"
		}
	}
	return meaning, false
}
