// SPDX-License-Identifier: Apache-2.0

package schemas

import (
	"maps"
	"slices"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.mongodb.org/mongo-driver/v2/bson"
)

// typeKey marks a value that JSON has no type for.
const typeKey = "$bson"

// mongoSchema compiles MongoDB's $jsonSchema for a validator of JSON Schema, draft 4. It fails on keywords that MongoDB does not
// have.
func mongoSchema(t *testing.T, document bson.D) *jsonschema.Schema {
	t.Helper()
	if len(document) != 1 || document[0].Key != "$jsonSchema" {
		t.Fatalf("%v", document)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft4)
	if err := c.AddResource("mongodb.json", draft4(t, document[0].Value.(bson.D))); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("mongodb.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// https://www.mongodb.com/docs/manual/reference/operator/query/jsonSchema/#available-keywords
var mongoKeywords = []string{
	"additionalItems", "additionalProperties", "allOf", "anyOf", "bsonType", "dependencies", "description", "enum", "exclusiveMaximum",
	"exclusiveMinimum", "items", "maximum", "maxItems", "maxLength", "maxProperties", "minimum", "minItems", "minLength", "minProperties",
	"multipleOf", "not", "oneOf", "pattern", "patternProperties", "properties", "required", "title", "type", "uniqueItems",
}

// draft4 translates bsonType, and has nothing said about the fields of a value that only BSON has.
func draft4(t *testing.T, s bson.D) map[string]any {
	t.Helper()
	out, fields := map[string]any{}, map[string]any{}
	for _, e := range s {
		if !slices.Contains(mongoKeywords, e.Key) || out[e.Key] != nil {
			t.Fatalf("MongoDB has no keyword %q, or it is there twice", e.Key)
		}
		switch e.Key {
		case "bsonType":
			out["allOf"] = append(list(out["allOf"]), map[string]any{"anyOf": bsonTypes(t, e.Value)})
		case "required":
			fields[e.Key] = decodedBSON(e.Value)
		case "additionalProperties":
			fields[e.Key] = e.Value.(bool)
		case "properties", "patternProperties":
			all := map[string]any{}
			for _, p := range e.Value.(bson.D) {
				if all[p.Key] != nil {
					t.Fatalf("the property %q is there twice", p.Key)
				}
				all[p.Key] = draft4(t, p.Value.(bson.D))
			}
			fields[e.Key] = all
		case "not", "items":
			out[e.Key] = draft4(t, e.Value.(bson.D))
		case "allOf", "anyOf":
			var all []any
			for _, sub := range e.Value.(bson.A) {
				all = append(all, draft4(t, sub.(bson.D)))
			}
			if e.Key == "allOf" {
				all = append(list(out[e.Key]), all...)
			}
			out[e.Key] = all
		default:
			out[e.Key] = decodedBSON(e.Value)
		}
	}
	if len(fields) > 0 {
		out["allOf"] = append(list(out["allOf"]), map[string]any{"anyOf": []any{marked(), fields}})
	}
	return out
}

func list(v any) []any { all, _ := v.([]any); return all }

func marked() map[string]any {
	return map[string]any{"type": "object", "required": []any{typeKey}}
}

func bsonTypes(t *testing.T, v any) (all []any) {
	t.Helper()
	names, many := v.(bson.A)
	if !many {
		names = bson.A{v}
	}
	for _, name := range names {
		switch name {
		case "string", "array", "null":
			all = append(all, map[string]any{"type": name})
		case "bool":
			all = append(all, map[string]any{"type": "boolean"})
		case "int", "long", "double":
			if !slices.Contains(names, "int") || !slices.Contains(names, "long") || !slices.Contains(names, "double") {
				t.Fatalf("some types of numbers, and not all: %v", names) // which the decoded data no longer tell
			}
			all = append(all, map[string]any{"type": "number"})
		case "object":
			all = append(all, map[string]any{"type": "object", "not": marked()})
		default:
			is := marked()
			is["properties"] = map[string]any{typeKey: map[string]any{"enum": []any{name}}}
			all = append(all, is)
		}
	}
	return all
}

// decodedBSON returns a value as a decoder of JSON would. Types that JSON lacks become objects with a mark.
func decodedBSON(v any) any {
	switch v := v.(type) {
	case bson.D:
		m := map[string]any{}
		for _, e := range slices.Backward(v) { // the first of several fields of one name counts
			m[e.Key] = decodedBSON(e.Value)
		}
		return m
	case bson.A:
		all := make([]any, len(v))
		for i := range v {
			all[i] = decodedBSON(v[i])
		}
		return all
	case bson.DateTime:
		return map[string]any{typeKey: "date"}
	case bson.Binary:
		return map[string]any{typeKey: "binData"}
	case bson.Decimal128:
		return map[string]any{typeKey: "decimal"}
	default:
		return v
	}
}

// TestTranslationTellsTypesApart: what the other tests of this package rely on.
func TestTranslationTellsTypesApart(t *testing.T) {
	values := map[string]any{
		"string": "date", "bool": true, "null": nil, "object": bson.D{{Key: "x", Value: 1}}, "array": bson.A{}, "date": bson.DateTime(5), "binData": bson.Binary{},
		"decimal": bson.NewDecimal128(0, 5),
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		s := mongoSchema(t, bson.D{{Key: "$jsonSchema", Value: bson.D{{Key: "bsonType", Value: bson.A{name}}, {Key: "properties", Value: bson.D{{Key: typeKey, Value: bson.D{{Key: "not", Value: bson.D{}}}}}}}}})
		for other, value := range values {
			if err := s.Validate(decodedBSON(value)); (err == nil) != (name == other) {
				t.Errorf("%s as %s: %v", other, name, err)
			}
		}
	}
}
