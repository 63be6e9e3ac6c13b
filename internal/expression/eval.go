// SPDX-License-Identifier: Apache-2.0

package expression

import "strings"

// env is what an evaluation reads.
type env struct {
	eventType string
	values    []any
}

// eval evaluates a node. A value that does not fit, which the types could not tell, makes the evaluation fail.
func (n *node) eval(e *env) value {
	switch n.op {
	case opConst:
		return n.value
	case opField:
		return operandValue(e.values[n.operand], n.typ.kind)
	case opEventType:
		return textValue(e.eventType)
	case opAnd, opOr:
		return n.condition(e)
	case opCoalesce:
		if v := n.a.eval(e); v.kind != null {
			return v
		}
		return n.b.eval(e)
	case opConditional, opElvis:
		return n.choose(e)
	case opNot:
		if v := n.a.eval(e); v.kind == boolean {
			return boolValue(v.bits == 0)
		}
		return value{}
	case opNegate:
		return negate(n.a.eval(e))
	case opPlus:
		return n.a.eval(e)
	case opToDouble:
		if v := n.a.eval(e); v.kind == null && n.a.op == opField {
			return v
		} else {
			return toFloat(v, value{})
		}
	case opIn:
		return n.in(e)
	case opMatches, opContains, opStartsWith, opEndsWith:
		return n.search(e)
	case opChain:
		return n.chain(e)
	case opCall:
		return n.callFunction(e)
	case opList, opMapping, opMember, opSlice:
		return n.many(e)
	}
	a := n.a.eval(e)
	b := n.b.eval(e)
	switch {
	case a.kind == failed || b.kind == failed:
		return value{}
	case n.op == opEqual:
		return boolValue(a.equal(b))
	case n.op == opNotEqual:
		return boolValue(!a.equal(b))
	case n.op.compares():
		return compare(n.op, a, b)
	default:
		return arithmetic(n.op, a, b)
	}
}

// condition evaluates "and" and "or", the right side only when the left does not decide.
func (n *node) condition(e *env) value {
	v := n.a.eval(e)
	if v.kind != boolean || v.is(n.op == opOr) {
		if v.kind != boolean {
			return value{}
		}
		return v
	}
	return n.b.eval(e)
}

func (n *node) choose(e *env) value {
	v := n.a.eval(e)
	switch {
	case v.kind != boolean:
		return value{}
	case n.op == opElvis && v.is(true):
		return v
	case n.op == opElvis || v.is(true):
		return n.b.eval(e)
	default:
		return n.c.eval(e)
	}
}

// chain evaluates 1 < a < 5: each operand once, until a comparison does not hold.
func (n *node) chain(e *env) value {
	left := n.kids[0].eval(e)
	result := value{}
	for i, o := range n.ops {
		right := n.kids[i+1].eval(e)
		if result = compare(o, left, right); !result.is(true) {
			break
		}
		left = right
	}
	return result
}

// search evaluates matches, contains, startsWith and endsWith, which do not hold for nil.
func (n *node) search(e *env) value {
	a, b := n.a.eval(e), n.b.eval(e)
	switch {
	case a.kind == failed || b.kind == failed:
		return value{}
	case a.kind == null || b.kind == null:
		return boolValue(false)
	case a.kind != text || b.kind != text:
		return value{}
	}
	switch n.op {
	case opMatches:
		return boolValue(n.pattern.MatchString(a.str()))
	case opContains:
		return boolValue(strings.Contains(a.str(), b.str()))
	case opStartsWith:
		return boolValue(strings.HasPrefix(a.str(), b.str()))
	default:
		return boolValue(strings.HasSuffix(a.str(), b.str()))
	}
}

func (n *node) callFunction(e *env) value {
	f := n.function
	if f.call == nil {
		return n.most(e)
	}
	a, b := n.kids[0].eval(e), f.missing
	if len(n.kids) > 1 {
		b = n.kids[1].eval(e)
	}
	if len(n.kids) > 1 && b.kind == null {
		return value{}
	}
	return f.call(a, b)
}
