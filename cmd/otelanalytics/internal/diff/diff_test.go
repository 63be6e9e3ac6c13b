// SPDX-License-Identifier: Apache-2.0

package diff_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/diff"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

func TestDiff(t *testing.T) {
	code, out, errs := clitest.Run(t, diff.New(), "testdata/old.yaml", "testdata/new.yaml")
	if code != 1 || !strings.Contains(errs, "breaking changes") {
		t.Errorf("exit code %d, want 1\n%s", code, errs)
	}
	clitest.Golden(t, "testdata/diff.golden", out)

	code, out, _ = clitest.Run(t, diff.New(), "-o", "json", "--fail-on", "none", "testdata/old.yaml", "testdata/new.yaml")
	var r struct {
		Changes []diff.Change
		Count   map[string]int
	}
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	if code != 0 || len(r.Changes) < 20 || r.Count["breaking"] < 8 || r.Count["privacy"]+r.Count["breaking"]+r.Count["warning"]+r.Count["info"] != len(r.Changes) {
		t.Errorf("exit code %d, %v", code, r.Count)
	}
}

func TestExitCodes(t *testing.T) {
	for _, test := range []struct {
		name string
		args []string
		code int
	}{
		{"the same", []string{"testdata/old.yaml", "testdata/old.yaml"}, 0},
		{"not looked at", []string{"--fail-on", "none", "testdata/old.yaml", "testdata/new.yaml"}, 0},
		{"one map", []string{"testdata/old.yaml"}, 2},
		{"unreadable", []string{"testdata/old.yaml", "missing.yaml"}, 2},
		{"unknown severity", []string{"--fail-on", "all", "testdata/old.yaml", "testdata/new.yaml"}, 2},
		{"a map with mistakes", []string{"testdata/old.yaml", "../validate/testdata/mistakes.yaml"}, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			if code, out, errs := clitest.Run(t, diff.New(), test.args...); code != test.code {
				t.Errorf("exit code %d, want %d\n%s%s", code, test.code, out, errs)
			}
		})
	}
}

const base = `
version: 1
metrics:
  m: {instrument: counter, attributes: {a: {values: [x, y]}}}
  h: {instrument: histogram, number: int, buckets: [1, 2]}
  e: {instrument: exponential_histogram}
  u: {instrument: unique, of: id, windows: {day: 24h}, attributes: {kind: {values: [p]}}}
events:
  ev: {group: g, data: {a: {type: string}, n: {type: int}, spare: {}}, record: [{metric: m}, {metric: h, value: n}]}
  counts: {data: {id: {type: int}, kind: {type: string}}, record: [{metric: u}]}
  "p.*": {}
`

// TestSeverities changes one thing at a time. No change, whatever it is, may go without a word.
func TestSeverities(t *testing.T) {
	for _, test := range []struct {
		name     string
		from, to string
		severity diff.Severity
		key      string
	}{
		{"value removed", "[x, y]", "[x]", diff.Breaking, "metrics.m.attributes.a.values"},
		{"value added", "[x, y]", "[x, y, z]", diff.Info, "metrics.m.attributes.a.values"},
		{"order of values", "[x, y]", "[y, x]", diff.Info, "version"},
		{"what is counted", "of: id", "of: $user", diff.Breaking, "metrics.u.of"},
		{"length of a window", "24h", "25h", diff.Warning, "metrics.u.windows.day"},
		{"window added", "{day: 24h}", "{day: 24h, week: 7d}", diff.Info, "metrics.u.windows.week"},
		{"window removed", "{day: 24h}", "{week: 7d}", diff.Breaking, "metrics.u.windows.day"},
		{"attribute of the windows", "windows: {day: 24h}", "windows: {day: 24h}, window_attribute: period", diff.Breaking, "metrics.u.window_attribute"},
		{"attributes of what is counted", ", attributes: {kind: {values: [p]}}}", "}", diff.Warning, "metrics.u.attributes"},
		{"limit", "{values: [x, y]}", "{limit: 5}", diff.Warning, "metrics.m.attributes.a.limit"},
		{"identifies", "{values: [x, y]}", "{values: [x, y], identifies: false}", diff.Warning, "metrics.m.attributes.a.identifies"},
		{"new attribute that is said not to identify", "e: {instrument: exponential_histogram}", "e: {instrument: exponential_histogram, attributes: {token: {limit: 5, identifies: false}}}", diff.Warning, "metrics.e.attributes.token.identifies"},
		{"instrument", "m: {instrument: counter,", "m: {instrument: up_down_counter,", diff.Breaking, "metrics.m.instrument"},
		{"number narrowed", "e: {instrument: exponential_histogram}", "e: {instrument: exponential_histogram, number: int}", diff.Breaking, "metrics.e.number"},
		{"number widened", "number: int, ", "", diff.Info, "metrics.h.number"},
		{"buckets", "[1, 2]", "[1, 3]", diff.Warning, "metrics.h.buckets"},
		{"scale", "e: {instrument: exponential_histogram}", "e: {instrument: exponential_histogram, max_scale: 3}", diff.Info, "metrics.e"},
		{"metric off", "e: {instrument: exponential_histogram}", "e: {instrument: exponential_histogram, enabled: false}", diff.Breaking, "metrics.e.enabled"},
		{"metric renamed", "e: {instrument", "e2: {instrument", diff.Breaking, "metrics.e"},
		{"event off", "group: g,", "group: g, enabled: false,", diff.Warning, "events.ev.enabled"},
		{"group", "group: g,", "group: h,", diff.Info, "events.ev.group"},
		{"group of a metric", "e: {instrument: exponential_histogram}", "e: {instrument: exponential_histogram, group: h}", diff.Info, "metrics.e.group"},
		{"event renamed", "  ev:", "  ev2:", diff.Breaking, "events.ev"},
		{"event added", `  "p.*": {}`, "  \"p.*\": {}\n  new: {}", diff.Info, "events.new"},
		{"event taken from a pattern", `  "p.*": {}`, "  \"p.*\": {}\n  p.q: {}", diff.Warning, "events.p.q"},
		{"pattern removed", `  "p.*": {}`, "", diff.Breaking, "events.p.*"},
		{"field removed", ", spare: {}", "", diff.Breaking, "events.ev.data.spare"},
		{"field added", "n: {type: int}", "n: {type: int}, o: {}", diff.Info, "events.ev.data.o"},
		{"field described", "n: {type: int}", "n: {type: int, description: N.}", diff.Info, "events.ev.data.n.description"},
		{"record removed", ", {metric: h, value: n}", "", diff.Breaking, "events.ev.record.h"},
		{"record added", "{metric: m}", "{metric: m}, {metric: e, value: n}", diff.Warning, "events.ev.record.e"},
		{"record twice", "{metric: m}", "{metric: m}, {metric: m, set: {a: x}}", diff.Warning, "events.ev.record.m"},
		{"value of a record", "value: n", "value: 1", diff.Warning, "events.ev.record.h.value"},
		{"condition", "value: n", "value: n, when: data.n > 1", diff.Warning, "events.ev.record.h.when"},
		{"source", "{metric: m}", "{metric: m, set: {a: x}}", diff.Warning, "events.ev.record.m.from.a"},
		{"go name of an event", "group: g,", "group: g, go_name: Happened,", diff.Breaking, "go_name.Ev"},
		{"go name of a field", "a: {type: string}", "a: {type: string, go_name: First}", diff.Breaking, "go_name.Ev.A"},
		{"go name of an attribute", "{values: [x, y]}", "{values: [x, y], go_name: Axis}", diff.Breaking, "go_name.A"},
		{"go name of a value", "{values: [x, y]}", "{values: [x, y], go_names: {x: First}}", diff.Breaking, "go_name.AX"},
		{"go name of something else", "[x, y]", "[X, y]", diff.Breaking, "go_name.AX"},
		{"go names that swap", "{values: [x, y]}", "{values: [x, y], go_names: {x: Y, y: X}}", diff.Breaking, "go_name.AY"},
		{"names that meet in Go", `  "p.*": {}`, "  \"p.*\": {}\n  EV: {}", diff.Info, "events.EV"},
		{"names that meet in Go now", `  "p.*": {}`, "  \"p.*\": {}\n  e.v: {}\n  e_v: {}", diff.Breaking, "go_name"},
		{"a record of every event", "version: 1", "version: 1\nevery_event: {record: [{metric: m, set: {a: x}}]}", diff.Warning, "every_event.record.m"},
		{"a source beside the data", "{metric: m}", "{metric: m, from: {a: $platform}}", diff.Warning, "events.ev.record.m.from.a"},
		{"key scope", "version: 1", "version: 1\nkey_scope: [service]", diff.Breaking, "key_scope"},
		{"no key scope", "version: 1", "version: 1\nkey_scope: []", diff.Breaking, "key_scope"},
		{"event deprecated", "group: g,", "group: g, deprecated: {note: N},", diff.Info, "events.ev.deprecated"},
		{"field deprecated", "n: {type: int}", "n: {type: int, deprecated: {note: N}}", diff.Info, "events.ev.data.n.deprecated"},
		{"metric deprecated", "number: int,", "number: int, deprecated: {note: N, replaced_by: m},", diff.Info, "metrics.h.deprecated"},
		{"attribute deprecated", "{values: [x, y]}", "{values: [x, y], deprecated: {note: N}}", diff.Info, "metrics.m.attributes.a.deprecated"},
		{"value deprecated", "{values: [x, y]}", "{values: [x, y], deprecated_values: {y: {note: N}}}", diff.Info, "metrics.m.attributes.a.values.y.deprecated"},
		{"since", "group: g,", "group: g, since: \"2026-11\",", diff.Info, "events.ev.since"},
		{"deprecated with a note alone", "group: g,", "group: g, deprecated: use counts,", diff.Info, "events.ev.deprecated"},
		{"an earlier name", "group: g,", "group: g, renamed_from: [old ev],", diff.Warning, "events.ev.renamed_from"},
		{"a deprecated field of entries", "spare: {}", "spare: {type: array, items: {sku: {deprecated: no longer}}}", diff.Info, "events.ev.data.spare.sku"},
		{"go_names of a field", "spare: {}", "spare: {type: string, values: [v], go_names: {v: Five}}", diff.Breaking, "events.ev.data.spare.type"},
		{"redaction", "version: 1", "version: 1\nredact: [secret]", diff.Warning, "redact"},
	} {
		t.Run(test.name, func(t *testing.T) {
			changed := strings.Replace(base, test.from, test.to, 1)
			before, err := eventmap.Parse([]byte(base))
			if err != nil {
				t.Fatal(err)
			}
			after, err := eventmap.Parse([]byte(changed))
			if err != nil {
				t.Fatal(err)
			}
			changes := diff.Compare(before, after)
			for _, c := range changes {
				if c.Key == test.key && c.Severity == test.severity {
					return
				}
			}
			t.Errorf("got %+v, want %s: %s", changes, test.severity, test.key)
		})
	}
}

// One of the two maps may come from the standard input.
func TestStandardInput(t *testing.T) {
	const path = "testdata/old.yaml"
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, in string
		args     []string
		code     int
		says     string
	}{
		{"the same", string(old), []string{"-", path}, 0, "nothing has changed"},
		{"a mistake", "version: 1\nevents: {a: {recrod: []}}\n", []string{path, "-"}, 1, "standard input:2:"},
		{"nothing", "", []string{"-", path}, 1, "standard input:1:1"},
		{"twice", string(old), []string{"-", "-"}, 2, "can be given once"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cmd := diff.New()
			cmd.SetIn(strings.NewReader(tt.in))
			code, out, errs := clitest.Run(t, cmd, tt.args...)
			if code != tt.code || !strings.Contains(out+errs, tt.says) {
				t.Errorf("exit code %d\n%s%s", code, out, errs)
			}
		})
	}
}
