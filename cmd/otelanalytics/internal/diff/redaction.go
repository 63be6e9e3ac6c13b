// SPDX-License-Identifier: Apache-2.0

package diff

import (
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// redactions compares what is dropped from every event.
func (c *comparison) redactions() {
	var gone []string
	for _, r := range c.before.Redactions() {
		if !dropped(c.after, r.Path) {
			gone = append(gone, strings.Join(r.Path, "."))
		}
	}
	if len(gone) > 0 {
		c.add(Privacy, "redact", listed(gone)+" no longer dropped", "fields of that name are stored from now on")
	}
	var added []string
	for _, r := range c.after.Redactions() {
		if !dropped(c.before, r.Path) {
			added = append(added, strings.Join(r.Path, "."))
		}
	}
	if len(added) > 0 {
		c.add(Warning, "redact", listed(added)+" dropped", "fields of that name are no longer stored")
	}
}

// dropped reports whether a map drops a path from every event: the path itself, what it is in, or a name of it at any depth. A
// path that is itself a redaction may have the part "*".
func dropped(m *eventmap.Map, path eventmap.Path) bool {
	for _, r := range m.Redactions() {
		if len(r.Path) == 1 {
			// A name is dropped at every depth; a path of one part stands for just that.
			for _, part := range path {
				if part == r.Path[0] && part != "*" {
					return true
				}
			}
			continue
		}
		if len(r.Path) <= len(path) && covers(r.Path, path) {
			return true
		}
	}
	return false
}

// covers reports whether a redaction is about the beginning of a path.
func covers(redaction, path eventmap.Path) bool {
	for i, part := range redaction {
		if part != "*" && part != path[i] {
			return false
		}
	}
	return true
}

// strength is how much of a field a redaction hides.
var strength = map[eventmap.RedactMode]int{eventmap.RedactNone: 0, eventmap.RedactHash: 1, eventmap.RedactDrop: 2}

// redaction returns what a map does to a field of an event; the event is nil for one that the map does not declare. What is
// done to a field is done to what is in it, and dropping wins.
func redaction(m *eventmap.Map, e *eventmap.Event, path eventmap.Path) eventmap.RedactMode {
	if dropped(m, path) {
		return eventmap.RedactDrop
	}
	mode := eventmap.RedactNone
	if e == nil {
		return mode
	}
	for _, f := range e.Data {
		if len(f.Path) <= len(path) && strings.Join(f.Path, ".") == strings.Join(path[:len(f.Path)], ".") && strength[f.Redact] > strength[mode] {
			mode = f.Redact
		}
	}
	return mode
}

// exposed reports the fields of events that were of old, and are of now, which less is done to than before. now is nil where
// the map does not declare them any more.
//
//	before  after         after: hash  after: drop
//	        none
//	hash    privacy       nothing      warning
//	drop    privacy       privacy      nothing
func (c *comparison) exposed(key string, old, now *eventmap.Event) {
	for _, f := range old.Data {
		before, after := redaction(c.before, old, f.Path), redaction(c.after, now, f.Path)
		if strength[after] >= strength[before] {
			continue
		}
		effect := "the field is stored as it is from now on"
		if after == eventmap.RedactHash {
			effect = "the field's hash is stored from now on, which tells which events are one person's; nothing was stored before"
		}
		c.add(Privacy, key+".data."+strings.Join(f.Path, ".")+".redact", was(orNone(after), before), effect)
	}
}
