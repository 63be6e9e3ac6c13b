// SPDX-License-Identifier: Apache-2.0

package expression

import (
	"errors"
	"math"
	"strings"
)

// What evaluating a [Program] can end with, to be tested with errors.Is.
var (
	// ErrMissing: a field that the expression needs is missing or null.
	ErrMissing = errors.New("expression: an operand is missing")
	// ErrType: a field is not of its declared type.
	ErrType = errors.New("expression: an operand is not of its declared type")
	// ErrFailed: the evaluation failed, as an int out of range and the remainder of a division by zero do.
	ErrFailed = errors.New("expression: the expression failed")
)

// Program is a compiled expression over the declared data fields of one event. It is immutable and safe
// for concurrent use.
type Program struct {
	source   string
	operands []Operand
	kinds    []kind // of the operands
	root     *node
}

// Type is the type of a data field in an expression. Its words are those of the event map.
type Type string

// The types of data fields that an expression can read.
const (
	String Type = "string"
	Int    Type = "int"
	Double Type = "double"
	Bool   Type = "bool"
)

// kind returns the kind of the values of a type.
func (t Type) kind() kind {
	switch t {
	case Int:
		return integer
	case Double:
		return double
	case Bool:
		return boolean
	default:
		return text
	}
}

// Operand is a data field that an expression reads.
type Operand struct {
	Path []string
	Type Type
	// Optional is set when the expression says itself what to do without the field: every use of it stands
	// left of "??" or is compared with nil.
	Optional bool
}

// typeName is the event's type in an expression.
const typeName = "type"

// declare makes operands of the fields, each once.
func (x *Program) declare(fields []*node, declared func([]string) (Type, error)) error {
	known := make(map[string]int)
	for _, n := range fields {
		key := strings.Join(n.path, "\x00")
		i, ok := known[key]
		if !ok {
			t, err := declared(n.path)
			if err != nil {
				return err
			}
			i = len(x.operands)
			known[key] = i
			x.operands = append(x.operands, Operand{Path: n.path, Type: t, Optional: true})
			x.kinds = append(x.kinds, t.kind())
		}
		n.operand = i
		n.typ = typ{kind: x.kinds[i]}
		if !n.guarded {
			x.operands[i].Optional = false
		}
	}
	return nil
}

// Source returns the expression as it was written.
func (x *Program) Source() string { return x.source }

// Operands returns the data fields that the expression reads, each once, in the order in which Bool and
// Number want their values. The caller must not change them.
func (x *Program) Operands() []Operand { return x.operands }

// Bool evaluates a condition. values has one element for each operand: nil for a missing field, a string,
// int64, float64 or bool; [OutOfRange] fails, and a value of any other type is mistyped. An int field also takes a float64 without a
// fraction, and a double field an int64. The error is one of ErrMissing, ErrType and
// ErrFailed, and the result is then false. No reference to values is kept.
func (x *Program) Bool(eventType string, values []any) (bool, error) {
	v, err := x.run(eventType, values)
	switch {
	case err != nil:
		return false, err
	case v.kind != boolean:
		return false, ErrFailed
	default:
		return v.is(true), nil
	}
}

// Number evaluates the expression of a value, as Bool does, and returns an int64 or a float64, which may be
// infinite or not a number.
func (x *Program) Number(eventType string, values []any) (any, error) {
	v, err := x.run(eventType, values)
	switch {
	case err != nil:
		return nil, err
	case v.kind == integer:
		return v.int(), nil
	case v.kind == double:
		return v.double(), nil
	default:
		return nil, ErrFailed
	}
}

// OutOfRange is an operand that is the sum of ints of a document, and no int of 64 bits.
type OutOfRange struct{}

// run finds out whether all operands are there, whatever the order of evaluation, and evaluates.
func (x *Program) run(eventType string, values []any) (value, error) {
	for i := range x.operands {
		if values[i] == (OutOfRange{}) {
			return value{}, ErrFailed
		}
		switch v := operandValue(values[i], x.kinds[i]); {
		case v.kind == failed:
			return value{}, ErrType
		case v.kind == null && !x.operands[i].Optional:
			return value{}, ErrMissing
		}
	}
	return x.root.eval(&env{eventType, values}), nil
}

// operandValue turns what a caller gives into a value of the declared kind.
func operandValue(v any, declared kind) value {
	switch given := v.(type) {
	case nil:
		return value{kind: null}
	case string:
		if declared == text {
			return textValue(given)
		}
	case bool:
		if declared == boolean {
			return boolValue(given)
		}
	case int64:
		switch declared {
		case integer:
			return intValue(given)
		case double:
			return doubleValue(float64(given))
		}
	case float64:
		switch {
		case declared == double:
			return doubleValue(given)
		case declared == integer && given == math.Trunc(given) && given >= math.MinInt64 && given < -math.MinInt64:
			return intValue(int64(given))
		}
	}
	return value{}
}
