// SPDX-License-Identifier: Apache-2.0

package diff

import "github.com/otelanalytics/otelanalytics-go/eventmap"

// types compares which values a field takes by their type.
func (c *comparison) types(key string, old, f *eventmap.Field, before, now eventmap.ViolationMode) {
	what := was(typesText(f), typesText(old))
	if now != eventmap.CountViolations && !takes(f, old) { // else the change of the type says it
		c.stricter(key, what, "events with a value of another type", now)
	}
	if before != eventmap.CountViolations && !takes(old, f) {
		c.looser(key, what, "values of another type", before)
	}
}

// takes reports whether a field takes each value that another takes, by their types.
func takes(f, other *eventmap.Field) bool {
	if !f.Typed() {
		return true
	}
	names := other.TypeNames()
	for _, name := range names {
		switch t := eventmap.FieldType(name); {
		case f.Has(t):
		case t == eventmap.IntField && f.Has(eventmap.DoubleField): // an int is a double
		default:
			return false
		}
	}
	return len(names) > 0
}
