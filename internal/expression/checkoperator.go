// SPDX-License-Identifier: Apache-2.0

package expression

import "strconv"

// operator returns the type of an operator's result, once its operands are of types that it takes.
func (c *checker) operator(n *node) typ {
	if n.b == nil {
		return c.unary(n)
	}
	a, b := n.a.typ, n.b.typ
	switch n.op {
	case opAnd, opOr:
		if a.may(boolean) && b.may(boolean) {
			return typ{kind: boolean}
		}
		return c.mismatch(n, "takes two conditions", "compare with something, such as data.amount > 0")
	case opEqual, opNotEqual:
		if a.comparable(b) {
			return typ{kind: boolean}
		}
		return c.mismatch(n, "compares values of one type", "")
	case opLess, opLessOrEqual, opMore, opMoreOrEqual:
		c.compared(n, n.op, a, b)
		return typ{kind: boolean}
	case opIn:
		return c.in(n)
	case opMatches, opContains, opStartsWith, opEndsWith:
		if a.may(text) && b.may(text) {
			return typ{kind: boolean}
		}
		return c.mismatch(n, "takes two strings", "")
	case opModulo:
		if a.may(integer) && b.may(integer) {
			return typ{kind: integer}
		}
		return c.mismatch(n, "takes two ints", "convert a double with int(…)")
	default:
		return c.arithmetic(n)
	}
}

func (c *checker) arithmetic(n *node) typ {
	a, b := n.a.typ, n.b.typ
	numbers := a.may(integer, double) && b.may(integer, double)
	strings := n.op == opAdd && a.may(text) && b.may(text)
	switch {
	case !numbers && !strings && n.op == opAdd:
		return c.mismatch(n, "adds two numbers or joins two strings", "")
	case !numbers && !strings:
		return c.mismatch(n, "takes two numbers", "")
	case n.op == opDivide || n.op == opPower:
		return typ{kind: double}
	case a.open() || b.open():
		return typ{}
	case strings:
		return typ{kind: text}
	case a.kind == double || b.kind == double:
		return typ{kind: double}
	default:
		return typ{kind: integer}
	}
}

func (c *checker) unary(n *node) typ {
	switch t := n.a.typ; {
	case n.op == opNot && t.may(boolean):
		return typ{kind: boolean}
	case n.op == opNot:
		return c.fail(n, n.written+" takes a condition, not "+t.String(), "compare with something, such as not (data.amount > 0)")
	case t.open():
		return typ{}
	case t.number():
		return t
	default:
		return c.fail(n, n.written+" takes a number, not "+t.String(), "")
	}
}

// compared checks what < <= > >= compare.
func (c *checker) compared(n *node, o op, a, b typ) {
	if a.may(integer, double) && b.may(integer, double) || a.may(text) && b.may(text) {
		return
	}
	symbol := n.written
	for s, known := range binary {
		if known.op == o {
			symbol = s
		}
	}
	c.fail(n, symbol+" compares two numbers or two strings, not "+a.String()+" and "+b.String(), convertFix(a, b))
}

func (c *checker) in(n *node) typ {
	a, b := n.a.typ, n.b.typ
	switch {
	case b.kind == unknown, b.kind == anything,
		b.kind == mapping && a.may(text),
		b.kind == list && a.comparable(*b.of):
		return typ{kind: boolean}
	case b.kind == list:
		return c.fail(n, a.String()+" cannot be in a list whose items are each "+b.of.String(), convertFix(a, *b.of))
	case b.kind == mapping:
		return c.fail(n, "the keys of a mapping are strings, not "+a.String(), "")
	default:
		return c.fail(n, "in looks into a list, not into "+b.String(), "write a list such as ['a', 'b']; contains looks into a string")
	}
}

// mismatch says that an operator does not take what stands on its two sides.
func (c *checker) mismatch(n *node, takes, fix string) typ {
	a, b := n.a.typ, n.b.typ
	if fix == "" {
		fix = convertFix(a, b)
	}
	return c.fail(n, n.written+" "+takes+", not "+a.String()+" and "+b.String(), fix)
}

// convertFix says how two values come to be of one type.
func convertFix(a, b typ) string {
	if a.kind == text && b.number() || a.number() && b.kind == text {
		return "int(…) and float(…) convert a string; a number is written without quotes"
	}
	return ""
}

func (c *checker) countJoin() {
	if c.joins++; c.joins > maxJoins {
		c.refuse("the expression joins text more than "+strconv.Itoa(maxJoins)+" times", "compare the fields one by one")
	}
}
