// SPDX-License-Identifier: Apache-2.0

package expression

// fold puts the result in the place of a node whose operands are constant, and of a condition that one constant decides.
func (c *checker) fold(n *node) {
	switch n.op {
	case opConst, opField, opEventType, opToDouble:
		return
	case opAnd, opOr:
		for _, side := range []*node{n.a, n.b} {
			if decided := n.op == opOr; side.op == opConst && side.value.is(decided) {
				n.become(boolValue(decided))
				return
			}
		}
	case opIn:
		n.set = newSet(n.b)
	}
	constant := true
	n.each(func(kid *node) { constant = constant && kid.op == opConst })
	if !constant {
		return
	}
	v := n.eval(&env{})
	switch {
	case v.kind != failed:
		n.become(v)
	case n.op == opModulo:
		c.fail(n, n.written+" 0 has no result", "divide by something else")
	case n.op == opAdd || n.op == opSubtract || n.op == opMultiply || n.op == opNegate:
		c.fail(n, "the result of "+n.written+" is out of range: an int has 64 bits", "write one of the numbers as a double, such as 1.0")
	}
}

func (n *node) become(v value) {
	*n = node{op: opConst, at: n.at, written: n.written, typ: n.typ, value: v}
}
