// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"testing"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/infer/plan"
)

// TestSemconv reads events with the structure, names, types and levels of public ones. Their texts are not theirs.
func TestSemconv(t *testing.T) {
	for _, s := range []sample{
		{
			// open-telemetry/semantic-conventions, model/app/events.yaml at 0887e2936e45 and model/app/registry.yaml at 00b2090b3404: events whose
			// attributes are defined elsewhere.
			name: "app", read: plan.Semconv,
			files: []string{
				`
groups:
  - id: event.app.screen.click
    stability: development
    type: event
    name: app.screen.click
    brief: >
      A click.
    attributes:
      - {ref: app.screen.coordinate.x, requirement_level: required}
      - {ref: app.screen.coordinate.y, requirement_level: required}
  - id: event.app.widget.click
    type: event
    name: app.widget.click
    attributes:
      - {ref: app.widget.id, requirement_level: required}
      - {ref: app.widget.name, requirement_level: opt_in}
      - {ref: app.screen.coordinate.x, requirement_level: opt_in}
  - id: event.app.jank
    type: event
    name: app.jank
    attributes:
      - {ref: app.jank.count, requirement_level: required}
`, `
groups:
  - id: registry.app
    type: attribute_group
    display_name: Application
    attributes:
      - {id: app.screen.coordinate.x, type: int, brief: across, examples: [0, 131]}
      - {id: app.screen.coordinate.y, type: int}
      - {id: app.widget.id, type: string}
      - {id: app.widget.name, type: string}
      - {id: app.jank.threshold, type: double}
`,
			},
			events: `
			app.jank
			  app.jank.count any required
			app.screen.click
			  app.screen.coordinate.x int required
			  app.screen.coordinate.y int required
			app.widget.click
			  app.screen.coordinate.x int
			  app.widget.id string required
			  app.widget.name string`,
			omitted: []string{"app.jank, app.jank.count: the attribute is not in the files: its type is not known"},
		},
		{
			// open-telemetry/semantic-conventions, model/browser/events.yaml at 0450aa75a075: a body that is a map, with an enum among its fields.
			name: "browser", read: plan.Semconv,
			files: []string{`
groups:
  - id: event.browser.web_vital
    type: event
    name: browser.web_vital
    body:
      id: browser.web_vital
      requirement_level: required
      type: map
      fields:
        - {id: name, type: enum, requirement_level: required, members: [{id: cls, value: 'cls'}, {id: lcp, value: 'lcp'}]}
        - {id: value, type: double, requirement_level: required}
        - {id: delta, type: double, requirement_level: required}
        - {id: id, type: string, requirement_level: required}
`},
			events: `
			browser.web_vital
			  body object required
			  body.delta double required
			  body.id string required
			  body.name string required
			  body.value double required`,
			omitted: []string{"browser.web_vital: the body is no part of the data: its fields are within the field body"},
		},
		{
			// open-telemetry/semantic-conventions, model/azure/events.yaml at 20629e627510: attributes and a body, types that are not defined, a level
			// with a condition.
			name: "azure", read: plan.Semconv,
			files: []string{`
groups:
  - id: event.az.resource.log
    type: event
    name: az.resource.log
    attributes:
      - ref: az.service_request_id
      - {ref: cloud.resource_id, brief: which, note: ""}
    body:
      id: az.resource.log
      requirement_level: recommended
      type: map
      fields:
        - {id: category, type: string, requirement_level: recommended}
        - {id: correlation.id, type: string}
        - {id: duration, type: int}
        - {id: identity, type: undefined, requirement_level: opt_in}
        - {id: tenant.id, type: string, requirement_level: {conditionally_required: "if there is a tenant."}}
  - id: registry.az
    type: attribute_group
    prefix: az
    attributes: [{id: service_request_id, type: string}]
`},
			events: `
			az.resource.log
			  az.service_request_id string
			  body object
			  body.category string
			  body.correlation.id string
			  body.duration int
			  body.identity any
			  body.tenant.id string
			  cloud.resource_id any`,
			omitted: []string{
				"az.resource.log, body.tenant.id: required under a condition: if there is a tenant.",
				"az.resource.log, cloud.resource_id: the attribute is not in the files: its type is not known",
				"az.resource.log: the body is no part of the data: its fields are within the field body",
			},
		},
		{
			// The form of definition/2, which open-telemetry/weaver documents in schemas/semconv-syntax.v2.md, and what older files have: prefix,
			// extends, allow_custom_values, deprecated as a text.
			name: "newer and older forms", read: plan.Semconv,
			files: []string{`
file_format: definition/2
attributes:
  - {key: my.id, type: string, deprecated: {reason: renamed, renamed_to: my.uuid}}
  - {key: my.tags, type: "string[]"}
  - {key: my.headers, type: "template[string]"}
  - {key: my.kind, type: {members: [{id: a, value: a}, {id: b, value: b}]}}
attribute_groups:
  - {id: my.common, visibility: public, attributes: [{ref: my.id, requirement_level: required}]}
events:
  - name: my.event
    brief: something
    attributes: [{ref_group: my.common}, {ref: my.tags}, {ref: my.headers}, {ref: my.kind}]
---
groups:
  - id: session-id
    prefix: session
    type: attribute_group
    attributes:
      - {id: id, type: string}
      - {id: state, type: {allow_custom_values: false, members: [{id: on, value: "on"}, {id: off, value: "off"}]}}
  - {id: old.event, prefix: old, type: event, extends: session-id, deprecated: Use new., attributes: [{id: size, type: int}]}
`},
			events: `
			my.event
			  my.headers object
			  my.id string required deprecated
			  my.kind string
			  my.tags array
			old deprecated
			  old.size int
			  session.id string
			  session.state string values=[on off]`,
			omitted: []string{
				"my.event, my.headers: the type of what is within: template[string]",
				"my.event, my.tags: what entries are: a map knows the fields of those that are objects",
			},
		},
	} {
		t.Run(s.name, s.check)
	}
}

func TestRefusedSemconv(t *testing.T) {
	for _, test := range []struct{ name, data, want string }{
		{"no YAML", "a: [", "f: is no YAML with keys that are texts: yaml: line 1: did not find expected node content"},
		{"something else", "kind: tp", "f: has no semantic conventions: no groups, events or attributes"},
		{"attributes alone", "groups: [{id: a, type: attribute_group}]", "f: has no events: give the file with groups of type event, and those of the attributes"},
	} {
		if _, err := plan.Semconv([]plan.File{{Name: "f", Data: []byte(test.data)}}); err == nil || err.Error() != test.want {
			t.Errorf("%s: %v, want %s", test.name, err, test.want)
		}
	}
}

// FuzzPlans: whatever a file has, reading it ends with an error or with a map that loads.
func FuzzPlans(f *testing.F) {
	f.Add([]byte(`{"rules": [{"key": "E", "type": "TRACK", "jsonSchema": {"properties": {"a": {"type": "string", "enum": ["x"]}}}}]}`))
	f.Add([]byte("kind: tp\nspec: {rules: [{type: event_rule, event: '#event:e', properties: [{property: '#property:a', required: true}]}]}"))
	f.Add([]byte("groups: [{id: event.e, type: event, attributes: [{id: a.b, type: int, requirement_level: required}, {id: a, type: string}]}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, read := range []func([]plan.File) (*plan.Plan, error){plan.Segment, plan.RudderStack, plan.Semconv} {
			p, err := read([]plan.File{{Name: "f", Data: data}})
			if err != nil {
				continue
			}
			if _, err := p.Map.Bytes(); err != nil && len(p.Map.Events) > 0 {
				t.Errorf("%v", err)
			}
		}
	})
}
