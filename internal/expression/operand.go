// SPDX-License-Identifier: Apache-2.0

package expression

import "github.com/otelanalytics/otelanalytics-go/internal/words"

// operand reads what stands before, between and after binary operators.
func (p *parser) operand() *node {
	t := p.token()
	if o, ok := unary[t.text]; ok && t.kind == operatorToken {
		p.next()
		return p.postfix(p.node(o.op, t, p.expression(o.precedence)))
	}
	switch {
	case t.is("("):
		p.next()
		n := p.sequence()
		p.expect(")")
		return p.postfix(n)
	case t.is("["):
		return p.postfix(p.list())
	case t.is("{"):
		return p.postfix(p.mapping())
	case t.is("::"):
		p.next()
		return p.postfix(p.call(nil))
	case t.kind == stringToken:
		p.next()
		return p.postfix(p.constant(t, textValue(t.text)))
	case t.kind == numberToken:
		p.next()
		v, problem, fix := numberOf(t.text)
		if problem != "" {
			p.fail(t.at, problem, fix)
		}
		return p.constant(t, v)
	case t.kind == nameToken:
		return p.name()
	}
	p.unexpected()
	return p.node(opNone, t)
}

// name reads a name, and what it begins.
func (p *parser) name() *node {
	if p.tokens[1].is("(") {
		if p.token().text == sumName {
			p.next()
			return p.sum()
		}
		return p.postfix(p.call(nil))
	}
	switch t := p.next(); t.text {
	case "true", "false":
		return p.constant(t, boolValue(t.text == "true"))
	case "nil":
		return p.constant(t, value{kind: null})
	case typeName:
		return p.postfix(p.node(opEventType, t))
	case dataName:
		return p.postfix(p.node(opData, t))
	default:
		p.refuse(words.Quote(t.text)+" is not known in an expression", `write data.FIELD for a data field, or type for the event's type; text is written in quotes`)
		return p.node(opNone, t)
	}
}

// list reads [a, b].
func (p *parser) list() *node {
	n := p.node(opList, p.next())
	n.kids = p.separated(nil, "]", func() []*node { return []*node{p.expression(0)} })
	return n
}

// mapping reads {"a": 1, b: 2}.
func (p *parser) mapping() *node {
	n := p.node(opMapping, p.next())
	n.kids = p.separated(nil, "}", func() []*node {
		var key *node
		switch t := p.token(); {
		case t.kind == stringToken, t.kind == nameToken, t.kind == numberToken:
			key = p.constant(p.next(), textValue(t.text))
		case t.is("("):
			key = p.expression(0)
		default:
			p.fail(t.at, "a mapping has keys, not "+p.found(), `write it such as {"a": 1, "b": 2}`)
			key = p.node(opNone, t)
		}
		p.expect(":")
		return []*node{key, p.expression(0)}
	})
	return n
}

// separated reads items between commas until a bracket closes; a last comma may stand before it.
func (p *parser) separated(all []*node, closing string, item func() []*node) []*node {
	for p.err == nil && !p.token().is(closing) {
		all = append(all, item()...)
		if !p.take(",") {
			break
		}
	}
	p.expect(closing)
	return all
}
