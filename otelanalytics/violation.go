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
	// Path is the dotted path of the value, such as event_data.items.0.sku, or of the field that is missing.
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

// list returns what is wrong with the document that was checked.
func list(c *fieldtree.Check) []Violation {
	faults := c.Faults(maxViolations)
	all := make([]Violation, len(faults))
	for i, f := range faults {
		all[i] = Violation{Path: eventdoc.FieldData + "." + f.Path, Field: f.Counter.Path, Rule: f.Counter.Rule, Problem: f.Problem}
	}
	return all
}

// violationError is the error for an event that is refused because of its violations.
func violationError(eventType string, all []Violation, more int) *InvalidEventError {
	problems := make([]string, 0, len(all))
	for i, v := range all {
		if i == 0 {
			problems = append(problems, v.Problem)
		} else {
			problems = append(problems, v.Path+" "+v.Problem)
		}
	}
	e := &InvalidEventError{EventType: strings.Clone(eventType), Field: all[0].Path, Problem: strings.Join(problems, "; "), Violations: all}
	if more > 0 {
		e.Problem += "; and there are more"
	}
	return e
}
