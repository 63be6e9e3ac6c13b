// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
	"github.com/otelanalytics/otelanalytics-go/internal/fieldtree"
)

// Violation is one way in which the data of an event violate the event map.
type Violation struct {
	// Path is the dotted path of the value, such as event_data.items.0.sku, or of the missing field. If all fields of
	// an object are redacted, an undeclared field in it is "*".
	Path string
	// Field is the field as the map declares it and as the violation is counted, such as items.sku. An undeclared field
	// is "*", after the path of its object.
	Field string
	// Rule is the violated key of the map.
	Rule eventmap.Rule
	// Problem describes the mistake. It never holds the value.
	Problem string
}

// maxViolations bounds the violations in an error. All are counted.
const maxViolations = 100

// list returns the violations of the document that was checked. If an object is redacted, the names of its fields
// belong to its value: such a field is "*" in the path, too.
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

// anywhere lets paths pass through arrays wherever that is possible.
func anywhere(eventmap.Path) bool { return true }

// violationError is the error for an event that is refused because of its violations.
func violationError(eventType string, all []Violation, more int) *InvalidEventError {
	problem := strings.TrimPrefix(violationText(all, more), all[0].Path+" ") // which the error names as its field
	return &InvalidEventError{EventType: strings.Clone(eventType), Field: all[0].Path, Problem: problem, Violations: all}
}

// violationText lists violations, and notes whether there are more.
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
