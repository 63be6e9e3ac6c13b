// SPDX-License-Identifier: Apache-2.0

package expressions

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/expression"
	"github.com/otelanalytics/otelanalytics-go/tests/expressions/internal/library"
)

// types are the declared fields of the events.
var types = map[string]expression.Type{
	"i": expression.Int, "j": expression.Int, "f": expression.Double, "g": expression.Double, "s": expression.String,
	"t": expression.String, "b": expression.Bool, "c": expression.Bool, "order.total": expression.Double,
}

var errUndeclared = errors.New("undeclared")

func declared(path []string) (expression.Type, error) {
	t, ok := types[strings.Join(path, ".")]
	if !ok {
		return "", errUndeclared
	}
	return t, nil
}

// program is what both evaluators make of an expression.
type program interface {
	Operands() []expression.Operand
	Bool(eventType string, values []any) (bool, error)
	Number(eventType string, values []any) (any, error)
}

// event is the data of an event by path.
type event map[string]any

// compare has both compile and evaluate an expression. It returns how they differ, if that is not on the list of
// what may differ, and whether both have compiled it.
func compare(source string, number bool, events []event) (difference string, compiled bool) {
	ours, err := expression.Compile(source, number, declared)
	theirs, theirErr := library.Compile(source, number, declared)
	switch {
	case err != nil && theirErr != nil:
		return "", false
	case err != nil && mayRefuse(err):
		return "", false
	case err != nil || theirErr != nil:
		return fmt.Sprintf("compiling %q (number: %v): %v, the library: %v", source, number, err, theirErr), false
	case !reflect.DeepEqual(ours.Operands(), theirs.Operands()):
		return fmt.Sprintf("%q reads %v, for the library %v", source, ours.Operands(), theirs.Operands()), true
	}
	for _, e := range events {
		got, want := evaluate(ours, number, e), evaluate(theirs, number, e)
		if got != want && !mayDiffer(source, e, got, want) {
			return fmt.Sprintf("%q of %v is %s, for the library %s", source, e, got, want), true
		}
	}
	return "", true
}

// evaluate returns the result of a program as text, with its type.
func evaluate(p program, number bool, e event) string {
	var values []any
	for _, o := range p.Operands() {
		values = append(values, e[strings.Join(o.Path, ".")])
	}
	var result any
	var err error
	if number {
		result, err = p.Number("the type", values)
	} else {
		result, err = p.Bool("the type", values)
	}
	if err != nil {
		return err.Error()
	}
	if d, ok := result.(float64); ok {
		return fmt.Sprintf("double %x", math.Float64bits(d))
	}
	return fmt.Sprintf("%T %v", result, result)
}

func check(t *testing.T, source string, number bool) bool {
	t.Helper()
	difference, compiled := compare(source, number, events)
	if difference != "" {
		t.Error(difference)
	}
	return compiled
}

var events = []event{
	{},
	{"i": int64(3), "j": int64(-2), "f": 2.5, "g": -0.5, "s": "abc", "t": "äb c", "b": true, "c": false, "order.total": 9.75},
	{"i": int64(0), "j": int64(7), "f": 0.0, "g": math.Inf(1), "s": "", "t": "12", "b": false, "c": true, "order.total": int64(4)},
	{"i": int64(math.MaxInt64), "j": int64(math.MinInt64), "f": math.NaN(), "g": 1e300, "s": " x ", "t": "-3.5e2", "b": true, "c": true, "order.total": -1.0},
	{"i": 5.0, "j": nil, "f": int64(8), "g": 1e18, "s": "b", "t": "ABC", "b": nil, "c": false, "order.total": 0.1},
	{"i": "text", "f": true, "s": int64(1)},
	{"j": int64(1), "g": 2.0, "t": "a", "c": true},
}
