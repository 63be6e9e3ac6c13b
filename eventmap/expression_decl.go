// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"errors"
	"slices"

	"github.com/otelanalytics/otelanalytics-go/internal/expression"
	"github.com/otelanalytics/otelanalytics-go/internal/strictyaml"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// errUntold reports that the type of a field is unknown, because of an earlier mistake that was already reported.
var errUntold = errors.New("eventmap: untold")

// maxExpressions bounds the expressions of a map, each of which takes some time and memory to compile.
const maxExpressions = 10_000

// loadExpression compiles an expression of a record of the event.
func (l *loader) loadExpression(d *eventDecl, n strictyaml.Node, source string, number bool) *Expression {
	if l.expressions++; l.expressions > maxExpressions {
		if l.expressions == maxExpressions+1 {
			n.Fail("the map has more than "+words.Thousands(maxExpressions)+" expressions", "leave out records that nobody looks at, or let an attribute tell the cases apart")
		}
		return nil
	}
	x, err := expression.Compile(source, number, func(path []string) (expression.Type, error) {
		if why, redacted := d.redacted(l, withoutSum(path)); redacted {
			return "", &expression.Error{
				Problem: "the expression reads the field " + words.Quote(pathText(withoutSum(path))) + ", and " + why,
				Fix:     "let the expression do without it, or do not redact it",
			}
		}
		return d.declared(path)
	})
	if err == nil {
		return (*Expression)(x)
	}
	if wrong, ok := errors.AsType[*expression.Error](err); ok {
		n.Fail(wrong.Problem, wrong.Fix)
	}
	return nil
}

// withoutSum returns the path of a field of the entries that an expression sums over.
func withoutSum(path Path) Path {
	return slices.DeleteFunc(slices.Clone(path), func(part string) bool { return part == expression.SumPart })
}

// loadWhen reads the condition of a record.
func (l *loader) loadWhen(d *eventDecl, o strictyaml.Object) *Expression {
	n, ok := o.Get("when")
	if !ok {
		return nil
	}
	s, ok := n.TextOf("write an expression such as 'data.amount > 0', in quotes")
	switch {
	case !ok:
		return nil
	case s == "":
		n.Fail("the expression is empty", "write an expression such as 'data.amount > 0', or remove the key")
		return nil
	case s[0] == '=':
		n.Fail(`the condition begins with "="`, `write it without: only a value needs "=" before an expression`)
		return nil
	}
	return l.loadExpression(d, n, s, false)
}
