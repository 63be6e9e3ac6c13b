// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/infer/plan"
)

// TestSegment reads plans with the structure, names, types and rules of public ones. Their descriptions are not theirs.
func TestSegment(t *testing.T) {
	for _, s := range []sample{
		{
			// segmentio/typewriter, src/__tests__/__data__/plan.json at 8e05126110b7: an answer of the Public API, whose schemas have the
			// properties alone.
			name: "typewriter, Public API", read: plan.Segment,
			files: []string{`{"id": "tp_1", "name": "Typewriter E2E", "rules": [
				{"key": "42_--terrible==\\\"event'++name~!3", "type": "TRACK", "version": 1, "deprecatedAt": "0001-01-01T00:00:00.000Z",
				 "jsonSchema": {"$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "labels": {}, "properties": {}, "eventMetadata": {"type": "TRACK"}}},
				{"key": "Custom Violation Handler", "type": "TRACK", "version": 1, "deprecatedAt": "0001-01-01T00:00:00.000Z",
				 "jsonSchema": {"type": "object", "description": "a test", "properties": {"regex property": {"type": "string", "pattern": "Lawyer Morty|Evil Morty", "id": "/properties/regex%20property"}}, "required": ["regex property"]}},
				{"key": "Enum Types", "type": "TRACK", "version": 1,
				 "jsonSchema": {"type": "object", "properties": {"string const": {"type": "string", "enum": ["Rick Sanchez"]}, "string enum": {"type": "string", "enum": ["Evil Morty", "Lawyer Morty"]}}}},
				{"key": "Every Nullable Required Type", "type": "TRACK", "version": 1,
				 "jsonSchema": {"type": "object", "required": ["required any", "required array", "required int", "required array with properties"], "properties": {
				   "required any": {"description": "anything"},
				   "required array": {"type": ["array", "null"]},
				   "required int": {"type": ["integer", "null"]},
				   "required array with properties": {"type": ["array", "null"], "items": {"type": ["object", "null"], "required": ["required string"], "properties": {
				      "required string": {"type": ["string", "null"]}, "optional string with regex": {"type": ["string", "null"], "pattern": "Evil Morty|Lawyer Morty"}}}},
				   "optional object with properties": {"type": ["object", "null"], "required": [], "properties": {"optional number": {"type": ["number", "null"]}, "optional boolean": {"type": ["boolean", "null"]}}}}}}]}`},
			events: `
			42_--terrible==\"event'++name~!3
			Custom Violation Handler
			  regex property string required pattern=Lawyer Morty|Evil Morty
			Enum Types
			  string const string values=[Rick Sanchez]
			  string enum string values=[Evil Morty Lawyer Morty]
			Every Nullable Required Type
			  optional object with properties object
			  optional object with properties.optional boolean bool
			  optional object with properties.optional number double
			  required any any required
			  required array array
			  required array with properties array items
			  required array with properties.optional string with regex string pattern=Evil Morty|Lawyer Morty
			  required array with properties.required string string
			  required int int`,
			omitted: []string{
				"Every Nullable Required Type, required array with properties, required string: required, and may be null: to a map null is missing",
				"Every Nullable Required Type, required array with properties: required, and may be null: to a map null is missing",
				"Every Nullable Required Type, required array: required, and may be null: to a map null is missing",
				"Every Nullable Required Type, required int: required, and may be null: to a map null is missing",
			},
		},
		{
			// segmentio/typewriter, src/__tests__/__data__/plan-v1.json at d967f8c94f83: the API before the Public API, whose schemas are about
			// whole calls.
			name: "typewriter, the API before", read: plan.Segment,
			files: []string{`{"name": "workspaces/w/tracking-plans/rs_1", "display_name": "Typewriter E2E", "rules": {
				"events": [
				 {"name": "Empty Event", "description": "nothing", "version": 1, "rules": {"labels": {"area": "account", "type": "contacts"}, "type": "object", "properties": {"context": {}, "properties": {"type": "object"}, "traits": {"type": "object"}}}},
				 {"name": "Default Violation Handler", "version": 1, "rules": {"type": "object", "required": ["properties"], "labels": {}, "properties": {"context": {}, "traits": {"type": "object"},
				   "properties": {"type": "object", "required": ["regex property"], "properties": {"regex property": {"type": "string", "pattern": "Lawyer Morty|Evil Morty", "description": ""}}}}}}],
				"global": {"type": "object", "properties": {"context": {}, "properties": {}, "traits": {}}},
				"identify": {"type": "object", "properties": {"traits": {"type": "object", "properties": {"plan": {"type": "string"}}}}},
				"group": {"type": "object", "properties": {"traits": {}}}, "identify_traits": [], "group_traits": []}}`},
			events: `
			Default Violation Handler
			  regex property string required pattern=Lawyer Morty|Evil Morty
			Empty Event`,
			omitted: []string{
				"Empty Event: labels",
				"identify: rules of identify calls; declare the event type that your service tracks for them",
			},
		},
		{
			// uswitch/terraform-provider-segment, example/tracking_plans/test_tracking_plan/rules.json at 568a02b4e596: the rules alone, with
			// types as lists, and with "required" a level too deep.
			name: "uswitch, rules", read: plan.Segment,
			files: []string{`{"global": {"type": "object", "properties": {"context": {}, "properties": {}, "traits": {}}},
				"events": [{"name": "Test Event", "description": "a test", "rules": {"type": "object", "properties": {"context": {}, "traits": {}, "required": ["properties"],
				  "properties": {"type": "object", "required": ["user_id"], "properties": {"user_id": {"type": ["string"], "description": "who"}}}}}}],
				"group": {"type": "object", "properties": {"traits": {}}}, "identify": {"type": "object", "properties": {"traits": {}}}}`},
			events: `
			Test Event
			  user_id string required`,
		},
		{
			// sisingh17/SegmentWorkspace, tracking_plans/tp_2rFi56u1W4f8fcPxJ92padMtVPj.tf: rules of the Public API as Terraform exports them, with
			// those that all calls keep to.
			name: "Terraform's export", read: plan.Segment,
			files: []string{`{"data": {"rules": [
				{"key": "Segment Consent Preference Updated", "type": "TRACK", "version": 1, "json_schema": "{\"type\":\"object\",\"properties\":{\"context\":{\"type\":\"object\"},\"properties\":{\"type\":\"object\"},\"traits\":{\"type\":\"object\"}}}"},
				{"key": null, "type": "COMMON", "version": 1, "json_schema": {"type": "object", "required": ["context"], "properties": {"properties": {}, "traits": {},
				  "context": {"type": "object", "required": ["userAgent"], "properties": {"userAgent": {"type": "string", "not": {"pattern": "(bot|crawl)"}}}}}}}]}}`},
			events:  "Segment Consent Preference Updated",
			omitted: []string{"all events: rules that each call has to keep to"},
		},
		{
			name: "everything else", read: plan.Segment,
			files: []string{`[
				{"key": "E", "type": "TRACK", "version": 2, "deprecatedAt": "2024-05-01T00:00:00.000Z", "jsonSchema": {"type": "object", "additionalProperties": false, "required": ["missing"],
				  "properties": {
				    "total": {"type": ["number", "integer"], "minimum": 0, "maximum": 10.5, "multipleOf": 0.5},
				    "count": {"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 10},
				    "share": {"type": "number", "exclusiveMaximum": 1},
				    "name": {"type": "string", "minLength": 0, "maxLength": 64, "format": "email"},
				    "at": {"type": "string", "format": "date-time"},
				    "look": {"type": "string", "pattern": "(?=x)x"},
				    "code": {"enum": [1, 2, "a", null]},
				    "flag": {"const": true},
				    "either": {"anyOf": [{"type": "string"}, {"type": "number"}]},
				    "one": {"oneOf": [{"type": "string", "pattern": "x"}]},
				    "tags": {"type": "array", "maxItems": 5, "items": {"type": "string"}, "uniqueItems": true},
				    "pair": {"type": "array", "items": [{"type": "string"}, {"type": "string"}]},
				    "mixed": {"type": ["array", "string"], "items": {"type": "object", "properties": {"x": {"type": "integer"}}}},
				    "$set": {"type": "object"}, "$size": {"type": "integer"},
				    "a.b": {"type": "string"}, "a": {"type": "string", "maxLength": 3},
				    "0": {"type": "string"},
				    "email": {"type": "string"}}}},
				{"key": "E", "type": "TRACK", "version": 1, "jsonSchema": {"type": "object", "properties": {}}},
				{"key": "*", "type": "TRACK", "jsonSchema": {}},
				{"key": "Home", "type": "PAGE", "jsonSchema": {}}]`},
			events: `
			E additional=violate deprecated
			  $set object
			  0 string
			  a any
			  a.b string
			  at date
			  code int|string values=[1 2 a]
			  count int min=1 max=9
			  either string|double
			  email string
			  flag bool values=[true]
			  look string
			  mixed array|string
			  mixed.x int
			  name string length=0..64
			  one any
			  pair array
			  share double
			  tags array max_items=5
			  total double min=0 max=10.5`,
			omitted: []string{
				"E, $size: no map can have the name of the field",
				"E, a: the type and its rules: other fields lie within it",
				"E, look: pattern: (?=x)x",
				"E, mixed, items: fields that it does not declare violate the map, and not the plan",
				"E, name: format: email",
				"E, one: oneOf",
				"E, pair: entries by their place",
				"E, share: exclusiveMaximum: 1",
				"E, tags: uniqueItems",
				"E, tags: what entries are: a map knows the fields of those that are objects",
				"E, total: multipleOf",
				"E: requires missing, which it does not declare",
				"E: version 1: version 2 is in the map",
				"Home: rules of page calls; declare the event type that your service tracks for them",
				`event "*": no map can have the name: it is empty or "other", or has a * or a control character`,
			},
		},
	} {
		t.Run(s.name, s.check)
	}
}

func TestRefusedSegment(t *testing.T) {
	for _, test := range []struct{ name, data, want string }{
		{"no JSON", "{", "f: is no JSON: unexpected end of JSON input"},
		{"a text", `"x"`, "f: is no tracking plan of Segment: it has no rules; save the answer of the Public API's GET /tracking-plans/ID/rules"},
		{"no rules", `{"data": {"trackingPlan": {"id": "tp_1"}}}`, "f: is no tracking plan of Segment: it has no rules; save the answer of the Public API's GET /tracking-plans/ID/rules"},
		{"rules that are no objects", `{"rules": [1]}`, "f: is no tracking plan of Segment: it has no rules; save the answer of the Public API's GET /tracking-plans/ID/rules"},
	} {
		if _, err := plan.Segment([]plan.File{{Name: "f", Data: []byte(test.data)}}); err == nil || err.Error() != test.want {
			t.Errorf("%s: %v, want %s", test.name, err, test.want)
		}
	}
	if _, err := plan.Segment([]plan.File{{Name: "f", Data: []byte(strings.Repeat("[", 1_000_000))}}); err == nil {
		t.Error("deep nesting is taken")
	}
}
