// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// deprecated says on the page that something should no longer be used; empty for nil.
func deprecated(d *eventmap.Deprecation) string {
	if d == nil {
		return ""
	}
	text := "**Deprecated:** " + escaped(strings.Join(strings.Fields(d.Note), " "))
	if d.ReplacedBy != "" {
		text += " Replaced by " + code(d.ReplacedBy) + "."
	}
	return text
}

// deprecatedValues says which values of a field should no longer be used.
func deprecatedValues(e *eventmap.Event, path eventmap.Path) string {
	var notes []string
	seen := make(map[string]bool)
	eachSource(e, path, func(a *eventmap.Attribute) {
		for _, v := range a.Values {
			if d, ok := a.DeprecatedValues[v]; ok && !seen[v] {
				seen[v] = true
				notes = append(notes, code(v)+": "+deprecated(&d))
			}
		}
	})
	return strings.Join(notes, " ")
}
