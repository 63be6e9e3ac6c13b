// SPDX-License-Identifier: Apache-2.0

package library

import (
	"reflect"

	"github.com/expr-lang/expr/ast"
)

// doubles makes doubles of the ints in data.price ?? 0 and data.ok ? 1 : 0.5, which would be of no one type
// otherwise. It is repeated until nothing changes, so that it sees the types of what it changed.
type doubles struct{ changed bool }

// Reset is called before each round.
func (c *doubles) Reset() { c.changed = false }

// ShouldRepeat reports whether another round is needed.
func (c *doubles) ShouldRepeat() bool { return c.changed }

// Visit comes to a node after its children.
func (c *doubles) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.ConditionalNode:
		switch {
		case isKind(n.Exp1, reflect.Int) && isKind(n.Exp2, reflect.Float64):
			n.Exp1 = c.double(n.Exp1)
		case isKind(n.Exp1, reflect.Float64) && isKind(n.Exp2, reflect.Int):
			n.Exp2 = c.double(n.Exp2)
		}
	case *ast.BinaryNode:
		switch {
		case n.Operator != "??":
		case isKind(n.Left, reflect.Int) && isKind(n.Right, reflect.Float64):
			n.Left = c.double(n.Left)
		case isKind(n.Left, reflect.Float64) && isKind(n.Right, reflect.Int):
			n.Right = c.double(n.Right)
		}
	}
}

// double returns a node for the double of an int, and for nil where the int is missing.
func (c *doubles) double(n ast.Node) ast.Node {
	c.changed = true
	switch n := n.(type) {
	case *ast.NilNode:
		return n
	case *ast.IdentifierNode:
		missing := &ast.BinaryNode{Operator: "==", Left: &ast.IdentifierNode{Value: n.Value}, Right: &ast.NilNode{}}
		return &ast.ConditionalNode{Ternary: true, Cond: missing, Exp1: &ast.NilNode{}, Exp2: convert(n)}
	case *ast.ConditionalNode:
		return &ast.ConditionalNode{Ternary: true, Cond: n.Cond, Exp1: c.double(n.Exp1), Exp2: c.double(n.Exp2)}
	case *ast.BinaryNode:
		if n.Operator == "??" {
			return &ast.BinaryNode{Operator: n.Operator, Left: c.double(n.Left), Right: c.double(n.Right)}
		}
	}
	return convert(n)
}

func convert(n ast.Node) ast.Node { return &ast.BuiltinNode{Name: "float", Arguments: []ast.Node{n}} }

func isKind(n ast.Node, kind reflect.Kind) bool {
	t := n.Type()
	return t != nil && t.Kind() == kind
}
