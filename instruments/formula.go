// SPDX-License-Identifier: Apache-2.0

package instruments

import (
	"errors"
	"math"

	"github.com/otelanalytics/otelanalytics-go/internal/expression"
)

// formula is an expression of the map with the indexes of the fields that it reads.
type formula struct {
	program *expression.Program
	fields  []int
}

// maxOnStack is how many operands an expression has as a rule.
const maxOnStack = 8

func (x *formula) operands(buf []any, fields []Value) []any {
	for _, i := range x.fields {
		buf = append(buf, fields[i].operand())
	}
	return buf
}

// condition reports whether a record is to be made. One that cannot be told is false, with the reason.
func (x *formula) condition(eventType string, fields []Value) (bool, reason) {
	var buf [maxOnStack]any
	holds, err := x.program.Bool(eventType, x.operands(buf[:0], fields))
	switch {
	case err == nil:
		return holds, accepted
	case errors.Is(err, expression.ErrMissing):
		return false, reasonConditionMissing
	case errors.Is(err, expression.ErrType):
		return false, reasonConditionType
	default:
		return false, reasonConditionFailed
	}
}

// value computes what a record adds, sets or observes.
func (x *formula) value(eventType string, fields []Value) (Value, reason) {
	var buf [maxOnStack]any
	result, err := x.program.Number(eventType, x.operands(buf[:0], fields))
	switch {
	case err == nil:
	case errors.Is(err, expression.ErrMissing):
		return Value{}, reasonMissing
	case errors.Is(err, expression.ErrType):
		return Value{}, reasonType
	default:
		return Value{}, reasonExpression
	}
	switch n := result.(type) {
	case int64:
		return Int(n), accepted
	case float64:
		return Double(n), accepted
	default:
		return Value{}, reasonExpression
	}
}

// mistyped is what an expression gets for a field that is neither a number nor text.
type mistyped struct{}

// operand returns v as an expression wants it.
func (v Value) operand() any {
	switch v.kind {
	case KindMissing:
		return nil
	case KindString:
		return v.text
	case KindInt:
		return int64(v.bits)
	case KindDouble:
		return math.Float64frombits(v.bits)
	case KindBool:
		return v.bits == 1
	default:
		if v.bits == outOfRange {
			return expression.OutOfRange{}
		}
		return mistyped{}
	}
}
