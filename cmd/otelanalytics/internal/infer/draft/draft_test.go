// SPDX-License-Identifier: Apache-2.0

package draft_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/infer/draft"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// TestReadBack: what is written is what the loader reads, whatever YAML could take it for.
func TestReadBack(t *testing.T) {
	texts := []string{
		"", "a", "on", "Yes", "null", "~", "1", "1e3", "0x10", "1_000", ".5", "-", "- a", "a: b", "a # b", "#a", "\"", "'", "\\", "{", "[", "]", ",", "&a", "*a", "!a",
		"|", ">", "%", "@", "`", " a", "a ", "line\nbreak", "tab\t", "\u2028", "\u00a0", "é", "日本", "\U0001f600", "=", "<<", "2026-11-27", "?", "true",
	}
	numbers := []float64{0, 1, -1, 0.5, 1e6, 1e300, -1e-300, 1 << 53, 123456789.25}
	m := &draft.Map{Comments: []string{"first\nsecond", "third\rfourth"}}
	for i, s := range texts {
		name := "e" + s
		if strings.ContainsAny(s, "\n\t*") { // an event cannot have it
			name = fmt.Sprint("e", i, "x")
		}
		low := numbers[i%len(numbers)]
		m.Events = append(m.Events, &draft.Event{
			Name: name, Comment: "of\n" + s, Notes: []string{s + "\nnote"}, Description: "d" + s, Deprecated: "p" + s,
			Fields: []*draft.Field{
				{Path: []string{"f"}, Types: []string{"string"}, Values: []any{s}, Description: "d" + s, Comment: s},
				{Path: []string{"n"}, Types: []string{"double"}, Min: &low},
				{Path: []string{"items"}, Types: []string{"array"}, Entries: true, MaxItems: 3, Items: []*draft.Field{{Path: []string{"x"}, Types: []string{"bool"}, Required: true, Values: []any{true}}}},
			},
		})
	}
	m.Sort()
	text, err := m.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	read, err := eventmap.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range m.Events {
		got, ok := read.Match(want.Name)
		if !ok || got.Name != want.Name || got.Description != want.Description || got.Deprecated.Note != want.Deprecated {
			t.Fatalf("%q: %+v", want.Name, got)
		}
		for _, f := range want.Fields {
			i := slices.IndexFunc(got.Data, func(g eventmap.Field) bool { return slices.Equal(g.Path, f.Path) })
			if g := got.Data[i]; f.Values != nil && !slices.Equal(g.Rules.Values, f.Values) || f.Min != nil && math.Abs(*g.Rules.Min-*f.Min) > 0 || g.Rules.Items != f.Entries || g.Rules.MaxItems != f.MaxItems {
				t.Errorf("%q: %+v, want %+v", want.Name, g, f)
			}
		}
		if i := slices.IndexFunc(got.Data, func(g eventmap.Field) bool { return strings.Join(g.Path, ".") == "items.x" }); i < 0 || !got.Data[i].Rules.Required {
			t.Errorf("%q: the field of entries is missing or not required", want.Name)
		}
	}
}

// TestProposalsThatDoNotGoWithTheMap are left out.
func TestProposalsThatDoNotGoWithTheMap(t *testing.T) {
	for _, name := range []string{"good", "otelanalytics.bad"} {
		m := &draft.Map{
			Metrics: []*draft.Metric{{Name: name, Instrument: "counter", Attributes: []draft.Attribute{{Name: "a", Values: []string{"1", "on"}}}}},
			Events:  []*draft.Event{{Name: "e", Fields: []*draft.Field{{Path: []string{"x", "a"}, Types: []string{"string"}}}, Records: []draft.Record{{Metric: name, From: [][2]string{{"a", "x.a"}}}}}},
		}
		text, err := m.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		taken, err := eventmap.Parse(draft.Taken(text))
		if err != nil {
			t.Fatal(err)
		}
		if got := len(taken.Metrics()); got != map[string]int{"good": 1}[name] {
			t.Errorf("%s: %d metrics", name, got)
		}
	}
	m := &draft.Map{Events: []*draft.Event{{Name: "a*b"}}}
	if _, err := m.Bytes(); err == nil {
		t.Error("a map with a mistake is written")
	}
}

// TestProposalsThatDoNotLoad: a map without its proposals says so, and one that is too long is an error.
func TestProposalsThatDoNotLoad(t *testing.T) {
	m := &draft.Map{Events: []*draft.Event{{Name: "e"}}, Metrics: []*draft.Metric{{Name: "e", Instrument: "thermometer"}}}
	text, err := m.Bytes()
	if err != nil || !strings.HasPrefix(string(text), "# Metrics are not proposed: ") || strings.Contains(string(text), "thermometer") {
		t.Errorf("%v\n%s", err, text)
	}
	m.Comments = []string{strings.Repeat("c", 1<<20)}
	if _, err := m.Bytes(); !errors.Is(err, draft.ErrTooLong) {
		t.Errorf("%v", err)
	}
}
