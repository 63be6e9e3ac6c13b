// SPDX-License-Identifier: Apache-2.0

package library

import (
	"math"
	"sync"

	"github.com/expr-lang/expr/vm"

	"github.com/otelanalytics/otelanalytics-go/internal/expression"
)

// Program is a compiled expression over the declared data fields of one event. It is immutable and safe
// for concurrent use.
type Program struct {
	source   string
	operands []expression.Operand
	names    []string // of the operands in the program's environment
	typed    bool     // the event's type is read
	program  *vm.Program
	machines sync.Pool // of *machine
}

// typeName is the event's type in an expression.
const typeName = "type"

// machine is what one evaluation needs, kept for the next.
type machine struct {
	vm  vm.VM
	env map[string]any
}

// Source returns the expression as it was written.
func (x *Program) Source() string { return x.source }

// Operands returns the data fields that the expression reads, each once, in the order in which Bool and
// Number want their values. The caller must not change them.
func (x *Program) Operands() []expression.Operand { return x.operands }

// Bool evaluates a condition. values has one element for each operand: nil for a missing field, a string,
// int64, float64 or bool; a value of any other type is mistyped. An int field also takes a float64 without a
// fraction, and a double field an int64. The error is one of expression.ErrMissing, expression.ErrType and
// expression.ErrFailed, and the result is then false. No reference to values is kept.
func (x *Program) Bool(eventType string, values []any) (bool, error) {
	result, err := x.run(eventType, values)
	if err != nil {
		return false, err
	}
	holds, ok := result.(bool)
	if !ok {
		return false, expression.ErrFailed
	}
	return holds, nil
}

// Number evaluates the expression of a value, as Bool does, and returns an int64 or a float64, which may be
// infinite or not a number.
func (x *Program) Number(eventType string, values []any) (any, error) {
	result, err := x.run(eventType, values)
	if err != nil {
		return nil, err
	}
	switch n := result.(type) {
	case int:
		return int64(n), nil
	case float64:
		return n, nil
	default:
		return nil, expression.ErrFailed
	}
}

func (x *Program) run(eventType string, values []any) (any, error) {
	m := x.machines.Get().(*machine)
	defer m.release(x)
	if x.typed {
		m.env[typeName] = eventType
	}
	for i, o := range x.operands {
		v, ok := normalise(o, values[i])
		switch {
		case !ok:
			return nil, expression.ErrType
		case v == nil && !o.Optional:
			return nil, expression.ErrMissing
		}
		m.env[x.names[i]] = v
	}
	result, err := m.vm.Run(x.program, m.env)
	if err != nil {
		return nil, expression.ErrFailed // the library's error may quote operands
	}
	return result, nil
}

// release forgets the operands: they may be somebody's data, and the caller's memory.
func (m *machine) release(x *Program) {
	for _, name := range x.names {
		m.env[name] = nil
	}
	if x.typed {
		m.env[typeName] = nil
	}
	clear(m.vm.Stack[:cap(m.vm.Stack)])
	clear(m.vm.Variables)
	x.machines.Put(m)
}

// normalise turns a value into the one Go type that the program was compiled for. What is of it already is
// returned as it is, without another allocation.
func normalise(o expression.Operand, v any) (any, bool) {
	switch n := v.(type) {
	case nil:
		return nil, true
	case string:
		return v, o.Type == expression.String
	case bool:
		return v, o.Type == expression.Bool
	case int64:
		switch {
		case o.Type == expression.Double:
			return float64(n), true
		case o.Type == expression.Int && n >= math.MinInt && n <= math.MaxInt:
			return int(n), true
		}
	case float64:
		switch {
		case o.Type == expression.Double:
			return v, true
		case o.Type == expression.Int && n == math.Trunc(n) && n >= math.MinInt && n < -math.MinInt:
			return int(n), true
		}
	}
	return nil, false
}
