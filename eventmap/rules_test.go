// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

const ruled = `version: 1
on_violation: omit
events:
  order_completed:
    since: "2026-11"
    deprecated: use order_paid
    renamed_from: [Order Completed]
    additional: violate
    data:
      order_id:  {type: string, required: true, min_length: 1, max_length: 64}
      currency:  {type: string, values: [EUR, USD, true], required: true, go_names: {true: Yes}}
      total:     {type: double, min: 0, max: 1e6}
      level:     {type: int, values: [1, 2.0, -3]}
      share:     {type: double, values: [1, 0.5]}
      email:     {type: string, pattern: '.+@.+', redact: hash}
      items:     {type: array, max_items: 500, items: {sku: {type: string, required: true}, quantity: {type: int, min: 1}, parts: {type: array, items: {n: {}}}}}
      source:    {type: [string, int], values: [web, 7]}
      one:       {type: [bool]}
  order_paid: {on_violation: reject, additional: omit}
  order_seen: {on_violation: count}
`

func TestRulesAreRead(t *testing.T) {
	m := parseText(t, ruled)
	e, _ := m.Event("order_completed")
	number := func(f float64) *float64 { return &f }
	want := []Field{
		{Path: Path{"order_id"}, Type: StringField, Rules: Rules{Required: true, MinLength: 1, MaxLength: 64}},
		{Path: Path{"currency"}, Type: StringField, Rules: Rules{Required: true, Values: []any{"EUR", "USD", "true"}}, GoNames: map[string]string{"true": "Yes"}},
		{Path: Path{"total"}, Type: DoubleField, Rules: Rules{Min: number(0), Max: number(1e6)}},
		{Path: Path{"level"}, Type: IntField, Rules: Rules{Values: []any{int64(1), int64(2), int64(-3)}}},
		{Path: Path{"share"}, Type: DoubleField, Rules: Rules{Values: []any{int64(1), 0.5}}},
		{Path: Path{"email"}, Type: StringField, Rules: Rules{Pattern: ".+@.+"}, Redact: RedactHash},
		{Path: Path{"items"}, Type: ArrayField, Rules: Rules{MaxItems: 500, Items: true}},
		{Path: Path{"items", "sku"}, Type: StringField, Rules: Rules{Required: true}},
		{Path: Path{"items", "quantity"}, Type: IntField, Rules: Rules{Min: number(1)}},
		{Path: Path{"items", "parts"}, Type: ArrayField, Rules: Rules{Items: true}},
		{Path: Path{"items", "parts", "n"}},
		{Path: Path{"source"}, Types: []FieldType{StringField, IntField}, Rules: Rules{Values: []any{"web", int64(7)}}},
		{Path: Path{"one"}, Type: BoolField},
	}
	if diff := cmp.Diff(want, e.Data); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if e.Since != "2026-11" || e.Deprecated == nil || *e.Deprecated != (Deprecation{Note: "use order_paid"}) {
		t.Errorf("since %q, deprecated %+v", e.Since, e.Deprecated)
	}
	for name, want := range map[string]struct {
		on         ViolationMode
		additional AdditionalMode
	}{
		"order_completed": {OmitViolations, ViolateAdditional},
		"order_paid":      {RejectViolations, OmitAdditional},
		"order_seen":      {CountViolations, KeepAdditional},
	} {
		if e, _ := m.Event(name); e.OnViolation != want.on || e.Additional != want.additional {
			t.Errorf("%s: %s, additional %s", name, e.OnViolation, e.Additional)
		}
	}
}

// The fields of entries are those that a path without indexes names, written in either way.
func TestItemsAreFieldsOfEntries(t *testing.T) {
	m := parseText(t, `version: 1
metrics:
  a: {instrument: counter, attributes: {sku: {limit: 3}}}
  b: {instrument: counter}
events:
  e:
    data: {items: {type: array, items: {sku: {type: string}, quantity: {type: int}}}}
    record:
      - {metric: a, from: {sku: items.0.sku}}
      - {metric: b, value: "=sum(data.items, .quantity)"}
`)
	if e, _ := m.Event("e"); len(e.Records) != 2 {
		t.Errorf("%+v", e.Records)
	}
}

func TestTypesOfAField(t *testing.T) {
	for _, tt := range []struct {
		field      Field
		typed      bool
		hasInt     bool
		restricted bool
	}{
		{Field{}, false, true, false},
		{Field{Type: IntField}, true, true, false},
		{Field{Type: StringField, Rules: Rules{MinLength: 1}}, true, false, true},
		{Field{Types: []FieldType{StringField, IntField}, Rules: Rules{Required: true}}, true, true, true},
		{Field{Types: []FieldType{StringField, BoolField}, Rules: Rules{Items: true}}, true, false, true},
	} {
		if f := tt.field; f.Typed() != tt.typed || f.Has(IntField) != tt.hasInt || f.Rules.None() == tt.restricted {
			t.Errorf("%+v: typed %t, int %t, no rules %t", f, f.Typed(), f.Has(IntField), f.Rules.None())
		}
	}
}

func TestRuleOfSeveralTypesInExpressions(t *testing.T) {
	_, err := Parse([]byte(`version: 1
metrics: {m: {instrument: counter, attributes: {a: {limit: 3}}}}
every_event: {record: [{metric: m}]}
events:
  e: {data: {a: {type: [string, int]}}, record: [{metric: m, when: "data.a == 'x'"}]}
  f: {data: {a: {type: [string, bool]}}}
`))
	const want = `event map:3:33: every_event.record[0].metric: the attribute "a" comes from the field "a", which is of the types string, int in "e" and of the types string, bool in "f"; let every event that declares it give it one type, or take another source
event map:5:68: events.e.record[0].when: the expression reads the field "a", which is of the types string, int; an expression can read a field of one type`
	if err == nil || err.Error() != want {
		t.Errorf("%v", err)
	}
}
