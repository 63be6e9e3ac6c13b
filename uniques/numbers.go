// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"slices"

	"github.com/otelanalytics/otelanalytics-go/uniques/internal/sketch"
)

// Number is about how many different values there are.
type Number struct {
	Metric string
	// Attributes are pairs of name and value: the attributes of the tuple, ordered by name, and then the window.
	Attributes []string
	Value      uint64
	// Exact reports that the number is wrong by one at most. Otherwise its standard error is 0.35 %.
	Exact bool
}

// numbers returns the numbers of a metric: one for each tuple in each window. It adds zeros where nobody was counted:
// for a metric without attributes, and for combinations of listed values. union returns nil for an empty window.
// numbers adds to tuples.
func (m *metric) numbers(tuples map[string]bool, union func(tuple, window string) *sketch.Sketch) []Number {
	if !m.split() {
		tuples[""] = true
	}
	for _, tuple := range m.listed {
		if len(tuples) >= m.maxTuples {
			break // zeros leave what is counted its room
		}
		tuples[tuple] = true
	}
	var numbers []Number
	for tuple := range tuples {
		pairs, ok := decodeTuple(tuple)
		if !ok || (tuple == "") == m.split() {
			continue // of another configuration
		}
		for _, name := range m.windows {
			n := Number{Metric: m.Name, Attributes: append(slices.Clone(pairs), m.WindowAttribute, name), Exact: true}
			if s := union(tuple, name); s != nil {
				n.Value, n.Exact = s.Count(), !s.Dense()
			}
			numbers = append(numbers, n)
		}
	}
	slices.SortFunc(numbers, func(a, b Number) int { return slices.Compare(a.Attributes, b.Attributes) })
	return numbers
}
