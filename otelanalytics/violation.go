// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
	"github.com/otelanalytics/otelanalytics-go/internal/fieldtree"
)

// Violation is one way in which the data of an event do not keep to the event map.
type Violation struct {
	// Path is the dotted path of the value, such as event_data.items.0.sku, or of the field that is missing. Where all fields of an
	// object are redacted, one that is not declared is "*".
	Path string
	// Field is the field as the map declares it and as the violation is counted, such as items.sku. A field that is not declared
	// is "*", behind the path of the object that it lies in.
	Field string
	// Rule is the key of the map that is violated.
	Rule eventmap.Rule
	// Problem says what is wrong. It never holds the value.
	Problem string
}

// maxViolations bounds those of an error. All are counted.
const maxViolations = 100

// list returns what is wrong with the document that was checked. The names of fields that are redacted along with the object that
// they lie in are part of its value: such a field is "*" in the path, too.
func list(c *fieldtree.Check, r *redactor) []Violation {
	faults := c.Faults(maxViolations)
	all := make([]Violation, len(faults))
	for i, f := range faults {
		if f.Counter.Rule == eventmap.AdditionalRule && r.covers(strings.Split(f.Counter.Path, "."), anywhere) {
			f.Path = f.Counter.Path
		}
		all[i] = Violation{Path: eventdoc.FieldData + "." + f.Path, Field: f.Counter.Path, Rule: f.Counter.Rule, Problem: f.Problem}
	}
	return all
}

// anywhere has paths lead through arrays wherever that can be.
func anywhere(eventmap.Path) bool { return true }

// violationError is the error for an event that is refused because of its violations.
func violationError(eventType string, all []Violation, more int) *InvalidEventError {
	problem := strings.TrimPrefix(violationText(all, more), all[0].Path+" ") // which the error names as its field
	return &InvalidEventError{EventType: strings.Clone(eventType), Field: all[0].Path, Problem: problem, Violations: all}
}

// violationText lists violations, and says whether there are more.
func violationText(all []Violation, more int) string {
	problems := make([]string, len(all))
	for i, v := range all {
		problems[i] = v.Path + " " + v.Problem
	}
	if more > 0 {
		problems = append(problems, "and there are more")
	}
	return strings.Join(problems, "; ")
}
