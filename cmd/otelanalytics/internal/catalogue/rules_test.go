// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// TestRulesOnThePage: each word of a contract has a sentence.
func TestRulesOnThePage(t *testing.T) {
	for _, tt := range []struct{ event, field, want string }{
		{"", "", ""},
		{"on_violation: count", "", ""},
		{"on_violation: omit", "", "A value that violates a rule is left out."},
		{"on_violation: quarantine", "", "An event that violates a rule goes into quarantine."},
		{"on_violation: reject", "", "An event that violates a rule is refused."},
		{"additional: keep", "", ""},
		{"additional: omit", "", "Other fields are left out."},
		{"additional: violate", "", "Another field is a violation."},
		{"", "required: true", "Required."},
		{"", "type: string, values: [a, b]", "One of `a`, `b`."},
		{"", "type: int, values: [1, 2]", "One of `1`, `2`."},
		{"", "type: string, pattern: '.+@.+'", "Matches `.+@.+`."},
		{"", "type: string, min_length: 2, max_length: 3", "2 to 3 characters."},
		{"", "type: string, min_length: 2", "2 or more characters."},
		{"", "type: string, max_length: 3", "At most 3 characters."},
		{"", "type: double, min: 0.5", "0.5 or more."},
		{"", "type: double, max: 2", "2 or less."},
		{"", "type: array, max_items: 5", "At most 5 entries."},
		{"", "type: array, items: {a: {}}", "Each entry is an object."},
	} {
		m, err := eventmap.Parse([]byte("version: 1\nevents: {e: {data: {f: {" + tt.field + "}}, " + tt.event + "}}\n"))
		if err != nil {
			t.Fatalf("%+v: %v", tt, err)
		}
		e, _ := m.Event("e")
		got := strings.TrimSpace(strings.Join(contract(e), " ") + " " + rules(&e.Data[0]))
		if got != tt.want {
			t.Errorf("%s %s: %q, want %q", tt.event, tt.field, got, tt.want)
		}
	}
}
