// SPDX-License-Identifier: Apache-2.0

package instruments_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/instruments"
)

const memoryMap = `
version: 1
metrics:
  visits:
    instrument: counter
    max_series: 4
    attributes:
      page: {limit: 2}
      plan: {values: [free, pro], default: free}
  spent: {instrument: counter}
events:
  visited: {record: [{metric: visits}]}
  paid: {record: [{metric: spent, value: amount}]}
`

func visit(f *fixture, page, plan string) {
	f.record("visited", map[string]instruments.Value{"page": instruments.String(page), "plan": instruments.String(plan)})
}

// remembering returns a set that has the memory of another one, by way of JSON.
func remembering(t *testing.T, from *fixture, yaml string) (*fixture, error) {
	t.Helper()
	text, err := json.Marshal(from.set.Memory())
	if err != nil {
		t.Fatal(err)
	}
	var m instruments.Memory
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	f := newFixture(t, yaml)
	return f, f.set.Remember(m)
}

func TestMemoryHoldsBounds(t *testing.T) {
	first := newFixture(t, memoryMap)
	visit(first, "a", "free")
	visit(first, "b", "free")
	visit(first, "a", "pro")
	first.record("paid", map[string]instruments.Value{"amount": instruments.Int(1<<63 - 2)})
	f, err := remembering(t, first, memoryMap)
	if err != nil {
		t.Fatal(err)
	}
	visit(f, "c", "free") // beyond the limit of page: the fourth series
	visit(f, "b", "free")
	visit(f, "b", "pro")                                                         // beyond max_series
	f.record("paid", map[string]instruments.Value{"amount": instruments.Int(1)}) // the last that fits
	f.record("paid", map[string]instruments.Value{"amount": instruments.Int(1)}) // out of range
	f.expect("visits", map[string]string{
		"visits{page=other,plan=free}":  "1",
		"visits{page=b,plan=free}":      "1",
		"visits{page=other,plan=other}": "1",
	})
	f.expect("spent", map[string]string{"spent{}": "1"})
}

func TestMemoryOfAnotherMap(t *testing.T) {
	first := newFixture(t, memoryMap)
	for _, page := range []string{"a", "b"} {
		visit(first, page, "free")
		visit(first, page, "pro")
	}
	for name, c := range map[string]struct{ old, new, want string }{
		"another metric":      {"spent", "paid_amount", `it has the metric "spent"`},
		"fewer attributes":    {"      plan: {values: [free, pro], default: free}\n", "", "it has 2 attributes, the event map 1"},
		"a list for a limit":  {"{limit: 2}", "{values: [a]}", `it has learned values of the attribute "page", which the event map lists`},
		"a lower limit":       {"{limit: 2}", "{limit: 1}", "it has more values"},
		"fewer series":        {"max_series: 4", "max_series: 3", "it has more series"},
		"a value less":        {"[free, pro], default: free", "[free], default: free", "values that the event map does not have"},
		"no sum is followed":  {"value: amount", "value: 2", ""},
		"a sum more followed": {"[{metric: visits}]", "[{metric: visits, value: n}]", "it has 0 sums for 5 series"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := remembering(t, first, strings.ReplaceAll(memoryMap, c.old, c.new))
			if c.want == "" && err != nil || c.want != "" && (!errors.Is(err, instruments.ErrMemory) || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}
