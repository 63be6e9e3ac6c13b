// SPDX-License-Identifier: Apache-2.0

package gocode_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/generate/gocode"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

const reactions = `
version: 1
metrics:
  reactions: {instrument: counter, attributes: {content: {values: VALUES}}}
events:
EVENTS
  reacted: {record: [{metric: reactions}]}
`

func named(t *testing.T, values, events string) map[string]string {
	t.Helper()
	m, err := eventmap.Parse([]byte(strings.NewReplacer("VALUES", values, "EVENTS", events).Replace(reactions)))
	if err != nil {
		t.Fatal(err)
	}
	all, err := gocode.Identifiers(m)
	if err != nil {
		t.Fatal(err)
	}
	names := make(map[string]string)
	for _, i := range all {
		names[i.Name()] = i.Meaning
	}
	return names
}

// TestNamesDependOnNothingElse adds and moves what else is there: every name keeps its meaning.
func TestNamesDependOnNothingElse(t *testing.T) {
	first := named(t, `["+1"]`, "  order.paid: {}")
	for _, c := range []struct{ name, values, events string }{
		{"a value before it", `["-1", "+1"]`, "  order.paid: {}"},
		{"a value behind it", `["+1", "-1", "1"]`, "  order.paid: {}"},
		{"values of signs", `["+", "*", "-", "+1", "**"]`, "  order.paid: {}"},
		{"an event before it", `["+1"]`, "  order: {}\n  order.paid: {}"},
		{"events behind it", `["+1"]`, "  order.paid: {}\n  order.unpaid: {}\n  new: {}\n  Events: {}"},
	} {
		got := named(t, c.values, c.events)
		for name, meaning := range first {
			if got[name] != meaning {
				t.Errorf("%s: %s stands for %q, and stood for %q", c.name, name, got[name], meaning)
			}
		}
	}
	for name, want := range map[string]string{
		"ContentPlus1": `the value "+1" of the attribute content`, "ContentMinus1": `the value "-1" of the attribute content`,
		"ContentPlus": `the value "+" of the attribute content`, "ContentU002A": `the value "*" of the attribute content`,
	} {
		if got := named(t, `["*", "-1", "+", "+1"]`, "")[name]; got != want {
			t.Errorf("%s stands for %q, want %q", name, got, want)
		}
	}
}

// TestNamesThatMeet: nothing gets another name in silence. The error says how to give it one, and that works.
func TestNamesThatMeet(t *testing.T) {
	const head = "version: 1\nmetrics: {m: {instrument: counter, attributes: {plan: {values: [a b, a_b]GO}}}}\nevents:\n"
	for _, c := range []struct{ name, text, says, remedy string }{
		{"events", "version: 1\nevents:\n  a-b: {}\n  a_b: {GO}\n", "events.a-b and events.a_b are both called AB in Go; add go_name: NAME to events.a_b", "go_name: Other"},
		{"an event and a pattern", "version: 1\nevents:\n  order: {}\n  order.*: {GO}\n", `events.order and events."order.*" are both called Order in Go; add go_name: NAME to events."order.*"`, "go_name: OrderAny"},
		{"fields", "version: 1\nevents: {e: {data: {a b: {}, a_b: {GO}}}}\n", `events.e.data."a b" and events.e.data.a_b are both called AB in Go; add go_name: NAME to events.e.data.a_b`, "go_name: Other"},
		{"values", head + "  e: {record: [{metric: m}]}\n", `metrics.m.attributes.plan.values "a b" and metrics.m.attributes.plan.values "a_b" are both called PlanAB in Go; add go_names: {"a_b": NAME} to metrics.m.attributes.plan`, ", go_names: {a_b: Joined}"},
		{"an attribute and an event", strings.Replace(head, "[a b, a_b]", "[a]", 1) + "  plan: {record: [{metric: m}]}\n", "events.plan and metrics.m.attributes.plan are both called Plan in Go; add go_name: NAME to metrics.m.attributes.plan", ", go_name: PlanName"},
		{"a struct and an event", "version: 1\nevents:\n  e: {data: {x.y: {GO}}}\n  e_x: {}\n", "events.e_x and events.e.data.x are both called EX in Go; declare events.e.data.x with go_name: NAME", ""},
		{"a name of the generated code", "version: 1\nevents: {e: {go_name: Events}}\n", "events.e: the go_name Events belongs to the generated code; choose another one", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "events.yaml")
			write := func(text string) {
				if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			write(strings.ReplaceAll(c.text, "GO", ""))
			if code, _, errs := clitest.Run(t, gocode.New(), path); code != 1 || !strings.Contains(errs, c.says+"\n") {
				t.Errorf("exit code %d, want 1\n%swant %s", code, errs, c.says)
			}
			if c.remedy == "" {
				return
			}
			write(strings.ReplaceAll(c.text, "GO", c.remedy))
			if code, _, errs := clitest.Run(t, gocode.New(), path); code != 0 {
				t.Errorf("with the remedy: exit code %d\n%s", code, errs)
			}
		})
	}
}
