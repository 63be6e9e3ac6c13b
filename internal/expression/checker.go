// SPDX-License-Identifier: Apache-2.0

package expression

// checker finds the type of each node, and folds what is constant.
type checker struct {
	source string
	joins  int
	err    *Error // the first mistake
}

// fail notes a mistake at a node. fix may be empty.
func (c *checker) fail(n *node, problem, fix string) typ {
	if c.err == nil {
		c.err = mistakeAt(c.source, n.at, problem, fix)
	}
	return typ{}
}

// refuse notes a mistake that needs no place.
func (c *checker) refuse(problem, fix string) {
	if c.err == nil {
		c.err = &Error{problem, fix}
	}
}

// check checks a node and all below it.
func (c *checker) check(n *node) {
	n.each(c.check)
	if c.err != nil {
		return
	}
	n.typ = c.typeOf(n)
	if c.err == nil {
		c.fold(n)
	}
	if n.op == opAdd && n.typ.may(text) {
		c.countJoin()
	}
}

// typeOf returns the type of a node, whose children have theirs.
func (c *checker) typeOf(n *node) typ {
	switch n.op {
	case opConst:
		return typ{kind: n.value.kind}
	case opField:
		return n.typ
	case opData:
		c.refuse("data stands without a field in the expression", "write data.FIELD")
		return typ{}
	case opEventType:
		return typ{kind: text}
	case opList:
		return c.list(n)
	case opMapping:
		return typ{kind: mapping}
	case opMember:
		return c.member(n)
	case opSlice:
		return c.slice(n)
	case opConditional:
		if !n.a.typ.may(boolean) {
			return c.fail(n.a, "the condition before ? is "+n.a.typ.String(), "compare with something, such as data.amount > 0 ? 1 : 2")
		}
		c.promote(n.b, n.c)
		return n.b.typ.either(n.c.typ)
	case opElvis:
		if !n.a.typ.may(boolean) {
			return c.fail(n.a, "the condition before ?: is "+n.a.typ.String(), "write ?? for another value in the place of a missing one")
		}
		return n.a.typ.either(n.b.typ)
	case opCoalesce:
		c.promote(n.a, n.b)
		return c.coalesce(n.a.typ, n.b.typ)
	case opCall:
		return c.call(n)
	case opChain:
		for i, o := range n.ops {
			c.compared(n, o, n.kids[i].typ, n.kids[i+1].typ)
		}
		return typ{kind: boolean}
	default:
		return c.operator(n)
	}
}

// coalesce returns the type of a ?? b.
func (c *checker) coalesce(a, b typ) typ {
	switch {
	case a.kind == null:
		return b
	case b.kind == null || b.fits(a):
		return a
	default:
		return typ{}
	}
}

func (c *checker) list(n *node) typ {
	of := typ{}
	for i, item := range n.kids {
		if i > 0 && item.typ.kind != of.kind {
			return typ{kind: list, of: &typ{kind: anything}}
		}
		of = item.typ
	}
	return typ{kind: list, of: &of}
}

func (c *checker) member(n *node) typ {
	switch base := n.a.typ; {
	case base.open():
		return typ{}
	case base.kind == list && n.b.typ.may(integer):
		return *base.of
	case base.kind == mapping && n.b.typ.may(text):
		return typ{kind: anything}
	case base.kind == list:
		return c.fail(n, "a list has items by number, not by "+n.b.typ.String(), "write a number from 0, such as ['a', 'b'][0]")
	case base.kind == mapping:
		return c.fail(n, "a mapping has items by text, not by "+n.b.typ.String(), `write the key as text, such as {"a": 1}["a"]`)
	default:
		return c.fail(n, n.a.typ.String()+" has no members", "read a data field as data.FIELD; len(…) counts the characters of a string")
	}
}

func (c *checker) slice(n *node) typ {
	if n.a.typ.open() {
		return typ{}
	}
	if !n.a.typ.may(text, list) {
		return c.fail(n, n.a.typ.String()+" cannot be sliced", "slice a string or a list, such as data.mode[0:2]")
	}
	for _, bound := range []*node{n.b, n.c} {
		if bound != nil && !bound.typ.may(integer) {
			return c.fail(bound, "the bound of a slice is "+bound.typ.String(), "write an int, such as data.mode[0:2]")
		}
	}
	return n.a.typ
}
