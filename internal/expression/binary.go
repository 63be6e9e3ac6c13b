// SPDX-License-Identifier: Apache-2.0

package expression

// expression reads an expression of operators whose precedence is at least the given one.
func (p *parser) expression(least int) *node {
	if p.depth++; p.depth > maxDepth {
		p.fail(p.token().at, "it nests too deep there", "leave out brackets, or compute a part of it in the application")
	}
	defer func() { p.depth-- }()
	if least == 0 && p.token().is("if") {
		return p.ifElse()
	}
	left := p.operand()
	coalesced := false
	for p.err == nil {
		t, o, negated, ok := p.operator(least)
		if !ok {
			break
		}
		if coalesced && o.op != opCoalesce && o.op != opPipe {
			p.fail(t.at, `"??" and "`+t.text+`" stand side by side`, "put one of them into brackets, such as (data.amount ?? 0) > 1")
			break
		}
		coalesced = o.op == opCoalesce
		switch {
		case o.op == opPipe:
			left = p.call(left)
		case o.op.compares():
			left = p.comparison(left, t, o)
		case o.op == opPower:
			left = p.node(o.op, t, left, p.expression(o.precedence))
		default:
			left = p.binary(t, o, left)
		}
		if negated {
			left = p.node(opNot, t, left)
		}
	}
	if least == 0 {
		left = p.conditional(left)
	}
	return left
}

// operator reads an operator between two operands, "not" before it, unless it binds less than least.
func (p *parser) operator(least int) (t token, o operator, negated, ok bool) {
	t = p.token()
	if t.kind != operatorToken {
		return t, o, false, false
	}
	if t.text == "not" {
		t = p.tokens[1]
		if o = binary[t.text]; t.kind != operatorToken || !o.op.negatable() {
			p.next()
			p.unexpected()
			return t, o, false, false
		}
		negated = true
	}
	if o, ok = binary[t.text]; !ok || o.precedence < least {
		return t, o, false, false
	}
	if negated {
		p.next()
	}
	p.next()
	return t, o, negated, true
}

func (p *parser) binary(t token, o operator, left *node) *node {
	right := p.expression(o.precedence + 1)
	n := p.node(o.op, t, left, right)
	switch o.op {
	case opCoalesce:
		left.guard()
	case opEqual, opNotEqual:
		if right.isNil() {
			left.guard()
		}
		if left.isNil() {
			right.guard()
		}
	case opMatches:
		p.pattern(n)
	}
	return n
}

// guard notes that the expression says what to do without a field, and of a ?? b without the field b: a has been noted
// with its own "??".
func (n *node) guard() {
	switch n.op {
	case opField:
		n.guarded = true
	case opCoalesce:
		n.b.guard()
	}
}

// comparison reads the rest of one or, in 1 < data.amount < 5, of several, each operand of which is evaluated once.
func (p *parser) comparison(left *node, t token, o operator) *node {
	first := t
	kids, ops := []*node{left}, []op(nil)
	for {
		kids, ops = append(kids, p.expression(o.precedence+1)), append(ops, o.op)
		next := p.token()
		following, ok := binary[next.text]
		if next.kind != operatorToken || !ok || !following.op.compares() {
			break
		}
		t, o = p.next(), following
	}
	if len(ops) == 1 {
		return p.node(o.op, t, kids[0], kids[1])
	}
	n := p.node(opChain, first)
	n.kids, n.ops = kids, ops
	p.nodes += 2 * len(ops)
	return n
}
