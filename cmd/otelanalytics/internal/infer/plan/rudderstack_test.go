// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/infer/plan"
)

// TestRudderStack reads plans with the structure, names, types and rules of public ones. Their descriptions are not theirs.
func TestRudderStack(t *testing.T) {
	for _, s := range []sample{
		{
			// rudderlabs/rudder-iac, cli/internal/typer/plan/testdata/project at 5e8359e5f09b (tracking plan), b79f397969e7 (properties) and
			// cca535623cb4 (custom types): rudder/v0.1, with nesting, custom types and variants.
			name: "rudder-iac, v0.1", read: plan.RudderStack,
			files: []string{
				`
version: "rudder/v0.1"
kind: "tp"
metadata: {name: "typer-test"}
spec:
  id: "typer-test-tracking-plan"
  display_name: "Typer Test"
  rules:
    - type: "event_rule"
      id: "some_track_event_rule"
      event: {$ref: "#/events/typer-test/some_track_event", allow_unplanned: false}
      properties:
        - {$ref: "#/properties/typer-test/some-string", required: true}
        - {$ref: "#/properties/typer-test/some-integer", required: true}
        - {$ref: "#/properties/typer-test/some-array-of-any"}
        - {$ref: "#/properties/typer-test/some-array-of-strings"}
        - {$ref: "#/properties/typer-test/some-string-with-enum"}
        - {$ref: "#/properties/typer-test/some-integer-with-enum"}
        - {$ref: "#/properties/typer-test/some-custom-object"}
        - $ref: "#/properties/typer-test/some-nested-object"
          properties:
            - $ref: "#/properties/typer-test/some-nested-level-1"
              properties:
                - {$ref: "#/properties/typer-test/some-number", required: true}
    - type: "event_rule"
      id: "some_empty_track_event_with_additional_properties_rule"
      event: {$ref: "#/events/typer-test/some_empty_track_event", allow_unplanned: true}
    - type: "event_rule"
      id: "some_track_event_with_variants_rule"
      event: {$ref: "#/events/typer-test/some_track_event_with_variants", allow_unplanned: false}
      properties:
        - {$ref: "#/properties/typer-test/some-string", required: true}
        - {$ref: "#/properties/typer-test/some-integer", required: false}
      variants:
        - type: "discriminator"
          discriminator: "#/properties/typer-test/some-string"
          cases:
            - {match: [case_1], properties: [{$ref: "#/properties/typer-test/some-integer", required: true}]}
            - {match: [case_2_a, case_2_b], properties: [{$ref: "#/properties/typer-test/some-number", required: true}]}
          default:
            - {$ref: "#/properties/typer-test/some-boolean", required: false}
    - {type: "event_rule", id: "identify_rule", event: {$ref: "#/events/typer-test/some_identify_event"}}
`, `
version: rudder/v0.1
kind: properties
metadata: {name: "typer-test"}
spec:
  properties:
    - {id: "some-string", name: "someString", type: "string", description: "a text"}
    - {id: "some-integer", name: "someInteger", type: "integer"}
    - {id: "some-number", name: "someNumber", type: "number"}
    - {id: "some-boolean", name: "someBoolean", type: "boolean"}
    - {id: "some-nested-object", name: "someNestedObject", type: "object"}
    - {id: "some-nested-level-1", name: "someNestedLevel1", type: "object"}
    - {id: "some-array-of-any", name: "someArray", type: "array"}
    - {id: "some-array-of-strings", name: "someArrayOfStrings", type: "array", propConfig: {itemTypes: ["string"]}}
    - {id: "some-string-with-enum", name: "someStringWithEnum", type: "string", propConfig: {enum: ["GET", "PUT"]}}
    - {id: "some-integer-with-enum", name: "someIntegerWithEnum", type: "integer", propConfig: {enum: [200, 404]}}
    - {id: "some-custom-object", name: "someCustomObject", type: "#/custom-types/typer-test/some-object-type"}
`, `
version: rudder/v0.1
kind: custom-types
metadata: {name: "typer-test"}
spec:
  types:
    - id: "some-object-type"
      name: "SomeObjectType"
      type: "object"
      properties:
        - {$ref: "#/properties/typer-test/some-string", required: true}
        - {$ref: "#/properties/typer-test/some-integer", required: false}
---
version: rudder/v0.1
kind: events
metadata: {name: "typer-test"}
spec:
  events:
    - {id: "some_track_event", name: "Some Track Event", event_type: "track", category: "#/categories/typer-test/test-category"}
    - {id: "some_identify_event", event_type: "identify"}
    - {id: "some_empty_track_event", name: "Some Empty Track Event", event_type: "track"}
    - {id: "some_track_event_with_variants", name: "Some Track Event With Variants", event_type: "track"}
`,
			},
			events: `
			Some Empty Track Event
			Some Track Event additional=violate
			  someArray array
			  someArrayOfStrings array
			  someCustomObject object
			  someCustomObject.someInteger int
			  someCustomObject.someString string required
			  someInteger int required
			  someIntegerWithEnum int values=[200 404]
			  someNestedObject object
			  someNestedObject.someNestedLevel1 object
			  someNestedObject.someNestedLevel1.someNumber double required
			  someString string required
			  someStringWithEnum string values=[GET PUT]
			Some Track Event With Variants additional=violate
			  someBoolean bool
			  someInteger int
			  someNumber double
			  someString string required`,
			omitted: []string{
				"Some Track Event With Variants: variants: which fields there are by the value of some-string; they are in the map, and not required",
				"Some Track Event, someArrayOfStrings: what entries are: a map knows the fields of those that are objects",
				"Some Track Event, someNestedObject, someNestedLevel1: fields that it does not declare violate the map, and not the plan",
				"Some Track Event, someNestedObject: fields that it does not declare violate the map, and not the plan",
				"rule identify_rule: rules of identify calls; declare the event type that your service tracks for them",
			},
		},
		{
			// rudderlabs/rudder-iac, cli/tests/testdata/project/create/*_v1.yaml at 648856ae0642 (tracking plan), 7cdcd7eabe72 (properties) and
			// eb881ea5bbc1 (custom types, events): rudder/v1.
			name: "rudder-iac, v1", read: plan.RudderStack,
			files: []string{
				`
version: rudder/v1
kind: tracking-plan
metadata: {name: app_tracking}
spec:
  id: app_tracking
  rules:
    - {type: event_rule, id: page_view_rule, event: "#event:page_view", additional_properties: false}
    - type: event_rule
      id: signup_rule
      event: "#event:signup"
      additional_properties: false
      properties:
        - {property: "#property:email_address", required: true}
        - {property: "#property:user_email", required: false}
        - {property: "#property:status_code", required: true}
        - {property: "#property:status", required: true}
        - {property: "#property:user_scores"}
        - {property: "#property:user_metadata", required: false}
        - {property: "#property:user_profiles", required: false, properties: [{property: "#property:status"}]}
---
version: rudder/v1
kind: properties
metadata: {name: app_properties}
spec:
  properties:
    - {id: email_address, name: Email Address, type: string, config: {format: email, min_length: 5, max_length: 255}}
    - {id: status_code, name: Status Code, types: [integer, "null"]}
    - {id: status, name: Status, type: "#custom-type:http_status"}
    - {id: user_scores, name: User Scores, type: array, item_types: [integer, number]}
    - {id: user_profiles, name: User Profiles, type: array, item_types: [object]}
    - {id: user_metadata, name: User Metadata, types: [object, "null"]}
    - {id: user_email, name: User Email, type: "#custom-type:email_string"}
---
version: rudder/v1
kind: custom-types
metadata: {name: api_tracking_custom_types}
spec:
  types:
    - {id: email_string, name: EmailString, type: string, config: {min_length: 5, max_length: 255, pattern: '^[a-z]+@[a-z.]+$'}}
    - {id: http_status, name: HttpStatus, type: integer, config: {minimum: 100, maximum: 599}}
---
version: rudder/v1
kind: events
metadata: {name: app_events}
spec:
  events:
    - {id: signup, name: User Signed Up, event_type: track}
    - {id: page_view, event_type: page}
`,
			},
			events: `
			User Signed Up additional=violate
			  Email Address string required length=5..255
			  Status int required min=100 max=599
			  Status Code int
			  User Email string pattern=^[a-z]+@[a-z.]+$ length=5..255
			  User Metadata object
			  User Profiles array items
			  User Profiles.Status int min=100 max=599
			  User Scores array`,
			omitted: []string{
				"User Signed Up, Email Address: format: email",
				"User Signed Up, Status Code: required, and may be null: to a map null is missing",
				"User Signed Up, User Profiles, items: fields that it does not declare violate the map, and not the plan",
				"User Signed Up, User Scores: what entries are: a map knows the fields of those that are objects",
				"rule page_view_rule: rules of page calls; declare the event type that your service tracks for them",
			},
		},
		{
			// rudderlabs/rudder-tracking-plan-action, tracking-plans/ at a87a362415f9 (rudder/0.1, allow_unplanned beside the event, properties
			// without names), with the rule that includes others of rudderlabs/rudder-iac, cli/pkg/localcatalog/testdata/trackingplan_1.yaml at
			// 82fe5547e42f, whose references have no slash behind #.
			name: "rudder/0.1", read: plan.RudderStack,
			files: []string{
				`
version: rudder/0.1
kind: tp
metadata: {name: mytrackingplan}
spec:
  id: mytrackingplan
  rules:
    - type: event_rule
      id: product_viewed_rule
      event: {$ref: "#/events/myeventgroup/product_viewed"}
      allow_unplanned: false
      properties:
        - {$ref: "#/properties/mypropertygroup/product_sku", required: true}
        - {$ref: "#/properties/mypropertygroup/category", required: false}
    - {type: include_rules, id: all_base_rules, includes: {$ref: "#/tp/base_tracking_plan/event_rule/*"}}
    - type: event_rule
      id: rule_02
      event: {$ref: "#/events/app_events/source_created"}
      properties:
        - {$ref: "#properties/base_props/write_key", required: true}
`, `
version: rudder/v0.1
kind: properties
metadata: {name: mypropertygroup}
spec:
  properties:
    - {id: product_sku, display_name: "SKU", type: string}
    - {id: category, display_name: "Category", type: string}
`, `
version: rudder/v0.1
kind: events
metadata: {name: myeventgroup}
spec:
  events:
    - {id: product_viewed, display_name: "Product Viewed", event_type: track}
`,
			},
			events: `
			product_viewed additional=violate
			  category string
			  product_sku string required
			source_created
			  write_key any required`,
			omitted: []string{
				"rule all_base_rules: rules of type include_rules",
				"source_created, write_key: the property is not in the files: its id is taken for its name, and its type is not known",
				"source_created: the event is not in the files: its id is taken for its name",
				"source_created: the rule does not say whether it takes fields that are not planned; rudder-cli then takes none, and the map keeps them",
			},
		},
		{
			// rudderlabs/rudder-iac, cli/tests/testdata/project/create/properties.yaml at 86a62a9f8f92: rules of properties; with a custom type that
			// is not there, and one within itself.
			name: "everything else", read: plan.RudderStack,
			files: []string{`
kind: tp
spec:
  rules:
    - {type: event_rule, id: r, event: {$ref: "#/events/a/e"}, identity_section: traits, properties: [
        {$ref: "#/properties/a/http_retry_count"}, {$ref: "#/properties/a/username"}, {$ref: "#/properties/a/password"}, {$ref: "#/properties/a/tree"}, {$ref: "#/properties/a/either"}]}
---
kind: events
spec: {events: [{id: e, name: E, event_type: track}]}
---
kind: properties
spec:
  properties:
    - {id: http_retry_count, name: HTTP Retry Count, type: integer, propConfig: {minimum: 0, maximum: 10, multipleOf: 2}}
    - {id: username, name: Username, type: "#/custom-types/login_elements/email_type"}
    - {id: password, name: Password, type: string, propConfig: {minLength: 10, maxLength: 64}}
    - {id: tree, name: Tree, type: "#/custom-types/a/tree"}
    - {id: either, name: Either, type: "string, null, number"}
---
kind: custom-types
spec: {types: [{id: tree, type: object, properties: [{$ref: "#/properties/a/tree"}]}]}
---
kind: event-stream-source
spec: {}
`},
			events: `
			E
			  Either string|double
			  HTTP Retry Count int min=0 max=10
			  Password string length=10..64
			  Tree object
			  Tree.Tree object
			  Username any`,
			omitted: []string{
				"E, HTTP Retry Count: multipleOf",
				"E, Tree, Tree: the custom type tree is within itself",
				"E, Username: the custom type email_type is not in the files: the type of the field is not known",
				"E: the rule does not say whether it takes fields that are not planned; rudder-cli then takes none, and the map keeps them",
				"E: the rules are about traits, and the map has them for the data",
				"file 0: the kind event-stream-source",
			},
		},
	} {
		t.Run(s.name, s.check)
	}
}

// TestTypesThatDouble: thirty custom types, each with two properties of the next one, would be a thousand million fields.
func TestTypesThatDouble(t *testing.T) {
	var b strings.Builder
	b.WriteString("kind: tp\nspec: {rules: [{type: event_rule, id: r, event: '#event:e', properties: [{property: '#property:a0'}]}]}\n---\nkind: properties\nspec:\n  properties:\n")
	for i := range 30 {
		for _, name := range []string{"a", "b"} {
			fmt.Fprintf(&b, "  - {id: %s%d, type: '#custom-type:t%d'}\n", name, i, i)
		}
	}
	b.WriteString("---\nkind: custom-types\nspec:\n  types:\n")
	for i := range 30 {
		fmt.Fprintf(&b, "  - {id: t%d, type: object, properties: [{property: '#property:a%d'}, {property: '#property:b%d'}]}\n", i, i+1, i+1)
	}
	p, err := plan.RudderStack([]plan.File{{Name: "f", Data: []byte(b.String())}})
	if err != nil {
		t.Fatal(err)
	}
	if want := "all events: what lies behind 20,000 references to properties"; !slices.Contains(p.Omitted, want) {
		t.Errorf("%d omitted, without %q", len(p.Omitted), want)
	}
}

func TestRefusedRudderStack(t *testing.T) {
	for _, test := range []struct{ name, data, want string }{
		{"no YAML", "a: [", "f: is no YAML with keys that are texts: yaml: line 1: did not find expected node content"},
		{"a list", "- a", "f: is no YAML with keys that are texts: yaml: unmarshal errors:\n  line 1: cannot unmarshal !!seq into map[string]interface {}"},
		{"no kind", "events: []", "f: is no file of rudder-cli: it has no kind, such as tp, events or properties"},
		{"no plan", "kind: events", "f: has no tracking plan: give the file of kind tp or tracking-plan, and those of its events and properties"},
	} {
		if _, err := plan.RudderStack([]plan.File{{Name: "f", Data: []byte(test.data)}}); err == nil || err.Error() != test.want {
			t.Errorf("%s: %v, want %s", test.name, err, test.want)
		}
	}
}
