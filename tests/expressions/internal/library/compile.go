// SPDX-License-Identifier: Apache-2.0

package library

import (
	"errors"
	"reflect"
	"strconv"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"

	"github.com/otelanalytics/otelanalytics-go/internal/expression"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

const (
	maxNodes = 1000
	dataName = "data"
)

// Compile compiles an expression over the fields of an event: a formula for a number, or a condition. declared returns
// the type of a field, or an error, with which Compile ends. Every other error is an [*expression.Error].
func Compile(source string, number bool, declared func([]string) (expression.Type, error)) (*Program, error) {
	if len(source) > expression.MaxBytes {
		return nil, refusal("the expression has more than "+words.Thousands(expression.MaxBytes)+" bytes", "shorten it, or compute the value in the application")
	}
	tree, err := parser.Parse(source)
	if err != nil {
		return nil, doesNotCompile(err)
	}
	allowed := &rules{}
	ast.Walk(&tree.Node, allowed)
	if allowed.err != nil {
		return nil, allowed.err
	}
	found := &dataFields{uses: make(map[string]*fieldUse)}
	ast.Walk(&tree.Node, found)
	if found.bare > 0 {
		found.fail("data stands without a field in the expression", "write data.FIELD")
	}
	if found.err != nil {
		return nil, found.err
	}
	x := &Program{source: source, typed: found.typed}
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
		x.operands = append(x.operands, expression.Operand{Path: use.path, Type: kind, Optional: use.guarded == use.all})
	}
	options := []expr.Option{
		expr.Env(env), expr.Patch(&slots{found}), expr.Patch(&doubles{}), expr.MaxNodes(maxNodes), expr.DisableAllBuiltins(),
	}
	for _, name := range functions {
		options = append(options, expr.EnableBuiltin(name))
	}
	if x.program, err = expr.Compile(source, options...); err != nil {
		return nil, doesNotCompile(err)
	}
	compiled := x.program.Node()
	if err := checkResult(compiled.Type(), number); err != nil {
		return nil, err
	}
	var joined joins
	if ast.Walk(&compiled, &joined); joined > maxJoins {
		return nil, refusal("the expression joins text more than "+strconv.Itoa(maxJoins)+" times", "compare the fields one by one")
	}
	size := len(env)
	x.machines.New = func() any { return &machine{env: make(map[string]any, size)} }
	return x, nil
}

// zeroOf returns a value of the Go type that a field has in an expression.
func zeroOf(t expression.Type) any {
	switch t {
	case expression.Int:
		return 0
	case expression.Double:
		return 0.0
	case expression.Bool:
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
		return refusal("the expression is "+describeKind(kind)+", not a number", "let it be an int or a double; int(…) and float(…) convert")
	case !number && kind != reflect.Bool:
		return refusal("the expression is "+describeKind(kind)+", not a condition", "compare with something, such as data.amount > 0")
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
		return refusal("the expression does not compile: "+oneLine(err.Error()), fix)
	}
	return refusal("the expression does not compile at its character "+strconv.Itoa(at.From+1)+": "+oneLine(at.Message), fix)
}

// oneLine returns what fits into a message of one line.
func oneLine(s string) string {
	const most = 200
	s, _, _ = strings.Cut(s, "\n")
	s = strings.NewReplacer("float64", "double", `strconv.ParseInt: parsing `, "", `strconv.ParseFloat: parsing `, "").Replace(s)
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	s = strings.Map(func(c rune) rune {
		if c < 0x20 || c == 0x7f {
			return ' '
		}
		return c
	}, s)
	return strings.TrimRight(s, " .")
}
