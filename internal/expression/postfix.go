// SPDX-License-Identifier: Apache-2.0

package expression

import (
	"slices"
	"strconv"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// dataName is the event's data in an expression.
const dataName = "data"

// postfix reads the members and slices after an operand.
func (p *parser) postfix(n *node) *node {
	for p.err == nil {
		switch t := p.token(); {
		case t.is("."):
			p.next()
			n = p.dot(n)
		case t.is("["):
			p.next()
			n = p.index(n, t)
		case t.is("?."):
			p.refuse(`"?." is not read in an expression`, `write data.FIELD: a missing field makes a condition false; "data.FIELD ?? 0" gives another value`)
		default:
			return n
		}
	}
	return n
}

// dot reads the name after a dot.
func (p *parser) dot(n *node) *node {
	t := p.next()
	if t.kind != nameToken && (t.kind != operatorToken || !isName(t.text)) {
		p.fail(t.at, "a name has to follow the dot", `write data.FIELD, or data["FIELD"] for a name with other characters`)
	}
	if p.token().is("(") {
		fix := words.Suggest(t.text, functionNames(), "functions")
		if slices.Contains(functionNames(), t.text) {
			fix = "write " + t.text + "(…), with the value as its first argument"
		}
		p.fail(t.at, "there are no methods in an expression", fix)
	}
	return p.member(n, t, p.constant(t, textValue(t.text)))
}

// index reads what is within [ and ].
func (p *parser) index(n *node, t token) *node {
	var from, to *node
	if !p.token().is(":") {
		from = p.expression(0)
	}
	if !p.take(":") {
		p.expect("]")
		return p.member(n, t, from)
	}
	if !p.token().is("]") {
		to = p.expression(0)
	}
	p.expect("]")
	return p.node(opSlice, t, n, from, to)
}

// member returns a data field, or the member of another value.
func (p *parser) member(n *node, t token, property *node) *node {
	if n.op != opData && n.op != opField {
		return p.node(opMember, t, n, property)
	}
	var name string
	switch p.nodes++; {
	case property.op == opConst && property.value.kind == text:
		name = property.value.str()
	case property.op == opConst && property.value.kind == integer && property.value.int() >= 0:
		name = strconv.FormatInt(property.value.int(), 10) // of an entry of an array
	default:
		p.refuse("a data field needs a fixed name", `write data.FIELD, or data["FIELD"]`)
		return n
	}
	// A key with dots is the path that it spells.
	parts := strings.Split(name, ".")
	if words.Control(name) || slices.Contains(parts, "") {
		p.refuse("the name "+words.Quote(name)+" has an empty part or holds a control character", `write data.order.total, or data["order.total"]`)
	}
	if slices.Contains(parts, SumPart) {
		p.refuse("the name "+words.Quote(name)+" stands for a sum", `write sum(data.items, .quantity)`)
	}
	if n.op == opData {
		n.op = opField
		p.fields = append(p.fields, n)
	}
	n.path = append(n.path, parts...)
	return n
}

// call reads the name of a function and its arguments. first is the one before "|", or nil.
func (p *parser) call(first *node) *node {
	t := p.next()
	if t.kind != nameToken {
		p.fail(t.at, "the name of a function has to follow", "write it such as data.mode | lower()")
	}
	n := p.node(opCall, t)
	if first != nil {
		n.kids = append(n.kids, first)
	}
	n.function = p.function(t.text)
	p.expect("(")
	n.kids = p.separated(n.kids, ")", func() []*node { return []*node{p.expression(0)} })
	return n
}

// function returns a function by its name.
func (p *parser) function(name string) *function {
	for i := range functions {
		if functions[i].name == name {
			return &functions[i]
		}
	}
	if slices.Contains(predicates, name) {
		p.refuse(noVariables, oneFormula)
	}
	p.refuse("the function "+words.Quote(name)+" is not known in an expression", words.Suggest(name, functionNames(), "functions"))
	return &functions[0]
}

// predicates are functions of similar languages that take a predicate.
var predicates = []string{
	"all", "any", "count", "filter", "find", "findIndex", "findLast", "findLastIndex", "groupBy", "map", "none", "one",
	"reduce", "sortBy",
}
