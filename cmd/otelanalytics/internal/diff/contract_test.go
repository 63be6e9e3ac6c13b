// SPDX-License-Identifier: Apache-2.0

package diff_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/diff"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

const (
	asIs     = "counted, and stored as they are, until on_violation is stricter"
	leftOut  = "stored without what violates a rule"
	aside    = "kept in quarantine"
	refused  = "refused"
	notTyped = "typed code that sets it does not compile"
)

// TestFieldRules changes a rule of one field in the mode reject, and says whom that breaks. The reverse change breaks the others.
func TestFieldRules(t *testing.T) {
	for _, tt := range []struct {
		name, from, to string
		key            string // below the field
		there, back    string // the effects, with the first letter of the severity before each
	}{
		{"required", "", "required: true", "required", "b senders: events without the field are refused", "b readers: they meet events without the field"},
		{"values", "type: string", "type: string, values: [a]", "values", "b senders: events with another value are refused", "b readers: they meet values that the list did not have"},
		{"a value less", "type: string, values: [a, b]", "type: string, values: [a]", "values", "b senders: events with it are refused", "b readers: they meet it"},
		{"a number less", "type: int, values: [1, 2]", "type: int, values: [1]", "values", "b senders: events with it are refused", "b readers: they meet it"},
		{"pattern", "type: string", "type: string, pattern: a", "pattern", "b senders: events with a text that does not match it are refused", "b readers: they meet texts that do not match it"},
		{
			"another pattern", "type: string, pattern: a", "type: string, pattern: b", "pattern",
			"b senders: events with a text that does not match it are refused, b readers: they meet texts that the old one does not match",
			"b senders: events with a text that does not match it are refused, b readers: they meet texts that the old one does not match",
		},
		{"min_length", "type: string", "type: string, min_length: 2", "min_length", beyond, within},
		{"higher min_length", "type: string, min_length: 2", "type: string, min_length: 3", "min_length", beyond, within},
		{"max_length", "type: string", "type: string, max_length: 2", "max_length", beyond, within},
		{"lower max_length", "type: string, max_length: 3", "type: string, max_length: 2", "max_length", beyond, within},
		{"min", "type: int", "type: int, min: 0", "min", beyond, within},
		{"higher min", "type: int, min: -1", "type: int, min: 0", "min", beyond, within},
		{"max", "type: double", "type: double, max: 2.5", "max", beyond, within},
		{"lower max", "type: double, max: 2.5", "type: double, max: 2", "max", beyond, within},
		{"max_items", "type: array", "type: array, max_items: 2", "max_items", beyond, within},
		{"lower max_items", "type: array, max_items: 3", "type: array, max_items: 2", "max_items", beyond, within},
		{"items", "type: array", "type: array, items: {}", "items", "b senders: events with an entry that is no object are refused", "b readers: they meet entries that are no objects"},
		{"type", "", "type: string", "type", typeThere, typeBack},
		{"one type less", "type: [string, int]", "type: string", "type", typeThere, typeBack},
		{"an int is a double", "type: double", "type: int", "type", typeThere, typeBack},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := func(field string) string {
				return "version: 1\non_violation: reject\nevents: {e: {data: {f: {" + field + "}}}}\n"
			}
			key := "events.e.data.f." + tt.key
			if diff := cmp.Diff(tt.there, effects(t, text(tt.from), text(tt.to), key)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.back, effects(t, text(tt.to), text(tt.from), key)); diff != "" {
				t.Errorf("the reverse: (-want +got):\n%s", diff)
			}
		})
	}
}

const (
	beyond    = "b senders: events with a value beyond it are refused"
	within    = "b readers: they meet values beyond the old bound"
	typeThere = "b " + notTyped + "; values of the old type are warned about, and metrics do without them, b senders: events with a value of another type are refused"
	typeBack  = "b " + notTyped + ", b readers: they meet values of another type"
)

// effects returns what the changes of a key do.
func effects(t *testing.T, old, now, key string) string {
	t.Helper()
	before, err := eventmap.Parse([]byte(old))
	if err != nil {
		t.Fatal(err)
	}
	after, err := eventmap.Parse([]byte(now))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, c := range diff.Compare(before, after) {
		if c.Key == key {
			all = append(all, string(c.Severity[:1])+" "+strings.TrimPrefix(c.Effect, "breaks "))
		}
	}
	return strings.Join(all, ", ")
}

// TestRulesInEachMode: what a new rule does to senders depends on the mode, and what one that goes does to readers on the old one.
func TestRulesInEachMode(t *testing.T) {
	for mode, want := range map[string]struct{ required, limit, back string }{
		"count":      {"w senders: events without the field are " + asIs, "w senders: events with a value beyond it are " + asIs, "i readers: they meet values beyond the old bound"},
		"omit":       {"w senders: events without the field are " + asIs, "b senders: events with a value beyond it are " + leftOut, within},
		"quarantine": {"b senders: events without the field are " + aside, "b senders: events with a value beyond it are " + aside, within},
		"reject":     {"b senders: events without the field are " + refused, "b senders: events with a value beyond it are " + refused, within},
	} {
		text := func(field string) string {
			return "version: 1\non_violation: " + mode + "\nevents: {e: {data: {f: {type: int" + field + "}}}}\n"
		}
		if got := effects(t, text(""), text(", required: true"), "events.e.data.f.required"); got != want.required {
			t.Errorf("%s: %s\nwant %s", mode, got, want.required)
		}
		back := "b readers: they meet events without the field"
		if mode == "count" || mode == "omit" { // such events were stored before
			back = "i" + back[1:]
		}
		if got := effects(t, text(", required: true"), text(""), "events.e.data.f.required"); got != back {
			t.Errorf("%s: %s\nwant %s", mode, got, back)
		}
		if got := effects(t, text(""), text(", max: 5"), "events.e.data.f.max"); got != want.limit {
			t.Errorf("%s: %s\nwant %s", mode, got, want.limit)
		}
		if got := effects(t, text(", max: 5"), text(""), "events.e.data.f.max"); got != want.back {
			t.Errorf("%s: %s\nwant %s", mode, got, want.back)
		}
	}
}

// TestModes: a stricter mode tells what it will not take, a looser one what readers will meet.
func TestModes(t *testing.T) {
	const rules = "; there are rules for f (required, type, values, min_length), g.h (type, min, max), i (type, max_items, items), fields that are not declared"
	text := func(mode string) string {
		return "version: 1\nevents: {e: {on_violation: " + mode + `, additional: violate, data: {
			f: {type: string, required: true, values: [a], min_length: 1}, g.h: {type: int, min: 1, max: 5}, i: {type: array, max_items: 3, items: {}}, x: {}}}}
`
	}
	for _, tt := range []struct{ from, to, want string }{
		{"count", "omit", "b senders: events that violate a rule are " + leftOut + rules},
		{"count", "quarantine", "b senders: events that violate a rule are " + aside + rules},
		{"count", "reject", "b senders: events that violate a rule are " + refused + rules},
		{"omit", "quarantine", "b senders: events that violate a rule are " + aside + rules},
		{"omit", "reject", "b senders: events that violate a rule are " + refused + rules},
		{"quarantine", "reject", "b senders: events that violate a rule are " + refused + rules},
		{"reject", "quarantine", "w events that violate a rule are kept in quarantine, and their senders get no error"},
		{"reject", "omit", "b readers: they meet events without what violates a rule"},
		{"quarantine", "omit", "b readers: they meet events without what violates a rule"},
		{"reject", "count", "b readers: they meet events that violate a rule"},
		{"omit", "count", "b readers: they meet events that violate a rule"},
		{"reject", "reject", ""},
	} {
		if got := effects(t, text(tt.from), text(tt.to), "events.e.on_violation"); got != tt.want {
			t.Errorf("%s to %s: %s\nwant %s", tt.from, tt.to, got, tt.want)
		}
	}
	if got := effects(t, "version: 1\nevents: {e: {}}\n", "version: 1\non_violation: reject\nevents: {e: {}}\n", "events.e.on_violation"); got != "b senders: events that violate a rule are refused" {
		t.Errorf("without rules, for the whole map: %s", got)
	}
}

// TestAdditional: what becomes of fields that the map does not declare, and of a field that it no longer declares.
func TestAdditional(t *testing.T) {
	const left = "b senders: fields that are not declared are left out; who reads documents can no longer count on them"
	for _, tt := range []struct{ mode, from, to, want, removed string }{
		{"reject", "keep", "omit", left, "; breaks senders: it is left out"},
		{"reject", "keep", "violate", "b senders: events with fields that are not declared are refused", "; breaks senders: events with it are refused"},
		{"count", "keep", "violate", "w senders: events with fields that are not declared are " + asIs, "; breaks senders: events with it are " + asIs},
		{"reject", "omit", "violate", "b senders: events with fields that are not declared are refused", "; breaks senders: events with it are refused"},
		{"reject", "violate", "omit", "w events with fields that are not declared are stored without these", "; breaks senders: it is left out"},
		{"count", "violate", "omit", left, "; breaks senders: it is left out"},
		{"reject", "omit", "keep", "w readers: fields that are not declared are stored", ""},
		{"reject", "violate", "keep", "w readers: fields that are not declared are stored", ""},
	} {
		text := func(additional, fields string) string {
			return "version: 1\non_violation: " + tt.mode + "\nevents: {e: {additional: " + additional + ", data: {f: {}" + fields + "}}}\n"
		}
		if got := effects(t, text(tt.from, ""), text(tt.to, ""), "events.e.additional"); got != tt.want {
			t.Errorf("%s: %s to %s: %s\nwant %s", tt.mode, tt.from, tt.to, got, tt.want)
		}
		want := "b " + notTyped + "; who reads documents can no longer count on it" + tt.removed
		if got := effects(t, text(tt.to, ", g: {}"), text(tt.to, ""), "events.e.data.g"); got != want {
			t.Errorf("%s: a field is removed with %s: %s\nwant %s", tt.mode, tt.to, got, want)
		}
	}
}

// TestNewFields: a field that is declared now was any value before.
func TestNewFields(t *testing.T) {
	for _, tt := range []struct{ mode, key, want string }{
		{"reject", "", "i "},
		{"reject", ".type", "b senders: events with a value of another type are refused"},
		{"reject", ".required", "b senders: events without the field are refused"},
		{"reject", ".max", "b senders: events with a value beyond it are refused"},
		{"count", ".type", ""},
		{"count", ".required", "w senders: events without the field are " + asIs},
	} {
		text := func(fields string) string {
			return "version: 1\non_violation: " + tt.mode + "\nevents: {e: {since: \"2026-11\", data: {" + fields + "}}}\n"
		}
		if got := effects(t, text("f: {}"), text("f: {}, g: {type: int, required: true, max: 3}"), "events.e.data.g"+tt.key); got != tt.want {
			t.Errorf("%s %s: %s\nwant %s", tt.mode, tt.key, got, tt.want)
		}
	}
}
