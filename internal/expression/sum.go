// SPDX-License-Identifier: Apache-2.0

package expression

import (
	"slices"

	"github.com/otelanalytics/otelanalytics-go/internal/datapath"
)

// SumPart is a part of the path of an operand that is a sum: what is before it leads to an array, what is behind it to a
// field of each entry. Who evaluates the program gives the sum as the operand's value: an int64 or a float64, nil where the
// array or a field is missing.
const SumPart = datapath.Sum

// sumName is the function that sums over the entries of an array.
const sumName = "sum"

// sum reads the arguments of sum(data.items, .quantity), which become one data field.
func (p *parser) sum() *node {
	p.expect("(")
	n := p.postfix(p.operand())
	if n.op != opField || slices.Contains(n.path, SumPart) {
		p.refuse("sum takes an array of the data and a field of its entries", "write it such as sum(data.items, .quantity)")
		return n
	}
	n.path = append(n.path, SumPart)
	p.expect(",")
	for first := true; p.err == nil && (first || p.token().is(".")); first = false {
		p.expect(".")
		t := p.next()
		if t.kind != nameToken && (t.kind != operatorToken || !isName(t.text)) {
			p.fail(t.at, "a name has to follow the dot", "write it such as sum(data.items, .quantity)")
		}
		p.nodes++
		n.path = append(n.path, t.text)
	}
	p.expect(")")
	return n
}
