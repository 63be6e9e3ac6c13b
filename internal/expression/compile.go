// SPDX-License-Identifier: Apache-2.0

package expression

import "github.com/otelanalytics/otelanalytics-go/internal/words"

// What bounds an expression, and with it the time and memory that one evaluation takes.
const (
	// MaxBytes is the length of the longest expression.
	MaxBytes = 4096

	maxNodes = 1000 // names, literals, operators and calls
	maxDepth = 500  // of expressions within expressions
	maxJoins = 16   // joins of strings, each of which takes memory as large as what somebody sends
)

// Error is why an expression does not compile.
type Error struct {
	Problem string // what is wrong
	Fix     string // what would be right
}

func (e *Error) Error() string { return e.Problem }

// Compile compiles an expression over the fields of an event: a formula for a number, or a condition. declared returns
// the type of a field, or an error, with which Compile ends. Every other error is an [*Error].
func Compile(source string, number bool, declared func([]string) (Type, error)) (*Program, error) {
	if len(source) > MaxBytes {
		return nil, &Error{"the expression has more than " + words.Thousands(MaxBytes) + " bytes", "shorten it, or compute the value in the application"}
	}
	parsed, err := parse(source)
	if err != nil {
		return nil, err
	}
	x := &Program{source: source, root: parsed.root}
	if err := x.declare(parsed.fields, declared); err != nil {
		return nil, err
	}
	c := checker{source: source}
	c.check(x.root)
	if c.err == nil {
		c.result(x.root.typ, number)
	}
	if c.err != nil {
		return nil, c.err
	}
	return x, nil
}

// result checks the type of the whole.
func (c *checker) result(t typ, number bool) {
	switch {
	case number && !t.number():
		c.refuse("the expression is "+t.String()+", not a number", "let it be an int or a double; int(…) and float(…) convert")
	case !number && t.kind != boolean:
		c.refuse("the expression is "+t.String()+", not a condition", "compare with something, such as data.amount > 0")
	}
}
