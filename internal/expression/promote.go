// SPDX-License-Identifier: Apache-2.0

package expression

// promote makes doubles of the ints in data.price ?? 0 and data.ok ? 1 : 0.5, which would be of no one type otherwise.
func (c *checker) promote(a, b *node) {
	switch {
	case a.typ.kind == integer && b.typ.kind == double:
		toDouble(a)
	case a.typ.kind == double && b.typ.kind == integer:
		toDouble(b)
	}
}

// toDouble makes a double of an int, and leaves nil where the int is missing.
func toDouble(n *node) {
	switch {
	case n.isNil():
		return
	case n.op == opConst && n.value.kind == integer:
		n.value = doubleValue(float64(n.value.int()))
	case n.op == opConditional:
		toDouble(n.b)
		toDouble(n.c)
	case n.op == opCoalesce:
		toDouble(n.a)
		toDouble(n.b)
	case n.typ.kind != double:
		inner := *n
		*n = node{op: opToDouble, at: n.at, written: n.written, a: &inner}
	}
	n.typ = typ{kind: double}
}
