// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func parseText(t testing.TB, text string) *Map {
	t.Helper()
	m, err := Parse([]byte(text))
	if err != nil {
		t.Fatalf("refused:\n%v\nof\n%s", err, text)
	}
	return m
}

func parseValid(t testing.TB, name string) *Map {
	t.Helper()
	m, err := ParseFile("testdata/valid/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestValidMapsHoldTheInvariants(t *testing.T) {
	files, err := filepath.Glob("testdata/valid/*.yaml")
	if err != nil || len(files) < 4 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			m := parseValid(t, filepath.Base(file))
			checkInvariants(t, m)
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			checkHashIsStable(t, m, data)
		})
	}
}

func TestWhatIsRead(t *testing.T) {
	m := parseValid(t, "everything.yaml")
	metric := func(name string) *Metric {
		d, ok := m.Metric(name)
		if !ok {
			t.Fatalf("no metric %s", name)
		}
		return d
	}
	status := []string{"200", "404", "true", "1.50", "~", "0x10"}
	wantMetrics := []*Metric{
		{
			Name: "http.server/requests-seen_2", Enabled: true, Instrument: Counter, Unit: "1", Description: "Two lines\nof text.\n", Group: "rest",
			Number: Double, MaxSeries: 100000, Attributes: []Attribute{
				{Name: "status", Values: status, Default: "200", GoName: "Code", GoNames: map[string]string{"404": "NotFound"}},
				{Name: "höhe_x", Limit: 1, Default: "null"},
			},
		},
		{Name: "in_progress", Enabled: true, Instrument: UpDownCounter, Number: Int, MaxSeries: 1900},
		{Name: "level", Enabled: true, Instrument: Gauge, Number: Int, Unit: "Cel", Group: "24", MaxSeries: 1900},
		{Name: "wait", Enabled: true, Instrument: Histogram, Group: "rest", Number: Int, MaxSeries: 1, Buckets: []float64{-1, 0, 0.5, 1000, 2000}},
		{Name: "unused", Enabled: true, Instrument: UpDownCounter, Number: Int, MaxSeries: 1900},
		{Name: "reused", Enabled: true, Instrument: Counter, Group: "rest", Number: Int, MaxSeries: 1900, Attributes: []Attribute{
			{Name: "code", Values: status, Default: "200", GoName: "Code", GoNames: map[string]string{"404": "NotFound"}},
			{Name: "job_", Limit: 3, Default: "unknown"},
			{Name: "my.instance", Limit: 3, Default: "unknown"},
		}},
	}
	if diff := cmp.Diff(wantMetrics, m.Metrics()); diff != "" {
		t.Errorf("metrics (-want +got):\n%s", diff)
	}
	progress := metric("in_progress")
	wantEvents := []*Event{
		{Name: "empty", Enabled: true, Store: true},
		{Name: "also empty", Enabled: true, Store: true},
		{Name: "started", Enabled: true, Store: true, RenamedFrom: []string{"begun", "17", "true"}, Deprecated: &Deprecation{"Use finished.", "finished"}, Records: []Record{
			{Metric: progress, Sources: []Source{}, Value: Value{Constant: 1}},
			{Metric: progress, Sources: []Source{}, Value: Value{Constant: 2}},
		}},
		{Name: "finished", Enabled: true, Records: []Record{{Metric: progress, Sources: []Source{}, Value: Value{Constant: -1}}}},
		{Name: "404", Enabled: true, Store: true},
		{Name: "*", Enabled: true, Description: "All the rest.", Group: "rest", Store: true, Records: []Record{
			{Metric: metric("level"), Sources: []Source{}, Value: Value{Path: Path{"5"}}},
			{Metric: metric("wait"), Sources: []Source{}, Value: Value{Path: Path{"commits", "$size"}}},
			{Metric: metric("wait"), Sources: []Source{}, Value: Value{Path: Path{"commits", "0", "time"}}},
			{Metric: metric("http.server/requests-seen_2"), Value: Value{Constant: 0.5}, Sources: []Source{
				{Kind: FromConstant, Constant: "true"},
				{Kind: FromData, Path: Path{"a", "b c", "größe"}},
			}},
			{Metric: metric("reused"), Value: Value{Constant: 1}, Sources: []Source{
				{Kind: FromConstant, Constant: "404"},
				{Kind: FromConstant, Constant: "x"},
				{Kind: FromType},
			}},
		}},
		{Name: "a*", GoName: "AllThatBeginWithA", Enabled: true, Store: true},
		{Name: "a.b*", Enabled: true, Store: true},
		{Name: "a.*", Enabled: true, Store: true},
	}
	for _, e := range wantEvents {
		e.OnViolation, e.Additional = CountViolations, KeepAdditional
	}
	if diff := cmp.Diff(wantEvents, m.Events()); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if e, _ := m.Event("*"); e.Records[0].Metric != metric("level") {
		t.Error("a record's metric is not the map's")
	}
}

func TestAttributesComeFromTheSameNamedField(t *testing.T) {
	m := parseText(t, "version: 1\nmetrics:\n  a: {instrument: counter, attributes: {http.method: {limit: 3}}}\n"+
		"events:\n  e: {record: [{metric: a}]}\n")
	e, _ := m.Event("e")
	want := []Source{{Kind: FromData, Path: Path{"http.method"}}} // one top-level field, whatever its name
	if diff := cmp.Diff(want, e.Records[0].Sources); diff != "" {
		t.Error(diff)
	}
}

func TestSetTakesTheDefault(t *testing.T) {
	m := parseText(t, "version: 1\nmetrics:\n  a: {instrument: counter, attributes: {b: {values: [x]}, c: {values: [x], default: y}}}\n"+
		"events:\n  e: {record: [{metric: a, set: {b: unknown, c: y}}]}\n")
	e, _ := m.Event("e")
	want := []Source{{Kind: FromConstant, Constant: "unknown"}, {Kind: FromConstant, Constant: "y"}}
	if diff := cmp.Diff(want, e.Records[0].Sources); diff != "" {
		t.Error(diff)
	}
}

func TestNegativeZeroIsZero(t *testing.T) {
	m := parseText(t, "version: 1\nmetrics:\n  a: {instrument: counter}\nevents:\n  e: {record: [{metric: a, value: -0.0}]}\n")
	e, _ := m.Event("e")
	if v := e.Records[0].Value.Constant; v != 0 || math.Signbit(v) {
		t.Errorf("got %v", v)
	}
}

func TestMatch(t *testing.T) {
	m := parseText(t, `
version: 1
events:
  pull_request.opened: {}
  "pull_request.*": {}
  "pull_request.open*": {}
  "pull*": {}
  push: {}
`)
	cases := []struct{ typ, want string }{
		{"push", "push"},
		{"push.x", ""},
		{"pull_request.opened", "pull_request.opened"},
		{"pull_request.openedX", "pull_request.open*"},
		{"pull_request.closed", "pull_request.*"},
		{"pull_request.", "pull_request.*"},
		{"pull_request", "pull*"},
		{"pull", "pull*"},
		{"pul", ""},
		{"", ""},
		{"other", ""},
		{"pull_request.*", "pull_request.*"},
		{"pull*", "pull*"},
	}
	for _, c := range cases {
		e, ok := m.Match(c.typ)
		if ok != (c.want != "") || ok && e.Name != c.want {
			t.Errorf("Match(%q) = %v, %v, want %q", c.typ, e, ok, c.want)
		}
	}
	all := parseText(t, "version: 1\nevents:\n  \"*\": {}\n  a: {}\n")
	for _, typ := range []string{"", "x", "other", "a*"} {
		if e, ok := all.Match(typ); !ok || e.Name != "*" || !e.IsPattern() {
			t.Errorf("Match(%q) = %v, %v, want *", typ, e, ok)
		}
	}
	if e, ok := all.Match("a"); !ok || e.Name != "a" || e.IsPattern() {
		t.Errorf("Match(a) = %v, %v", e, ok)
	}
	if e, ok := m.Event("pull*"); !ok || !e.IsPattern() {
		t.Errorf("Event(pull*) = %v, %v", e, ok)
	}
	if _, ok := m.Event("pull_request.closed"); ok {
		t.Error("Event matched a pattern")
	}
}

// manyEvents has n exact events and 50 patterns.
func manyEvents(t testing.TB, n int) *Map {
	var b strings.Builder
	b.WriteString("version: 1\nevents:\n")
	for i := range n {
		fmt.Fprintf(&b, "  event_%d: {}\n", i)
	}
	for i := range 50 {
		fmt.Fprintf(&b, "  \"pattern_%d.*\": {}\n", i)
	}
	return parseText(t, b.String())
}

func TestMatchDoesNotAllocate(t *testing.T) {
	m := manyEvents(t, 3000)
	types := []string{"event_2999", "pattern_7.x", "nothing"}
	if n := testing.AllocsPerRun(100, func() {
		for _, typ := range types {
			m.Match(typ)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkMatch(b *testing.B) {
	m := manyEvents(b, 5000)
	for _, typ := range []string{"event_4999", "pattern_7.x", "nothing"} {
		b.Run(typ, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				m.Match(typ)
			}
		})
	}
}

func TestCallersCannotReorderTheMap(t *testing.T) {
	m := parseValid(t, "design.yaml")
	m.Metrics()[0], m.Events()[0] = nil, nil
	if m.Metrics()[0] == nil || m.Events()[0] == nil {
		t.Error("a caller's change to the slice shows")
	}
}

// TestRenamedEvents asks for events by the names that they had before.
func TestRenamedEvents(t *testing.T) {
	m := parseText(t, `version: 1
events:
  order_paid: {renamed_from: [paid, orders.paid]}
  "orders.*": {}
  plain: {}
`)
	for name, want := range map[string]string{
		"order_paid": "order_paid", "paid": "order_paid", "orders.paid": "order_paid", "orders.sent": "orders.*", "plain": "plain", "sold": "",
	} {
		e, ok := m.Match(name)
		if ok != (want != "") || ok && e.Name != want {
			t.Errorf("%s belongs to %v", name, e)
		}
	}
	if _, ok := m.Event("paid"); ok {
		t.Error("an earlier name is declared")
	}
	for name, want := range map[string][]string{"order_paid": {"paid", "orders.paid"}, "paid": nil, "orders.*": nil, "plain": nil, "sold": nil} {
		if got := m.OldNames(name); !slices.Equal(got, want) {
			t.Errorf("%s was called %q, want %q", name, got, want)
		}
	}
}
