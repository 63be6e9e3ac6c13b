// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

// contractMap has an event of each mode. MODE and MORE are replaced.
const contractMap = `
version: 1
metrics:
  orders: {instrument: counter, attributes: {currency: {values: [EUR, USD]}}}
  totals: {instrument: histogram}
events:
  paid:
    on_violation: MODE
    additional: MORE
    data:
      order_id: {type: string, required: true, min_length: 2, max_length: 4}
      currency: {type: string, values: [EUR, USD], required: true}
      total:    {type: double, min: 0, max: 1e6}
      level:    {type: int, values: [1, 2]}
      email:    {type: string, pattern: '.+@.+'}
      items:    {type: array, max_items: 3, items: {sku: {type: string, required: true}, quantity: {type: int, min: 1}, parts: {type: array, items: {n: {type: int, required: true}}}, box: {type: object}, box.n: {type: int, required: true}}}
      source:   {type: [string, int], min: 5, max_length: 3}
      at:       {type: date}
      ok:       {type: bool, values: [true]}
      address:  {type: object}
      address.zip: {type: string, required: true}
      address.geo.lat: {type: double, required: true}
      tags:     {type: array}
      any:      {}
    record:
      - metric: orders
      - {metric: totals, value: total}
`

func contract(t testing.TB, mode, more string) *eventmap.Map {
	t.Helper()
	return servicetest.Map(t, strings.NewReplacer("MODE", mode, "MORE", more).Replace(contractMap))
}

// good keeps to the contract.
func good() map[string]any {
	return map[string]any{"order_id": "ab", "currency": "EUR", "total": 5}
}

// with returns good with other fields. A nil value takes one away.
func with(pairs ...any) map[string]any {
	m := good()
	for i := 0; i < len(pairs); i += 2 {
		if m[pairs[i].(string)] = pairs[i+1]; pairs[i+1] == nil {
			delete(m, pairs[i].(string))
		}
	}
	return m
}

type object = map[string]any

// contractCases are data and what is wrong with them: RULE PATH of each violation, in the order of the document.
func contractCases() []struct {
	name string
	data any
	want string
} {
	return []struct {
		name string
		data any
		want string
	}{
		{"all is well", good(), ""},
		{"every field", with("level", 1, "email", "a@b", "items", []any{object{"sku": "a", "quantity": 1}}, "source", "abc", "at", time.Now(), "ok", true,
			"address", object{"zip": "1", "geo": object{"lat": 1}}, "tags", []string{"a"}, "any", object{"x": 1}), ""},
		{"nothing", nil, "required order_id, required currency"},
		{"null is missing", with("order_id", bson.Null{}), "required order_id"},
		{"null elsewhere", bson.D{{Key: "order_id", Value: "ab"}, {Key: "currency", Value: "EUR"}, {Key: "total", Value: nil}, {Key: "items", Value: nil}}, ""},
		{"short", with("order_id", "a"), "min_length order_id"},
		{"characters are counted, not bytes", with("order_id", "äöüß"), ""},
		{"three bytes, one character", with("order_id", "€"), "min_length order_id"},
		{"long", with("order_id", "abcde"), "max_length order_id"},
		{"not listed", with("currency", "CHF"), "values currency"},
		{"another case", with("currency", "eur"), "values currency"},
		{"below", with("total", -1), "min total"},
		{"at the bounds", with("total", 1e6), ""},
		{"above", with("total", 1000000.5), "max total"},
		{"an int above", with("total", int64(1000001)), "max total"},
		{"NaN is within no bounds", with("total", nan()), "min total, max total"},
		{"of another type", with("total", "5"), "type total"},
		{"an int that is listed", with("level", 2.0), ""},
		{"an int that is not listed", with("level", 3), "values level"},
		{"a fraction", with("level", 1.5), "type level"},
		{"no pattern", with("email", "a@"), "pattern email"},
		{"one of two types: text", with("source", "abcd"), "max_length source"},
		{"one of two types: int", with("source", 4), "min source"},
		{"one of two types: neither", with("source", true), "type source"},
		{"no date", with("at", "yesterday"), "type at"},
		{"a date as text", with("at", "2026-11-27T20:15:00Z"), ""},
		{"a bool that is not listed", with("ok", false), "values ok"},
		{"too many entries", with("items", []any{object{"sku": ""}, object{"sku": ""}, object{"sku": ""}, object{"sku": ""}}), "max_items items"},
		{"entries", with("items", []any{object{"quantity": 0}, nil, object{"sku": 5}}), "min items.0.quantity, required items.0.sku, type items.2.sku"},
		{"no objects", with("items", []any{1, "a", []any{}}), "items items.0, items items.1, items items.2"},
		{"entries of entries", with("items", []any{object{"sku": "a", "parts": []any{object{}, object{"n": 1}, object{"n": "1"}}}}), "required items.0.parts.0.n, type items.0.parts.2.n"},
		{"an entry without a field, after entries of its own", with("items", []any{object{"parts": []any{object{"n": 1}}}}), "required items.0.sku"},
		{"an event without a field, after entries", with("order_id", nil, "items", []any{object{"sku": "a"}}), "required order_id"},
		{
			"an object in one entry alone", with("items", []any{object{"sku": "a", "box": object{"n": 1}}, object{"sku": "a", "box": 5}, object{"sku": "a", "box": object{}}}),
			"type items.1.box, required items.2.box.n",
		},
		{"an object in place of an array", with("items", object{"sku": 5}), "type items"},
		{"within an object", with("address", object{"zip": 5, "geo": object{}}), "type address.zip, required address.geo.lat"},
		{"within no object", with("address", object{"zip": "5"}), ""},
		{"a required field within", with("address", object{"x": 1}), "required address.zip"},
		{"a key with dots", with("address.zip", 5), "type address.zip"},
		{"a key with dots is the field", with("address", object{"geo": object{"lat": 1}}, "address.zip", "5"), ""},
		{"a key with dots makes the object", with("address.geo.x", "5"), "required address.zip, required address.geo.lat"},
		{"a key with dots into text", with("order_id.x", "5"), "type order_id.x"},
		{"a struct", struct {
			OrderID  string `bson:"order_id"`
			Currency int    `bson:"currency"`
		}{"ab", 5}, "type currency"},
	}
}

func nan() float64 { zero := 0.0; return zero / zero }

// told returns what an error lists.
func told(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	invalid, ok := errors.AsType[*otelanalytics.InvalidEventError](err)
	if !ok {
		t.Fatalf("%T: %v", err, err)
	}
	var all []string
	for _, v := range invalid.Violations {
		path, _ := strings.CutPrefix(v.Path, "event_data.")
		all = append(all, string(v.Rule)+" "+path)
	}
	return strings.Join(all, ", ")
}

func TestViolations(t *testing.T) {
	rec := analyticstest.New(t, contract(t, "reject", "keep"))
	for _, tt := range contractCases() {
		t.Run(tt.name, func(t *testing.T) {
			rec.Reset()
			err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "paid", Data: tt.data})
			if diff := cmp.Diff(sorted(tt.want), sorted(told(t, err))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			n := 0
			for _, v := range rec.Violations() {
				n += v.Count
			}
			if want := len(strings.Split(tt.want, ", ")); n != want && (tt.want != "" || n > 0) {
				t.Errorf("%d violations counted, want %d", n, want)
			}
			stored := len(rec.Events("paid"))
			if (stored == 1) != (tt.want == "") || rec.Delta("orders") != float64(stored) {
				t.Errorf("%d events stored, %v recorded", stored, rec.Delta("orders"))
			}
		})
	}
}

// TestTypesThroughArrays: a path beside an array is that of its entries, and one with an index is that of a single entry.
func TestTypesThroughArrays(t *testing.T) {
	for _, tt := range []struct{ name, path, want string }{
		{"every entry", "items.sku", "items.sku type 2"},
		{"the second entry", "items.1.sku", "items.1.sku type 1"},
	} {
		for _, mode := range []string{"count", "omit", "reject"} {
			rec := analyticstest.New(t, servicetest.Map(t, "version: 1\non_violation: "+mode+"\nevents: {e: {data: {items: {type: array}, "+tt.path+": {type: string}}}}"))
			err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "e", Data: object{"items": []any{object{"sku": 5}, object{"sku": 6}, object{"sku": "a"}}}})
			if (err != nil) != (mode == "reject") {
				t.Fatal(err)
			}
			var got []string
			for _, v := range rec.Violations() {
				got = append(got, fmt.Sprintf("%s %s %d", v.Field, v.Rule, v.Count))
			}
			if diff := cmp.Diff([]string{tt.want}, got); diff != "" {
				t.Errorf("%s, %s: (-want +got):\n%s", tt.name, mode, diff)
			}
		}
	}
}

// TestNullOfFieldsThatAreNotDeclared: such a field is there, whatever it holds. A declared one is missing.
func TestNullOfFieldsThatAreNotDeclared(t *testing.T) {
	rec := analyticstest.New(t, contract(t, "reject", "violate"))
	data := with("total", bson.Null{}, "more", bson.Null{}, "address", object{"zip": "1", "x": nil})
	err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "paid", Data: data})
	if diff := cmp.Diff(sorted("additional more, additional address.x"), sorted(told(t, err))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	rec.Violations()
	rec = analyticstest.New(t, contract(t, "reject", "omit"))
	if err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "paid", Data: data}); err != nil {
		t.Fatal(err)
	}
	if got := plainJSON(t, rec.Events("paid")[0].Document.Lookup("event_data").Document()); strings.Contains(got, "more") || strings.Contains(got, `"x"`) || !strings.Contains(got, `"total":null`) {
		t.Errorf("%s", got)
	}
}

func sorted(list string) map[string]int {
	m := map[string]int{}
	for one := range strings.SplitSeq(list, ", ") {
		m[one]++
	}
	return m
}

// TestViolationsOfModes tracks the same data with each mode.
func TestViolationsOfModes(t *testing.T) {
	data := bson.D{
		{Key: "order_id", Value: "ab"},
		{Key: "currency", Value: "CHF"},
		{Key: "total", Value: -1},
		{Key: "more", Value: 1},
		{Key: "ok", Value: true},
		{Key: "items", Value: bson.A{1, bson.D{{Key: "sku", Value: "a"}, {Key: "x", Value: 2}, {Key: "quantity", Value: 0}}, bson.D{}}},
		{Key: "address", Value: bson.D{{Key: "zip", Value: "1"}, {Key: "more", Value: 1}}},
		{Key: "any", Value: bson.D{{Key: "x", Value: 1}}},
	}
	for _, tt := range []struct {
		mode, more string
		want       string // of the data
		counted    string
		orders     float64
		totals     float64
	}{
		{
			"count", "keep",
			`{"order_id":"ab","currency":"CHF","total":-1,"more":1,"ok":true,"items":[1,{"sku":"a","x":2,"quantity":0},{}],"address":{"zip":"1","more":1},"any":{"x":1}}`,
			"currency values, items items, items.quantity min, items.sku required, total min", 1, 0,
		},
		{
			"omit", "keep",
			`{"order_id":"ab","more":1,"ok":true,"items":[null,{"sku":"a","x":2},{}],"address":{"zip":"1","more":1},"any":{"x":1}}`,
			"currency values, items items, items.quantity min, items.sku required, total min", 1, 0,
		},
		{
			"count", "omit",
			`{"order_id":"ab","currency":"CHF","total":-1,"ok":true,"items":[1,{"sku":"a","quantity":0},{}],"address":{"zip":"1"},"any":{"x":1}}`,
			"currency values, items items, items.quantity min, items.sku required, total min", 1, 0,
		},
		{
			"omit", "violate",
			`{"order_id":"ab","ok":true,"items":[null,{"sku":"a"},{}],"address":{"zip":"1"},"any":{"x":1}}`,
			"* additional, address.* additional, currency values, items items, items.* additional, items.quantity min, items.sku required, total min", 1, 0,
		},
		{"reject", "keep", "", "currency values, items items, items.quantity min, items.sku required, total min", 0, 0},
	} {
		t.Run(tt.mode+" "+tt.more, func(t *testing.T) {
			for _, d := range doors() {
				if strings.Contains(d.name, "typed") {
					continue // which takes a map
				}
				rec := analyticstest.New(t, contract(t, tt.mode, tt.more))
				err := d.track(t.Context(), rec.Client, otelanalytics.Event{Type: "paid", Data: data})
				if (err == nil) != (tt.want != "") {
					t.Fatalf("%s: %v", d.name, err)
				}
				got := ""
				for _, e := range rec.Events("paid") {
					got = plainJSON(t, e.Document.Lookup("event_data").Document())
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("%s: (-want +got):\n%s", d.name, diff)
				}
				var counted []string
				for _, v := range rec.Violations() {
					counted = append(counted, fmt.Sprintf("%s %s", v.Field, v.Rule))
				}
				if diff := cmp.Diff(tt.counted, strings.Join(counted, ", ")); diff != "" {
					t.Errorf("%s: counted (-want +got):\n%s", d.name, diff)
				}
				if rec.Delta("orders") != tt.orders || rec.Delta("totals") != tt.totals {
					t.Errorf("%s: %v orders, %v totals", d.name, rec.Delta("orders"), rec.Delta("totals"))
				}
			}
		})
	}
}

// plainJSON returns a document as JSON.
func plainJSON(t *testing.T, doc bson.Raw) string {
	t.Helper()
	text, err := bson.MarshalExtJSON(doc, false, false)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
