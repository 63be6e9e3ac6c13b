// SPDX-License-Identifier: Apache-2.0

package analyticstest

import (
	"cmp"
	"slices"

	"go.opentelemetry.io/otel/attribute"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// Violation counts how often the data of events violated a rule of the event map.
type Violation struct {
	EventType string // the entry of the map
	Field     string // as the map declares it; "*", behind the path of its object, for one that is not declared
	Rule      eventmap.Rule
	Count     int
}

// Violations returns the violations since the last call, sorted by event type, field and rule. A violation that no call
// returns fails the test when it ends, whatever on_violation is.
func (r *Recorder) Violations() []Violation {
	r.t.Helper()
	var all []Violation
	for _, x := range r.read()["otelanalytics.events.violations"] {
		if n := x.value - r.meant[x.attributes]; n > 0 {
			all = append(all, Violation{
				EventType: text(x.attributes, "event_type"), Field: text(x.attributes, "field"), Rule: eventmap.Rule(text(x.attributes, "rule")), Count: int(n),
			})
		}
		r.meant[x.attributes] = x.value
	}
	slices.SortFunc(all, func(a, b Violation) int {
		return cmp.Or(cmp.Compare(a.EventType, b.EventType), cmp.Compare(a.Field, b.Field), cmp.Compare(a.Rule, b.Rule))
	})
	return all
}

func text(s attribute.Set, key attribute.Key) string {
	v, _ := s.Value(key)
	return v.AsString()
}

// checkViolations fails the test for unexpected violations.
func (r *Recorder) checkViolations() {
	r.t.Helper()
	for _, v := range r.Violations() {
		r.t.Errorf("analyticstest: the event %q violates the rule %s of the field %q, %d times: track what the event map declares, or call Violations where the test means it", v.EventType, v.Rule, v.Field, v.Count)
	}
}
