// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"testing"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/infer/plan"
)

// TestNothingIsLost: each rule of a plan is in the map or in a line of what is omitted, wherever in the plan it is.
func TestNothingIsLost(t *testing.T) {
	for _, s := range []sample{
		{
			name: "objects and entries of an event that is open", read: plan.Segment,
			files: []string{`[{"key": "E", "type": "TRACK", "jsonSchema": {"type": "object", "properties": {
				"items": {"type": "array", "items": {"type": "object", "additionalProperties": false, "minProperties": 1, "dependencies": {"a": ["b"]}, "properties": {"a": {"type": "string"}}}},
				"empty": {"type": "object", "additionalProperties": false},
				"inner": {"type": "object", "additionalProperties": false, "minProperties": 2, "properties": {"x": {"type": "integer"}}},
				"bare": {"type": "object", "required": ["y"]},
				"map": {"type": "object", "additionalProperties": {"type": "string"}},
				"free": {"type": "object", "additionalProperties": true, "properties": {"x": {"type": "integer"}}}}}}]`},
			events: `
			E
			  bare object
			  empty object
			  free object
			  free.x int
			  inner object
			  inner.x int
			  items array items
			  items.a string
			  map object`,
			omitted: []string{
				"E, bare: requires y, which it does not declare",
				"E, empty: additionalProperties: false, here alone",
				"E, inner: additionalProperties: false, here alone",
				"E, inner: minProperties",
				"E, items, items: additionalProperties: false, here alone",
				"E, items, items: dependencies",
				"E, items, items: minProperties",
				"E, map: additionalProperties: what other fields are",
			},
		},
		{
			name: "objects and entries of an event that is closed", read: plan.Segment,
			files: []string{`[{"key": "E", "type": "TRACK", "jsonSchema": {"type": "object", "additionalProperties": false, "properties": {
				"items": {"type": "array", "items": {"type": "object", "properties": {"a": {"type": "string"}}}},
				"shut": {"type": "object", "additionalProperties": false, "properties": {"x": {"type": "integer"}}},
				"empty": {"type": "object", "additionalProperties": false},
				"any": {"type": "object"},
				"inner": {"type": "object", "properties": {"x": {"type": "integer"}}}}}}]`},
			events: `
			E additional=violate
			  any object
			  empty object
			  inner object
			  inner.x int
			  items array items
			  items.a string
			  shut object
			  shut.x int`,
			omitted: []string{
				"E, empty: additionalProperties: false, here alone",
				"E, inner: fields that it does not declare violate the map, and not the plan",
				"E, items, items: fields that it does not declare violate the map, and not the plan",
			},
		},
		{
			name: "keywords of the data, and of a whole call", read: plan.Segment,
			files: []string{`[
				{"key": "Data", "type": "TRACK", "jsonSchema": {"type": "object", "$ref": "#/x", "if": {}, "then": {}, "else": {}, "contains": {}, "additionalProperties": {"type": "string"}, "properties": {"a": {"type": "string"}}}},
				{"key": "Call", "type": "TRACK", "jsonSchema": {"type": "object", "allOf": [], "anyOf": [], "properties": {
				  "context": {"required": ["ip"]}, "traits": {"$ref": "#/t"}, "properties": {"$ref": "#/p", "type": "object"}}}},
				{"key": "Next", "type": "TRACK", "jsonSchema": {"type": "object", "properties": {"o": {"type": "object", "properties": {"a": {"type": "string"}}}}}},
				{"type": "COMMON", "jsonSchema": {"type": "object", "properties": {"context": {"required": ["ip"]}}}}]`},
			events: `
			Call
			Data
			  a string
			Next
			  o object
			  o.a string`,
			omitted: []string{
				"Call: $ref", "Call: allOf", "Call: anyOf", "Call: rules about context", "Call: rules about traits",
				"Data: $ref", "Data: additionalProperties: what other fields are", "Data: contains", "Data: else", "Data: if", "Data: then",
				"all events: rules that each call has to keep to",
			},
		},
		{
			name: "constraints of semantic conventions", read: plan.Semconv,
			files: []string{`
groups:
  - id: event.a
    type: event
    name: a
    attributes: [{ref: own}]
    constraints: [{include: shared}, {any_of: [own, far]}, {include: gone}]
  - {id: shared, type: attribute_group, attributes: [{id: near, type: int, requirement_level: required}], constraints: [{include: deep}]}
  - {id: deep, type: attribute_group, attributes: [{id: far, type: string}], constraints: [{include: shared}, {any_of: [near]}]}
  - {id: registry, type: attribute_group, attributes: [{id: own, type: string}]}
`},
			events: `
			a
			  far string
			  near int required
			  own string`,
			omitted: []string{
				"a: constraints: any_of: [near]",
				"a: constraints: any_of: [own far]",
				"a: the group gone is not in the files",
			},
		},
		{
			name: "variants of a custom type and of a reference", read: plan.RudderStack,
			files: []string{`
kind: tp
spec:
  rules:
    - type: event_rule
      event: {$ref: "#/events/g/e"}
      properties:
        - {$ref: "#/properties/g/custom"}
        - $ref: "#/properties/g/nested"
          variants: [{discriminator: "#/properties/g/kind", cases: [{match: [x], properties: [{$ref: "#/properties/g/more", required: true}]}]}]
---
kind: events
spec: {events: [{id: e, name: E}]}
---
kind: properties
spec:
  properties:
    - {id: custom, name: custom, type: "#/custom-types/g/t"}
    - {id: nested, name: nested, type: object}
    - {id: kind, name: kind, type: string}
    - {id: more, name: more, type: integer}
---
kind: custom-types
spec:
  types:
    - id: t
      type: object
      variants: [{discriminator: "#/properties/g/kind", cases: [{match: [x], properties: [{$ref: "#/properties/g/more", required: true}]}]}]
`},
			events: `
			E
			  custom object
			  custom.more int
			  nested object
			  nested.more int`,
			omitted: []string{
				"E, custom: variants: which fields there are by the value of kind; they are in the map, and not required",
				"E, nested: variants: which fields there are by the value of kind; they are in the map, and not required",
				"E: the rule does not say whether it takes fields that are not planned; rudder-cli then takes none, and the map keeps them",
			},
		},
		{
			name: "nested properties of RudderStack", read: plan.RudderStack,
			files: []string{`
kind: tp
spec:
  rules:
    - type: event_rule
      event: {$ref: "#/events/g/open", allow_unplanned: true}
      properties:
        - {$ref: "#/properties/g/object", additionalProperties: false, properties: [{$ref: "#/properties/g/n"}]}
    - type: event_rule
      event: {$ref: "#/events/g/shut", allow_unplanned: false}
      properties:
        - {$ref: "#/properties/g/object", additionalProperties: false, properties: [{$ref: "#/properties/g/n"}]}
        - {$ref: "#/properties/g/list", additionalProperties: true, properties: [{$ref: "#/properties/g/n"}]}
---
kind: events
spec: {events: [{id: open, name: Open}, {id: shut, name: Shut}]}
---
kind: properties
spec: {properties: [{id: object, name: object, type: object}, {id: list, name: list, type: array}, {id: n, name: number, type: integer}]}
`},
			events: `
			Open
			  object object
			  object.number int
			Shut additional=violate
			  list array items
			  list.number int
			  object object
			  object.number int`,
			omitted: []string{
				"Open, object: additionalProperties: false, here alone",
				"Shut, list, items: fields that it does not declare violate the map, and not the plan",
			},
		},
	} {
		t.Run(s.name, s.check)
	}
}
