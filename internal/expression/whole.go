// SPDX-License-Identifier: Apache-2.0

package expression

import "math"

// Whole reports whether the form of the expression makes every result a number without a fraction: it is an int, or a
// double that is rounded.
func (x *Program) Whole() bool { return x.root.whole() }

func (n *node) whole() bool {
	if n.typ.kind == integer {
		return true
	}
	switch n.op {
	case opConst:
		return n.value.kind == null || n.value.number() && n.value.float() == math.Trunc(n.value.float())
	case opToDouble:
		return n.a.whole()
	case opNegate, opPlus:
		return n.a.whole()
	case opAdd, opSubtract, opMultiply, opCoalesce, opElvis:
		return n.a.whole() && n.b.whole()
	case opConditional:
		return n.b.whole() && n.c.whole()
	case opCall:
		return n.function.whole(n.kids)
	default:
		return false
	}
}

// whole reports whether a function of the arguments gives numbers without a fraction.
func (f *function) whole(arguments []*node) bool {
	switch f.name {
	case "ceil", "floor", "round":
		return true
	case "abs", "float", "max", "min":
		for _, a := range arguments {
			if !a.whole() {
				return false
			}
		}
		return true
	default:
		return false
	}
}
