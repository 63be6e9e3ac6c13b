// SPDX-License-Identifier: Apache-2.0

package reconcile

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCompare has one life with one counter, of which the documents are read at the four times.
func TestCompare(t *testing.T) {
	for name, c := range map[string]struct {
		life        life
		grown       float64
		read        [4]float64
		final       float64
		lost        float64
		explained   []because
		unexplained float64
	}{
		"equal":                      {life{fresh: true}, 7, [4]float64{0, 0, 7, 7}, 7, 0, nil, 0},
		"a scrape between two":       {life{fresh: true}, 6, [4]float64{0, 0, 5, 7}, 7, 0, []because{{reasonAfter, -1}}, 0},
		"one too many":               {life{fresh: true}, 8, [4]float64{0, 0, 7, 7}, 7, 0, nil, 1},
		"one too few":                {life{fresh: true}, 6, [4]float64{0, 0, 7, 7}, 7, 0, nil, -1},
		"killed behind the scrape":   {life{fresh: true, ended: true}, 7, [4]float64{0, 0, 7, 7}, 10, 0, []because{{reasonEnded, -3}}, 0},
		"down behind the scrape":     {life{fresh: true, ended: true, down: true}, 7, [4]float64{0, 0, 7, 7}, 10, 0, []because{{reasonDown, -3}}, 0},
		"killed, and one too many":   {life{fresh: true, ended: true}, 9, [4]float64{0, 0, 7, 8}, 10, 0, []because{{reasonEnded, -2}}, 1},
		"it ran before":              {life{}, 4, [4]float64{2, 2, 6, 6}, 9, 0, []because{{reasonBefore, -2}, {reasonAfter, -3}}, 0},
		"it ran before, between two": {life{}, 5, [4]float64{2, 3, 6, 8}, 8, 0, []because{{reasonBefore, -2}, {reasonAfter, -1}}, 0},
		"quarantined":                {life{fresh: true}, 9, [4]float64{0, 0, 7, 7}, 7, 2, []because{{reasonNoFile, 2}}, 0},
		"more than quarantined":      {life{fresh: true}, 9, [4]float64{0, 0, 7, 7}, 7, 1, []because{{reasonNoFile, 1}}, 1},
		"a half is no event":         {life{fresh: true}, 7.5, [4]float64{0, 0, 7, 7}, 7, 1, nil, 0.5},
		"rounding":                   {life{fresh: true}, 0.1 + 0.2, [4]float64{0, 0, 0.3, 0.3}, 0.3, 0, nil, 0},
		"fewer, and some lost":       {life{fresh: true}, 5, [4]float64{0, 0, 7, 7}, 7, 2, nil, -2},
	} {
		t.Run(name, func(t *testing.T) {
			k := key{"sales_total", ""}
			l := c.life
			l.growth, l.lost = map[key]float64{k: c.grown}, c.lost
			l.facts = &evidence{final: map[key]float64{k: c.final}}
			for i, v := range c.read {
				l.facts.read[i] = map[key]float64{k: v}
			}
			rows := compare(&documents{lives: []*life{&l}})
			if len(rows) != 1 {
				t.Fatalf("%d rows", len(rows))
			}
			want := &row{Series: "sales_total", Documents: c.final, Prometheus: c.grown, Explained: append([]because{}, c.explained...), Unexplained: c.unexplained}
			if c.unexplained != 0 {
				want.Where = []string{" "}
			}
			if diff := cmp.Diff(want, rows[0], cmp.Comparer(near)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestOtherBeyondMaxSeries: the same events in other series are no difference, and do not hide one.
func TestOtherBeyondMaxSeries(t *testing.T) {
	named, other := key{"sales_total", `plan="pro"`}, key{"sales_total", `plan="other"`}
	for name, c := range map[string]struct {
		other       float64
		unexplained map[string]float64
	}{
		"the same sum": {3, map[string]float64{}},
		"one more":     {4, map[string]float64{`sales_total{plan="pro"}`: -3, `sales_total{plan="other"}`: 4}},
	} {
		t.Run(name, func(t *testing.T) {
			l := life{fresh: true, growth: map[key]float64{named: 2, other: c.other}, facts: &evidence{final: map[key]float64{named: 5}}}
			for i := range l.facts.read {
				l.facts.read[i] = map[key]float64{named: 5}
			}
			got := map[string]float64{}
			for _, r := range compare(&documents{lives: []*life{&l}}) {
				if r.Unexplained != 0 {
					got[r.Series] = r.Unexplained
				}
			}
			if diff := cmp.Diff(c.unexplained, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
