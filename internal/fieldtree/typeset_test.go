// SPDX-License-Identifier: Apache-2.0

package fieldtree

import (
	"slices"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

func TestTypesOf(t *testing.T) {
	values := map[string]any{
		"null": bson.Null{}, "undefined": bson.Undefined{}, "string": "3", "int32": int32(3), "int64": int64(3),
		"whole": 3.0, "fraction": 3.5, "huge": 1e19, "bool": true, "date": time.Unix(3, 0), "instant": "2026-11-27T20:15:00Z", "instant of a zone": "2026-11-27T20:15:00.25+02:00",
		"day": "2026-11-27", "local time": "2026-11-27T20:15:00", "no day": "2026-02-30T20:15:00Z", "empty": "",
		"document": bson.D{}, "array": bson.A{}, "object id": bson.ObjectID{}, "decimal": bson.NewDecimal128(0, 3),
		"timestamp": bson.Timestamp{}, "min": bson.MinKey{}, "max": bson.MaxKey{},
	}
	for declared, want := range map[eventmap.FieldType][]string{
		eventmap.StringField: {"string", "instant", "instant of a zone", "day", "local time", "no day", "empty"},
		eventmap.IntField:    {"int32", "int64", "whole"},
		eventmap.DoubleField: {"int32", "int64", "whole", "fraction", "huge"},
		eventmap.BoolField:   {"bool"},
		eventmap.DateField:   {"date", "instant", "instant of a zone"},
		eventmap.ObjectField: {"document"},
		eventmap.ArrayField:  {"array"},
	} {
		for name, value := range values {
			kind, b, err := bson.MarshalValue(value)
			if err != nil {
				t.Fatal(err)
			}
			wanted := name == "null" || name == "undefined" || slices.Contains(want, name)
			if got := typesOf(&eventmap.Field{Type: declared}).has(byte(kind), b); got != wanted {
				t.Errorf("%s has %s: %v, want %v", declared, name, got, wanted)
			}
			if either := typesOf(&eventmap.Field{Types: []eventmap.FieldType{declared, eventmap.StringField}}); either.has(byte(kind), b) != (wanted || kind == bson.TypeString) {
				t.Errorf("%s or string has %s: %v", declared, name, !wanted)
			}
			if !anyType.has(byte(kind), b) {
				t.Errorf("no type declared: %s is refused", name)
			}
		}
	}
}
