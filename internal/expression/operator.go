// SPDX-License-Identifier: Apache-2.0

package expression

// op is what a node of the tree does.
type op uint8

const (
	opNone        op = iota
	opConst          // node.value
	opField          // a data field
	opData           // data, until a field follows
	opEventType      // type
	opList           // kids
	opMapping        // keys and values in turns, in kids
	opMember         // a[b]
	opSlice          // a[b:c], each of the bounds may be nil
	opConditional    // a ? b : c
	opElvis          // a ?: b
	opCall           // node.function of kids
	opChain          // a comparison of more than two, kids with ops between
	opToDouble       // the double of an int, nil for nil
	opNot
	opNegate
	opPlus
	opOr
	opAnd
	opEqual
	opNotEqual
	opLess
	opLessOrEqual
	opMore
	opMoreOrEqual
	opIn
	opMatches
	opContains
	opStartsWith
	opEndsWith
	opAdd
	opSubtract
	opMultiply
	opDivide
	opModulo
	opPower
	opCoalesce
	opPipe
)

// operator is how an operator is read: one of a higher precedence binds tighter.
type operator struct {
	op         op
	precedence int
}

// The operators that bind to the right are ** and ^; all others bind to the left.
var binary = map[string]operator{
	"|":  {opPipe, 0},
	"or": {opOr, 10}, "||": {opOr, 10},
	"and": {opAnd, 15}, "&&": {opAnd, 15},
	"==": {opEqual, 20}, "!=": {opNotEqual, 20},
	"<": {opLess, comparison}, "<=": {opLessOrEqual, comparison}, ">": {opMore, comparison}, ">=": {opMoreOrEqual, comparison},
	"in": {opIn, 20}, "matches": {opMatches, 20}, "contains": {opContains, 20},
	"startsWith": {opStartsWith, 20}, "endsWith": {opEndsWith, 20},
	"+": {opAdd, 30}, "-": {opSubtract, 30},
	"*": {opMultiply, 60}, "/": {opDivide, 60}, "%": {opModulo, 60},
	"**": {opPower, 100}, "^": {opPower, 100},
	"??": {opCoalesce, 500},
}

const comparison = 20

var unary = map[string]operator{
	"not": {opNot, 50}, "!": {opNot, 50},
	"-": {opNegate, 90}, "+": {opPlus, 90},
}

// compares reports whether the operator is one of < <= > >=, which can be chained: 1 < data.amount < 5.
func (o op) compares() bool { return o >= opLess && o <= opMoreOrEqual }

// negatable reports whether "not" can stand before the operator.
func (o op) negatable() bool { return o >= opIn && o <= opEndsWith }
