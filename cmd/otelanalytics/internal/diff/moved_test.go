// SPDX-License-Identifier: Apache-2.0

package diff_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEventsOfAnotherEntry: an event takes its events from a pattern, another event, or an earlier name. What the old entry asked of them
// and stored is compared with the new one. The reverse change gives them back.
func TestEventsOfAnotherEntry(t *testing.T) {
	const (
		loose  = `{on_violation: count}`
		strict = `{on_violation: reject, data: {a: {type: string, required: true, max_length: 5}}}`
	)
	stricter := map[string]string{
		".on_violation":      "b senders: events that violate a rule are refused; there are rules for a (required, type, max_length)",
		".data.a.required":   "b senders: events without the field are refused",
		".data.a.type":       "b senders: events with a value of another type are refused",
		".data.a.max_length": beyond,
	}
	looser := map[string]string{
		".on_violation":      "b readers: they meet events that violate a rule",
		".data.a.required":   "b readers: they meet events without the field",
		".data.a.type":       "b readers: they meet values of another type",
		".data.a.max_length": within,
	}
	for _, tt := range []struct {
		name, from, to string // events
		key            string
		there, back    map[string]string // effects, by what is behind the key
	}{
		{"stricter than the pattern", `"o*": ` + loose, `"o*": ` + loose + `, order: ` + strict, "events.order", stricter, looser},
		{"looser than the pattern", `"o*": ` + strict, `"o*": ` + strict + `, order: ` + loose, "events.order", looser, stricter},
		{"a pattern of a pattern", `"o*": ` + loose, `"o*": ` + loose + `, "order*": ` + strict, "events.order*", stricter, looser},
		{
			"a pattern whose beginning is an event", `order: ` + strict + `, "o*": ` + loose, `order: ` + strict + `, "o*": ` + loose + `, "order*": ` + strict,
			"events.order*", stricter, looser,
		},
		{"two have become one", `order: ` + strict + `, bought: ` + loose, `order: {on_violation: reject, renamed_from: [bought], data: {a: {type: string, required: true, max_length: 5}}}`, "events.bought", stricter, nil},
		{
			"an earlier name of the pattern's", `"o*": ` + loose + `, bought: ` + strict,
			`"o*": ` + loose + `, bought: {on_violation: reject, renamed_from: [order], data: {a: {type: string, required: true, max_length: 5}}}`,
			"events.bought", stricter, looser,
		},
		{"not stored", `"o*": {}`, `"o*": {}, order: {store: false}`, "events.order", map[string]string{".store": "b its events are no longer in MongoDB"}, map[string]string{".store": "w its events are kept in MongoDB from now on"}},
		{
			"a field that it does not have", `"o*": {additional: violate, on_violation: reject, data: {a: {}, b: {type: int}}}`,
			`"o*": {additional: violate, on_violation: reject, data: {a: {}, b: {type: int}}}, order: {additional: violate, on_violation: reject, data: {b: {type: int}}}`, "events.order",
			map[string]string{".data.a": "b senders: events with it are refused", ".data.b": "", ".data.b.type": "", ".additional": ""},
			map[string]string{".data.a": "", ".data.a.type": ""},
		},
		{"counted", `"o*": ` + loose, `"o*": ` + loose + `, order: {on_violation: count, data: {a: {type: int}}}`, "events.order", map[string]string{".data.a.type": "", ".on_violation": ""}, nil},
		{
			"another type, counted", `"o*": {data: {a: {type: int}}}`, `"o*": {data: {a: {type: int}}}, order: {data: {a: {type: string}}}`, "events.order",
			map[string]string{".data.a.type": "w senders: events with a value of another type are " + asIs},
			nil,
		},
		{"the same", `"o*": ` + strict, `"o*": ` + strict + `, order: ` + strict, "events.order", map[string]string{".on_violation": "", ".data.a.required": "", ".data.a.type": "", ".data.a.max_length": "", ".data.a": ""}, map[string]string{".data.a": ""}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			from, to := "version: 1\nevents: {"+tt.from+"}\n", "version: 1\nevents: {"+tt.to+"}\n"
			for _, way := range []struct {
				old, now string
				want     map[string]string
			}{{from, to, tt.there}, {to, from, tt.back}} {
				got := map[string]string{}
				for behind := range way.want {
					got[behind] = effects(t, way.old, way.now, tt.key+behind)
				}
				if way.want != nil {
					if diff := cmp.Diff(way.want, got); diff != "" {
						t.Errorf("(-want +got):\n%s", diff)
					}
				}
			}
		})
	}
}

// TestNewFieldsOfAClosedEvent: where a field that is not declared violates the map, its declaration lets events in, and a rule for its
// value keeps none out. A required one does.
func TestNewFieldsOfAClosedEvent(t *testing.T) {
	const meets = "i readers meet events with it, which were "
	for _, tt := range []struct {
		name, mode, before, field string
		want                      map[string]string
	}{
		{"reject", "reject", "", "g: {type: int, max: 3}", map[string]string{"g": meets + refused, "g.type": "", "g.max": ""}},
		{"quarantine", "quarantine", "", "g: {type: int, max: 3}", map[string]string{"g": meets + aside, "g.type": "", "g.max": ""}},
		{"count", "count", "", "g: {type: int, max: 3}", map[string]string{"g": "i ", "g.type": "", "g.max": ""}},
		{"required", "reject", "", "g: {type: int, required: true}", map[string]string{"g": meets + refused, "g.type": "", "g.required": "b senders: events without the field are refused"}},
		{"within an object of which fields are declared", "reject", ", o.a: {}", "o.b: {type: int}", map[string]string{"o.b": meets + refused, "o.b.type": ""}},
		{"within a new object", "reject", "", "o.b: {type: int}", map[string]string{"o.b": meets + refused, "o.b.type": ""}},
		{"within an object of which none is declared", "reject", ", o: {}", "o.b: {type: int}", map[string]string{"o.b": "i ", "o.b.type": "b senders: events with a value of another type are refused"}},
		{"the object of a declared field", "reject", ", o.a: {}", "o: {type: object}", map[string]string{"o": "i ", "o.type": "b senders: events with a value of another type are refused"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := func(fields string) string {
				return "version: 1\non_violation: " + tt.mode + "\nevents: {e: {additional: violate, data: {f: {}" + fields + "}}}\n"
			}
			got := map[string]string{}
			for path := range tt.want {
				got[path] = effects(t, text(tt.before), text(tt.before+", "+tt.field), "events.e.data."+path)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
