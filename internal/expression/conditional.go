// SPDX-License-Identifier: Apache-2.0

package expression

// conditional reads ? and : after a condition.
func (p *parser) conditional(condition *node) *node {
	for p.token().is("?") {
		t := p.next()
		if p.take(":") {
			condition = p.node(opElvis, t, condition, p.expression(0))
			continue
		}
		yes := p.expression(0)
		p.expect(":")
		condition = p.node(opConditional, t, condition, yes, p.expression(0))
	}
	return condition
}

// ifElse reads if CONDITION { A } else { B }, or "else if" and so on.
func (p *parser) ifElse() *node {
	if p.depth++; p.depth > maxDepth {
		p.fail(p.token().at, "it nests too deep there", "compute a part of it in the application")
	}
	defer func() { p.depth-- }()
	t := p.next()
	condition := p.expression(0)
	yes := p.block()
	p.expect("else")
	var no *node
	if p.token().is("if") {
		no = p.ifElse()
	} else {
		no = p.block()
	}
	return p.node(opConditional, t, condition, yes, no)
}

func (p *parser) block() *node {
	p.expect("{")
	n := p.sequence()
	p.expect("}")
	return n
}
