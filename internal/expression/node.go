// SPDX-License-Identifier: Apache-2.0

package expression

import "regexp"

// node is a node of the tree of an expression. The tree is immutable once it is compiled.
type node struct {
	op       op
	at       int // the byte of the source that a mistake is told of
	a, b, c  *node
	kids     []*node
	ops      []op // between the kids of an opChain
	written  string
	typ      typ
	value    value
	path     []string // of an opField
	operand  int      // of an opField: its index
	guarded  bool     // of an opField: the expression says what to do without it
	function *function
	pattern  *regexp.Regexp
	set      set // of an opIn
}

// isNil reports whether the node is the literal nil.
func (n *node) isNil() bool { return n.op == opConst && n.value.kind == null }

// each calls f for each child, from left to right.
func (n *node) each(f func(*node)) {
	for _, kid := range [...]*node{n.a, n.b, n.c} {
		if kid != nil {
			f(kid)
		}
	}
	for _, kid := range n.kids {
		f(kid)
	}
}
