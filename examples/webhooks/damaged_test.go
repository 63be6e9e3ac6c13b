// SPDX-License-Identifier: Apache-2.0

package main_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// damages are things that can be wrong with a delivery. Each is applied to
// some of the real ones.
var damages = []struct {
	name   string
	damage func(delivery, payload map[string]any)
	event  string // "" is any
}{
	{"labels are a number", func(_, p map[string]any) {
		p["issue"] = map[string]any{"labels": 5}
		p["label"] = 5
	}, "issues"},
	{"label without a name", func(_, p map[string]any) { p["label"] = map[string]any{"color": "red"} }, "issues"},
	{"label name is an object", func(_, p map[string]any) {
		p["label"] = map[string]any{"name": map[string]any{"a": json.Number("1")}}
	}, "issues"},
	{"label name is a number", func(_, p map[string]any) { p["label"] = map[string]any{"name": json.Number("7")} }, "issues"},
	{"label name is empty", func(_, p map[string]any) { p["label"] = map[string]any{"name": ""} }, "issues"},
	{"label is called other", func(_, p map[string]any) { p["label"] = map[string]any{"name": "other"} }, "issues"},
	{"no commits", func(_, p map[string]any) { delete(p, "commits") }, "push"},
	{"commits are null", func(_, p map[string]any) { p["commits"] = nil }, "push"},
	{"commits are a number", func(_, p map[string]any) { p["commits"] = json.Number("3") }, "push"},
	{"commits are text", func(_, p map[string]any) { p["commits"] = "abc" }, "push"},
	{"commits are an object", func(_, p map[string]any) { p["commits"] = map[string]any{"$size": json.Number("9")} }, "push"},
	{"merged is text", func(_, p map[string]any) { p["pull_request"].(map[string]any)["merged"] = "true" }, "pull_request"},
	{"merged is a list", func(_, p map[string]any) { p["pull_request"].(map[string]any)["merged"] = []any{} }, "pull_request"},
	{"merged is null", func(_, p map[string]any) { p["pull_request"].(map[string]any)["merged"] = nil }, "pull_request"},
	{"no pull request", func(_, p map[string]any) { delete(p, "pull_request") }, "pull_request"},
	{"conclusion is null", func(_, p map[string]any) {
		p["action"], p["workflow_run"] = "completed", map[string]any{"conclusion": nil}
	}, "workflow_run"},
	{"no sender", func(_, p map[string]any) { delete(p, "sender") }, ""},
	{"sender is null", func(_, p map[string]any) { p["sender"] = nil }, ""},
	{"sender is a number", func(_, p map[string]any) { p["sender"] = json.Number("12") }, ""},
	{"sender is a list", func(_, p map[string]any) { p["sender"] = []any{"a", nil, true} }, ""},
	{"login is a number", func(_, p map[string]any) { p["sender"] = map[string]any{"login": json.Number("3")} }, ""},
	{"no action", func(_, p map[string]any) { delete(p, "action") }, "star"},
	{"action is a number", func(_, p map[string]any) { p["action"] = json.Number("5") }, "star"},
	{"action is an object", func(_, p map[string]any) { p["action"] = map[string]any{} }, "star"},
	{"action is empty", func(_, p map[string]any) { p["action"] = "" }, "star"},
	{"empty payload", func(d, _ map[string]any) { d["payload"] = map[string]any{} }, ""},
	{"numbers of every kind", func(_, p map[string]any) {
		p["numbers"] = []any{
			json.Number("0"), json.Number("-1"), json.Number("2147483648"), json.Number("9007199254740993"),
			json.Number("9223372036854775807"), json.Number("9223372036854775808"), json.Number("-9223372036854775808"),
			json.Number("1.0"), json.Number("-2.5e-3"), json.Number("1e3"), json.Number("-0"), json.Number("-0.0"),
		}
	}, ""},
	{"nothing in everything", func(_, p map[string]any) {
		p["nothing"] = map[string]any{"null": nil, "list": []any{}, "object": map[string]any{}, "text": "", "objects": []any{map[string]any{}}}
	}, ""},
	{"lists in lists", func(_, p map[string]any) { p["lists"] = []any{[]any{[]any{nil}}} }, "fork"},
	{"keys that MongoDB once refused", func(_, p map[string]any) {
		p["keys"] = map[string]any{"$set": "a", "a.b": "c", "": json.Number("1")}
	}, "public"},
	{"odd text", func(_, p map[string]any) {
		p["odd"] = map[string]any{"text": "\u0000 \u2028 \U0001F600 \ufffd <&>", "Ключ": "значение", " ": "space"}
	}, ""},
}

// refusedBySDK has a key that BSON cannot hold.
const refusedBySDK = `{"event":"push","payload":{"a\u0000b":1}}`

// refusals are lines that cannot be accepted.
var refusals = []string{
	``, // an empty line is nothing at all: neither accepted nor rejected
	`{"event":"push","payload":{"ref":"refs/heads`,
	`not JSON`,
	`5`,
	`[]`,
	`{}`,
	`{"payload":{}}`,
	`{"event":"push"}`,
	`{"event":"","payload":{}}`,
	`{"event":7,"payload":{}}`,
	`{"event":"push","payload":null}`,
	`{"event":"push","payload":[]}`,
	`{"event":"push","payload":"text"}`,
	`{"event":"push","payload":5}`,
	refusedBySDK,
	"{\"event\":\"line\\nbreak\",\"payload\":{}}",
}

func TestDamagedDeliveries(t *testing.T) {
	since := time.Now()
	s := newService(t)
	want := newTruth(s.ferretDB)
	var lines []string
	add := func(line string) {
		lines = append(lines, line)
		delivery := parse(t, line)
		key, hasKey := delivery["delivery"].(string)
		if !hasKey {
			key = lineKey("deliveries.jsonl.gz", len(lines))
		}
		want.deliver(t, delivery["event"].(string), key, delivery["payload"].(map[string]any))
	}
	applied := map[string]int{}
	for i, line := range readLines(t, realDeliveries) {
		event := parse(t, line)["event"]
		for j, d := range damages {
			// One real delivery in seven bears a general damage; a special one
			// is applied wherever it fits.
			if d.event == event || d.event == "" && (i+j)%7 == 0 {
				add(edit(t, line, d.damage))
				applied[d.name]++
			}
		}
		if i%5 == 0 { // the same delivery, twice and a third time later
			again := edit(t, line, func(delivery, _ map[string]any) { delivery["delivery"] = fmt.Sprintf("again-%d", i) })
			add(again)
			add(again)
		}
	}
	for _, d := range damages {
		if applied[d.name] == 0 {
			t.Errorf("the damage %q fits no delivery", d.name)
		}
	}
	for _, line := range lines[:20] {
		if _, has := parse(t, line)["delivery"]; has {
			add(line)
		}
	}
	lines = append(lines, refusals...)
	want.rejected = 1 // refusedBySDK; the others do not get that far

	s.start("-replay", writeLines(t, lines), "-linger")
	wantOutcome := want.outcome()
	wantOutcome.Rejected = float64(len(refusals) - 1) // all but the empty line
	if diff := cmp.Diff(wantOutcome, s.outcome()); diff != "" {
		t.Errorf("outcome (-want +got):\n%s", diff)
	}
	s.check(want, since)
	s.Stop()
}
