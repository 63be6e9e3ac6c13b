// SPDX-License-Identifier: Apache-2.0

package infer_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/infer"
)

const (
	segmentPlan = `{"rules": [{"key": "Order Completed", "type": "TRACK", "jsonSchema": {"description": "An order was\npaid.", "type": "object",
		"additionalProperties": false, "required": ["currency", "products"], "properties": {
		"currency": {"type": "string", "enum": ["USD", "EUR"], "description": "In which: it is paid."}, "email": {"type": "string", "format": "email"},
		"total": {"type": "number", "minimum": 0},
		"products": {"type": "array", "items": {"type": "object", "required": ["sku"], "properties": {"sku": {"type": "string"}, "quantity": {"type": "integer", "minimum": 1}}}}}}}]}`
	rudderPlan = "kind: tp\nspec: {rules: [{type: event_rule, id: r, event: '#event:e', additional_properties: true, properties: [{property: '#property:a', required: true}]}]}\n"
	catalog    = "kind: events\nspec: {events: [{id: e, name: E, event_type: track}]}\n---\nkind: properties\nspec: {properties: [{id: a, name: A, type: string}]}\n"
	convention = "groups: [{id: event.e, type: event, name: e, attributes: [{ref: a.b, requirement_level: required}]}]\n"
	registry   = "groups: [{id: registry.a, type: attribute_group, attributes: [{id: a.b, type: int}]}]\n"
)

// TestPlans: a plan gives a map, and what the map cannot say is in it and on the standard error.
func TestPlans(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{"plan.json": segmentPlan, "tp.yaml": rudderPlan, "catalog.yaml": catalog, "events.yaml": convention, "registry.yaml": registry} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	code, out, errs := clitest.Run(t, infer.New(), "--segment-plan", "plan.json")
	if want := "Order Completed, email: format: email\nOrder Completed, products, items: fields that it does not declare violate the map, and not the plan\n"; code != 0 || errs != want {
		t.Errorf("exit code %d, %s, want %s", code, errs, want)
	}
	loaded(t, out)
	want := `# yaml-language-server: $schema=https://raw.githubusercontent.com/otelanalytics/otelanalytics-go/main/eventmap/schema.json
# An event map made from Segment's tracking plan: plan.json, with 1 event.
#
# Not expressed in the map:
# Order Completed, email: format: email
# Order Completed, products, items: fields that it does not declare violate the map, and not the plan
version: 1

events:
  "Order Completed":
    description: "An order was paid."
    additional: violate
    data:
      currency: {type: string, required: true, values: [USD, EUR], description: "In which: it is paid."}
      email: {type: string} # looks like an e-mail address, by its name; think of redact: hash
      products:
        type: array
        required: true
        items:
          quantity: {type: int, min: 1}
          sku: {type: string, required: true}
      total: {type: double, min: 0}
`
	if out != want {
		t.Errorf("got\n%s\nwant\n%s", out, want)
	}
	for _, test := range []struct{ flag, files, want string }{
		{"--rudderstack-plan", "tp.yaml catalog.yaml", "  E:\n    data:\n      A: {type: string, required: true}\n"},
		{"--semconv", "registry.yaml events.yaml", "  e:\n    data:\n      a.b: {type: int, required: true}\n"},
	} {
		var args []string
		for _, f := range strings.Fields(test.files) {
			args = append(args, test.flag, f)
		}
		code, out, errs := clitest.Run(t, infer.New(), args...)
		if code != 0 || errs != "" || !strings.HasSuffix(out, "events:\n"+test.want) {
			t.Errorf("%s: exit code %d, %s\n%s\nwant at its end\n%s", test.flag, code, errs, out, test.want)
		}
	}
	for _, test := range []struct {
		args, want string
		code       int
	}{
		{"--segment-plan plan.json --semconv events.yaml", "otelanalytics: --segment-plan and --semconv are both given; write a map of each", 2},
		{"--segment-plan plan.json events.jsonl", "otelanalytics: --segment-plan is given, and events.jsonl is a file of events; write a map of each", 2},
		{"--segment-plan plan.json --sample 2", "otelanalytics: --sample is about events, and --segment-plan is a plan; give one of the two", 2},
		{"--segment-plan plan.json --uri mongodb://x/", "otelanalytics: --uri is about events, and --segment-plan is a plan; give one of the two", 2},
		{"--segment-plan missing.json", "otelanalytics: open missing.json: no such file or directory", 2},
		{"--segment-plan tp.yaml", "otelanalytics: tp.yaml: is no JSON: invalid character 'k' looking for beginning of value", 2},
		{"--rudderstack-plan events.yaml", "otelanalytics: events.yaml: is no file of rudder-cli: it has no kind, such as tp, events or properties", 2},
		{"--semconv registry.yaml", "otelanalytics: registry.yaml: has no events: give the file with groups of type event, and those of the attributes", 2},
	} {
		code, out, errs := clitest.Run(t, infer.New(), strings.Fields(test.args)...)
		if first, _, _ := strings.Cut(errs, "\n"); code != test.code || out != "" || first != test.want {
			t.Errorf("%s: exit code %d, %s%s\nwant %d, %s", test.args, code, out, errs, test.code, test.want)
		}
	}
}
