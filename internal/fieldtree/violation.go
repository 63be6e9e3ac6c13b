// SPDX-License-Identifier: Apache-2.0

package fieldtree

import (
	"slices"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// Fault is a violation, for an error.
type Fault struct {
	Path    string // of the value, or of the field that is missing
	Counter *Counter
	Problem string // without the value
}

// Faults returns what is wrong with the document that was checked, up to a number of violations.
func (c *Check) Faults(most int) []Fault {
	var all []Fault
	for i := range c.violations[:min(most, len(c.violations))] {
		v := &c.violations[i]
		counter := &c.contract.Counters[v.counter]
		path := ""
		switch {
		case v.missing == nil:
			path = c.pathOf(v.at)
		case v.at < 0:
			path = strings.Join(v.missing.path, ".")
		default:
			path = c.pathOf(v.at) + "." + strings.Join(v.missing.path[v.depth:], ".")
		}
		all = append(all, Fault{Path: path, Counter: counter, Problem: counter.rule.problem(counter.Field)})
	}
	return all
}

// pathOf returns the path of the element that begins at a place in the document.
func (c *Check) pathOf(at int) string {
	var path []string
	for doc := c.doc; ; {
		inner := []byte(nil)
		for rest := doc[4:]; ; {
			elementType, key, value, next, ok := bsondoc.Next(rest)
			if !ok {
				break
			}
			if begin, end := c.at(rest), c.at(next); begin <= at && at < end {
				path = append(path, strings.ToValidUTF8(words.Short(string(key)), "\uFFFD"))
				if begin < at && (elementType == bsondoc.TypeDocument || elementType == bsondoc.TypeArray) {
					inner = value
				}
				break
			}
			rest = next
		}
		if inner == nil {
			return strings.Join(path, ".")
		}
		doc = inner
	}
}

// Violations calls f with the counter of each violation.
func (c *Check) Violations(f func(counter int)) {
	for i := range c.violations {
		f(int(c.violations[i].counter))
	}
}

// Len returns how many violations there are.
func (c *Check) Len() int { return len(c.violations) }

// Extra returns the places where the elements of fields begin that are left out because the map does not declare them, in their order.
func (c *Check) Extra() []int {
	slices.Sort(c.extra)
	return c.extra
}

// Omitted returns the places where the elements begin that are left out when violations are, in their order.
func (c *Check) Omitted() []int {
	at := slices.Clone(c.extra)
	for i := range c.violations {
		if v := &c.violations[i]; v.missing == nil {
			at = append(at, v.at)
		}
	}
	slices.Sort(at)
	return at
}
