// SPDX-License-Identifier: Apache-2.0

package expression

import "github.com/otelanalytics/otelanalytics-go/internal/words"

// parser builds the tree of an expression from its tokens. After the first mistake all further tokens are the end.
type parser struct {
	source string
	tokens []token
	root   *node
	fields []*node // opField, from left to right
	nodes  int
	depth  int
	err    *Error
}

// What an expression must not have: its cost would grow with what somebody sends, or its meaning would not be that of one
// condition or formula.
const (
	noVariables = "variables and predicates are not read in an expression"
	oneFormula  = "write one condition or formula over data fields"
)

// parse returns a parser that has read all of the source.
func parse(source string) (*parser, error) {
	tokens, err := lex(source)
	if err != nil {
		return nil, err
	}
	p := &parser{source: source, tokens: tokens}
	p.root = p.sequence()
	if p.err == nil && p.token().kind != endToken {
		p.unexpected()
	}
	if p.err != nil {
		return nil, p.err
	}
	return p, nil
}

func (p *parser) token() token { return p.tokens[0] }

func (p *parser) next() token {
	t := p.tokens[0]
	if t.kind != endToken {
		p.tokens = p.tokens[1:]
	}
	return t
}

// take passes an operator or a bracket, if it is the next token.
func (p *parser) take(text string) bool {
	ok := p.token().is(text)
	if ok {
		p.next()
	}
	return ok
}

func (p *parser) expect(text string) {
	switch t := p.token(); {
	case p.take(text):
	case t.is("="), t.is("&"), t.is(".."), t.is("let"), t.is(";"):
		p.unexpected()
	default:
		p.fail(t.at, "there is "+p.found()+" in the place of "+text, "")
	}
}

// found describes the next token.
func (p *parser) found() string {
	switch t := p.token(); t.kind {
	case endToken:
		return "the end"
	case stringToken:
		return "a string"
	default:
		return words.Quote(t.text)
	}
}

func (p *parser) unexpected() {
	t := p.token()
	switch {
	case t.kind == endToken:
		p.fail(t.at, "it ends where a value has to follow", "")
	case t.is("="):
		p.fail(t.at, `"=" does not compare`, "write == to compare")
	case t.is("&"):
		p.fail(t.at, `"&" is no operator`, "write && or and")
	case t.is(".."):
		p.refuse(`".." is not read in an expression`, "write both bounds, such as data.amount >= 1 && data.amount <= 9")
	case t.is("let"), t.is(";"):
		p.refuse(noVariables, oneFormula)
	default:
		p.fail(t.at, p.found()+" cannot stand there", "")
	}
}

// fail notes a mistake at a byte of the source, unless there is one already. fix may be empty.
func (p *parser) fail(at int, problem, fix string) {
	if p.err == nil {
		p.end(mistakeAt(p.source, at, problem, fix))
	}
}

// refuse notes a mistake that needs no place.
func (p *parser) refuse(problem, fix string) {
	if p.err == nil {
		p.end(&Error{problem, fix})
	}
}

func (p *parser) end(err *Error) {
	p.err = err
	p.tokens = p.tokens[len(p.tokens)-1:]
}

// node returns a new node for a token.
func (p *parser) node(o op, t token, kids ...*node) *node {
	if p.nodes++; p.nodes > maxNodes {
		p.fail(t.at, "it has more than "+words.Thousands(maxNodes)+" names, literals, operators and calls", "shorten it, or compute the value in the application")
	}
	n := &node{op: o, at: t.at, written: t.text}
	for i, kid := range kids {
		*[...]**node{&n.a, &n.b, &n.c}[i] = kid
	}
	return n
}

// constant returns a new node for a literal.
func (p *parser) constant(t token, v value) *node {
	n := p.node(opConst, t)
	n.value = v
	return n
}

// sequence reads an expression, and refuses a second one after a semicolon.
func (p *parser) sequence() *node {
	n := p.expression(0)
	if p.token().is(";") {
		if p.next(); p.token().kind != endToken {
			p.refuse(noVariables, oneFormula)
		}
	}
	return n
}
