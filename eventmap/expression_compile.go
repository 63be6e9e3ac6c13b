// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"errors"
	"reflect"
	"strconv"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
)

const (
	maxExpressionBytes = 4096
	maxExpressionNodes = 1000
	dataName           = "data"
)

// functions are the built-in functions of the library that an expression may call: those whose result
// depends on their arguments alone, and whose cost does not grow with anything but their length.
var functions = []string{
	"abs", "ceil", "float", "floor", "hasPrefix", "hasSuffix", "int", "len", "lower", "max", "min", "round",
	"trim", "trimPrefix", "trimSuffix", "upper",
}

// expressionError is why an expression does not compile.
type expressionError struct {
	problem, fix string
}

func (e *expressionError) Error() string { return e.problem }

// compileExpression compiles source against the declared fields of an event. declared says what is known of a
// field, or returns an expressionError.
func compileExpression(source string, number bool, declared func(Path) (FieldType, error)) (*Expression, error) {
	if len(source) > maxExpressionBytes {
		return nil, &expressionError{"the expression has more than " + thousands(maxExpressionBytes) + " bytes", "shorten it, or compute the value in the application"}
	}
	tree, err := parser.Parse(source)
	if err != nil {
		return nil, doesNotCompile(err)
	}
	found := &dataFields{uses: make(map[string]*fieldUse)}
	ast.Walk(&tree.Node, found)
	if found.bare > 0 {
		found.fail("data stands without a field in the expression", "write data.FIELD")
	}
	if found.err != nil {
		return nil, found.err
	}
	x := &Expression{source: source}
	env := map[string]any{typeName: ""}
	for i, key := range found.order {
		use := found.uses[key]
		kind, err := declared(use.path)
		if err != nil {
			return nil, err
		}
		use.name = "field" + strconv.Itoa(i)
		env[use.name] = zeroOf(kind)
		x.names = append(x.names, use.name)
		x.operands = append(x.operands, Operand{Path: use.path, Type: kind, Optional: use.guarded == use.all})
	}
	options := []expr.Option{
		expr.Env(env), expr.Patch(&slots{found}), expr.MaxNodes(maxExpressionNodes), expr.DisableAllBuiltins(),
	}
	for _, name := range functions {
		options = append(options, expr.EnableBuiltin(name))
	}
	if x.program, err = expr.Compile(source, options...); err != nil {
		return nil, doesNotCompile(err)
	}
	if err := checkResult(x.program.Node().Type(), number); err != nil {
		return nil, err
	}
	size := len(env)
	x.machines.New = func() any { return &machine{env: make(map[string]any, size)} }
	return x, nil
}

// zeroOf returns a value of the Go type that a field has in an expression.
func zeroOf(t FieldType) any {
	switch t {
	case IntField:
		return 0
	case DoubleField:
		return 0.0
	case BoolField:
		return false
	default:
		return ""
	}
}

func checkResult(t reflect.Type, number bool) error {
	kind := reflect.Interface
	if t != nil {
		kind = t.Kind()
	}
	switch {
	case number && kind != reflect.Int && kind != reflect.Float64:
		return &expressionError{"the expression is " + describeKind(kind) + ", not a number", "let it be an int or a double; int(…) and float(…) convert"}
	case !number && kind != reflect.Bool:
		return &expressionError{"the expression is " + describeKind(kind) + ", not a condition", "compare with something, such as data.amount > 0"}
	}
	return nil
}

func describeKind(k reflect.Kind) string {
	switch k {
	case reflect.Int:
		return "an int"
	case reflect.Float64:
		return "a double"
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "a bool"
	default:
		return "of no one type"
	}
}

// doesNotCompile puts what the library says on one line.
func doesNotCompile(err error) error {
	const fix = "write an expression such as data.amount > 0, in the language of expr-lang.org"
	var at *file.Error
	if !errors.As(err, &at) {
		return &expressionError{"the expression does not compile: " + oneLine(err.Error()), fix}
	}
	return &expressionError{"the expression does not compile at its character " + strconv.Itoa(at.Column+1) + ": " + oneLine(at.Message), fix}
}

// oneLine returns what fits into a message of one line.
func oneLine(s string) string {
	const most = 200
	s, _, _ = strings.Cut(s, "\n")
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return strings.Map(func(c rune) rune {
		if c < 0x20 || c == 0x7f {
			return ' '
		}
		return c
	}, s)
}

// fieldUse is a data field in an expression.
type fieldUse struct {
	path         Path
	name         string // in the program's environment
	all, guarded int    // uses; those that say what to do when the field is missing
}

// dataFields finds the data fields of an expression, as chains of members of data.
type dataFields struct {
	uses  map[string]*fieldUse
	order []string // keys of uses, as they come
	bare  int      // how often data stands without a field
	err   error
}

// Visit comes to a node after its children.
func (d *dataFields) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.MemberNode:
		path, ok := d.path(n)
		if !ok {
			return
		}
		d.use(path)
		if len(path) > 1 {
			d.unuse(path[:len(path)-1])
		} else {
			d.bare--
		}
	case *ast.IdentifierNode:
		switch n.Value {
		case typeName:
		case dataName:
			d.bare++
		default:
			d.fail(quote(n.Value)+" is not known in an expression", `write data.FIELD for a data field, or type for the event's type; text is written in quotes`)
		}
	case *ast.BinaryNode:
		d.guard(n)
	case *ast.ChainNode:
		d.fail(`"?." is not read in an expression`, `write data.FIELD: a missing field makes a condition false; "data.FIELD ?? 0" gives another value`)
	case *ast.VariableDeclaratorNode, *ast.PredicateNode, *ast.PointerNode, *ast.SequenceNode:
		d.fail("variables and predicates are not read in an expression", "write one condition or formula over data fields")
	}
}

func (d *dataFields) fail(problem, fix string) {
	if d.err == nil {
		d.err = &expressionError{problem, fix}
	}
}

// path returns the path of a member of data.
func (d *dataFields) path(n *ast.MemberNode) (Path, bool) {
	part, ok := n.Property.(*ast.StringNode)
	if !ok {
		if d.ofData(n.Node) {
			d.fail("a data field needs a fixed name", `write data.FIELD, or data["FIELD"]`)
		}
		return nil, false
	}
	switch of := n.Node.(type) {
	case *ast.IdentifierNode:
		return Path{part.Value}, of.Value == dataName
	case *ast.MemberNode:
		path, ok := d.path(of)
		return append(path, part.Value), ok
	default:
		return nil, false
	}
}

func (d *dataFields) ofData(n ast.Node) bool {
	for {
		switch of := n.(type) {
		case *ast.IdentifierNode:
			return of.Value == dataName
		case *ast.MemberNode:
			n = of.Node
		default:
			return false
		}
	}
}

func (d *dataFields) use(path Path) {
	key := strings.Join(path, "\x00")
	if _, ok := d.uses[key]; !ok {
		d.uses[key] = &fieldUse{path: path}
		d.order = append(d.order, key)
	}
	d.uses[key].all++
}

// unuse takes back the use of what turned out to be the beginning of a longer path.
func (d *dataFields) unuse(path Path) {
	key := strings.Join(path, "\x00")
	if d.uses[key].all--; d.uses[key].all > 0 {
		return
	}
	delete(d.uses, key)
	for i, k := range d.order {
		if k == key {
			d.order = append(d.order[:i], d.order[i+1:]...)
			return
		}
	}
}

// guard notes uses that say what to do without the field.
func (d *dataFields) guard(n *ast.BinaryNode) {
	var guarded []ast.Node
	switch n.Operator {
	case "??":
		guarded = []ast.Node{n.Left}
	case "==", "!=":
		if _, ok := n.Right.(*ast.NilNode); ok {
			guarded = append(guarded, n.Left)
		}
		if _, ok := n.Left.(*ast.NilNode); ok {
			guarded = append(guarded, n.Right)
		}
	}
	for _, g := range guarded {
		if member, ok := g.(*ast.MemberNode); ok {
			if path, ok := d.path(member); ok {
				d.uses[strings.Join(path, "\x00")].guarded++
			}
		}
	}
}

// slots puts one variable in the place of each data field, so that an evaluation fills a flat environment and
// builds no nested maps.
type slots struct{ fields *dataFields }

// Visit comes to a node after its children, so that the members within a chain are seen before the whole.
func (s *slots) Visit(node *ast.Node) {
	member, ok := (*node).(*ast.MemberNode)
	if !ok {
		return
	}
	if path, ok := s.fields.path(member); ok {
		if use, ok := s.fields.uses[strings.Join(path, "\x00")]; ok {
			ast.Patch(node, &ast.IdentifierNode{Value: use.name})
		}
	}
}
