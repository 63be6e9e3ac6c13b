// SPDX-License-Identifier: Apache-2.0

package library

import (
	"reflect"
	"slices"

	"github.com/expr-lang/expr/ast"

	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// functions are the built-in functions of the library that an expression may call: those whose result
// depends on their arguments alone, and whose cost does not grow with anything but their length.
var functions = []string{
	"abs", "ceil", "float", "floor", "hasPrefix", "hasSuffix", "int", "len", "lower", "max", "min", "round",
	"trim", "trimPrefix", "trimSuffix", "upper",
}

// rules refuses what the language has and an expression must not: its cost would grow with what somebody sends,
// or its meaning would not be that of one condition or formula.
type rules struct{ err error }

// Visit comes to a node after its children; the first mistake is kept.
func (r *rules) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.ChainNode:
		r.fail(`"?." is not read in an expression`, `write data.FIELD: a missing field makes a condition false; "data.FIELD ?? 0" gives another value`)
	case *ast.VariableDeclaratorNode, *ast.PredicateNode, *ast.PointerNode, *ast.SequenceNode:
		r.fail("variables and predicates are not read in an expression", "write one condition or formula over data fields")
	case *ast.BuiltinNode:
		r.function(n.Name)
	case *ast.CallNode:
		if callee, ok := n.Callee.(*ast.IdentifierNode); ok && callee.Value != typeName && callee.Value != dataName {
			r.function(callee.Value)
		}
	case *ast.BinaryNode:
		switch n.Operator {
		case "..":
			r.fail(`".." is not read in an expression`, "write both bounds, such as data.amount >= 1 && data.amount <= 9")
		case "matches":
			r.pattern(n.Right)
		}
	}
}

func (r *rules) fail(problem, fix string) {
	if r.err == nil {
		r.err = refusal(problem, fix)
	}
}

func (r *rules) function(name string) {
	if !slices.Contains(functions, name) {
		r.fail("the function "+words.Quote(name)+" is not known in an expression", words.Suggest(name, functions, "functions"))
	}
}

// maxJoins bounds how often text is put together, each time in memory as large as what somebody sends.
const maxJoins = 16

// joins counts the places where an expression, whose types are known, puts text together.
type joins int

// Visit comes to a node after its children.
func (j *joins) Visit(node *ast.Node) {
	if n, ok := (*node).(*ast.BinaryNode); ok && n.Operator == "+" {
		if t := n.Type(); t != nil && t.Kind() == reflect.String {
			*j++
		}
	}
}
