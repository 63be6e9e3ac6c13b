// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// contract says what becomes of events whose data do not keep to the map.
func contract(e *eventmap.Event) []string {
	var notes []string
	switch e.OnViolation {
	case eventmap.OmitViolations:
		notes = append(notes, "A value that violates a rule is left out.")
	case eventmap.QuarantineViolations:
		notes = append(notes, "An event that violates a rule goes into quarantine.")
	case eventmap.RejectViolations:
		notes = append(notes, "An event that violates a rule is refused.")
	}
	switch e.Additional {
	case eventmap.OmitAdditional:
		notes = append(notes, "Other fields are left out.")
	case eventmap.ViolateAdditional:
		notes = append(notes, "Another field is a violation.")
	}
	return notes
}

// typeOf names the type of a field, or its types.
func typeOf(f *eventmap.Field) string {
	if !f.Typed() {
		return "any"
	}
	return strings.Join(f.TypeNames(), " or ")
}

// rules says what restricts the values of a field.
func rules(f *eventmap.Field) string {
	r := &f.Rules
	var all []string
	say := func(used bool, format string, of ...any) {
		if used {
			all = append(all, fmt.Sprintf(format, of...))
		}
	}
	say(r.Required, "Required.")
	if r.Values != nil {
		values := make([]string, len(r.Values))
		for i, v := range r.Values {
			values[i] = fmt.Sprint(v)
		}
		say(true, "One of %s.", codes(values))
	}
	say(r.Pattern != "", "Matches %s.", code(r.Pattern))
	say(r.MinLength > 0 && r.MaxLength > 0, "%d to %d characters.", r.MinLength, r.MaxLength)
	say(r.MinLength > 0 && r.MaxLength == 0, "%d or more characters.", r.MinLength)
	say(r.MaxLength > 0 && r.MinLength == 0, "At most %d characters.", r.MaxLength)
	if r.Min != nil {
		say(true, "%s or more.", decimal(*r.Min))
	}
	if r.Max != nil {
		say(true, "%s or less.", decimal(*r.Max))
	}
	say(r.MaxItems > 0, "At most %d entries.", r.MaxItems)
	say(r.Items, "Each entry is an object.")
	return strings.Join(all, " ")
}

func decimal(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }
