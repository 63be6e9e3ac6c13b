// SPDX-License-Identifier: Apache-2.0

package schemas

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/mongostore/validator"
)

// TestValidatorCases has what random maps of the other test lack: which types a branch is about, dates, numbers at their bounds, and
// redaction in arrays.
func TestValidatorCases(t *testing.T) {
	d := func(key string, value any) bson.D { return bson.D{{Key: key, Value: value}} }
	hash := strings.Repeat("0a", 32)
	for _, test := range []struct {
		name, events string
		eventType    string
		pass, fail   []any // data, or whole documents as bson.M
	}{
		{"another type", "e: {data: {n: {type: int}}}", "f", []any{d("n", "x")}, nil},
		{"an earlier name", "e: {renamed_from: [old], data: {n: {type: int}}}", "old", []any{d("n", 1)}, []any{d("n", "x")}},
		{"a pattern", "a.*: {data: {n: {type: int}}}", "a.b", []any{d("n", 1)}, []any{d("n", "x")}},
		{"what begins otherwise", "a.*: {data: {n: {type: int}}}", "ab", []any{d("n", "x")}, nil},
		{"a longer pattern", "{a*: {data: {n: {type: int}}}, ab*: {on_violation: count}}", "abc", []any{d("n", "x")}, nil},
		{"a name within a pattern", "{'*': {data: {n: {type: int}}}, ab: {on_violation: count, renamed_from: [old]}}", "old", []any{d("n", "x")}, nil},
		{"everything else", "{'*': {data: {n: {type: int}}}, ab: {on_violation: count}}", "x", nil, []any{d("n", "x")}},
		{"a mode that stores", "e: {on_violation: omit, data: {n: {type: int}}}", "e", []any{d("n", "x")}, nil},
		{
			"a document without its shape", "e: {}", "e",
			[]any{bson.D{}},
			[]any{bson.M{"user_id": nil}, bson.M{"user_id": 5}, bson.M{"timestamp": "2026-11-28"}, bson.M{"received_at": nil}, bson.M{"event_data": nil}, bson.M{"event_data": "x"}},
		},
		{
			"dates", "e: {data: {at: {type: date, required: true}}}", "e",
			[]any{
				d("at", bson.NewDateTimeFromTime(time.Now())), d("at", "2026-11-27T20:15:00Z"), d("at", "2026-11-27T20:15:00.5+01:00"),
				d("at", "2026-02-30T20:15:00Z"), // as the list of what is left out says
			},
			[]any{d("at", "2026-11-27"), d("at", "2026-13-27T20:15:00Z"), d("at", "2026-11-27T20:15:00Z\n"), d("at", 5), d("at", nil), bson.D{}},
		},
		{
			"whole numbers", "e: {data: {n: {type: int}}}", "e",
			[]any{d("n", int64(math.MaxInt64)), d("n", int64(math.MinInt64)), d("n", float64(math.MinInt64)), d("n", 1e18), d("n", nil)},
			[]any{d("n", -float64(math.MinInt64)), d("n", 1e300), d("n", -1e300), d("n", 0.5), d("n", bson.NewDecimal128(0, 1)), d("n", "1")},
		},
		{
			"bounds beyond an int", "e: {data: {n: {type: int, min: -1e300, max: 1e300}}}", "e",
			[]any{d("n", int64(math.MaxInt64))},
			[]any{d("n", 1e19), d("n", -1e19)},
		},
		{"text at the end of a line", "e: {data: {s: {type: string, pattern: '^[A-Z]+$'}}}", "e", []any{d("s", "EUR")}, []any{d("s", "EUR\n")}},
		{"dropped", "e: {data: {s: {type: string, required: true, redact: drop}}}", "e", []any{bson.D{}}, []any{d("s", "x"), d("s", nil)}},
		{"hashed", "e: {data: {s: {type: int, min: 5, redact: hash}}}", "e", []any{d("s", hash), d("s", nil), bson.D{}}, []any{d("s", "x"), d("s", 7), d("s", hash+"\n")}},
		{"dropped within a hashed object", "e: {data: {o: {redact: hash}, o.s: {required: true}}}", "e", []any{d("o", hash)}, []any{d("o", d("s", 1))}},
		{
			"in each entry", "e: {data: {a: {type: array, items: {s: {type: string, redact: drop}, h: {required: true, redact: hash}}}}}", "e",
			[]any{d("a", bson.A{d("h", hash), nil})},
			[]any{d("a", bson.A{d("s", "x")}), d("a", bson.A{d("h", "x")}), d("a", bson.A{5})},
		},
		{"each entry", "e: {data: {list: {type: array, items: {s: {required: true}}}}}", "e", []any{d("list", bson.A{nil})}, []any{d("list", 5)}},
		{"one entry", "e: {data: {a: {type: array, items: {s: {type: int}}}, a.0: {redact: drop}}}", "e", []any{d("a", bson.A{nil, d("s", 1)}), d("a", bson.A{nil, d("s", "x")})}, []any{d("a", 5)}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if !strings.HasPrefix(test.events, "{") {
				test.events = "{" + test.events + "}"
			}
			m, err := eventmap.Parse(fmt.Appendf(nil, "version: 1\nredact: ['list.*']\non_violation: reject\nevents: %s\n", test.events))
			if err != nil {
				t.Fatal(err)
			}
			v, err := validator.New(m)
			if err != nil {
				t.Fatal(err)
			}
			var schema interface{ Validate(any) error } = anything{}
			if document := v.Document(); len(document) > 0 {
				schema = mongoSchema(t, document)
			}
			for _, data := range test.pass {
				if err := schema.Validate(storedDocument(test.eventType, data)); err != nil {
					t.Errorf("%v: %v", data, err)
				}
			}
			for _, data := range test.fail {
				if schema.Validate(storedDocument(test.eventType, data)) == nil {
					t.Errorf("%v passes", data)
				}
			}
		})
	}
}

// anything is the validator without a branch.
type anything struct{}

func (anything) Validate(any) error { return nil }

// storedDocument returns a document with the data, or with other fields. One that is nil is not there.
func storedDocument(eventType string, data any) any {
	fields := bson.M{"_id": "1", "user_id": "u", "event_type": eventType, "timestamp": bson.DateTime(1), "received_at": bson.DateTime(1), "event_data": bson.D{}}
	if others, ok := data.(bson.M); ok {
		for key, value := range others {
			fields[key] = value
		}
	} else {
		fields["event_data"] = data
	}
	doc := bson.D{}
	for key, value := range fields {
		if value != nil {
			doc = append(doc, bson.E{Key: key, Value: value})
		}
	}
	return decodedBSON(doc)
}
