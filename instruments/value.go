// SPDX-License-Identifier: Apache-2.0

package instruments

import (
	"math"
	"strconv"
)

// Kind is the type of a [Value].
type Kind uint8

// The kinds of a [Value].
const (
	KindMissing Kind = iota // absent or null
	KindString
	KindInt
	KindDouble
	KindBool
	KindOther // a type that is neither a number nor text: a document, an array, binary data
)

// Value is one field of an event's data, as [EventType.Record] takes it. The zero Value is a missing field. Record
// keeps no reference to a Value's text after it has returned.
type Value struct {
	text string
	bits uint64
	kind Kind
}

// String returns a text value.
func String(s string) Value { return Value{kind: KindString, text: s} }

// Int returns an integer value.
func Int(i int64) Value { return Value{kind: KindInt, bits: uint64(i)} }

// Double returns a floating-point value.
func Double(f float64) Value { return Value{kind: KindDouble, bits: math.Float64bits(f)} }

// Bool returns a boolean value. As an attribute it is "true" or "false".
func Bool(b bool) Value {
	if b {
		return Value{kind: KindBool, bits: 1}
	}
	return Value{kind: KindBool}
}

// Other returns the value of a field that is present, but is neither text, nor a number, nor a bool.
func Other() Value { return Value{kind: KindOther} }

// outOfRange is the bits of a KindOther value that is an int beyond 64 bits.
const outOfRange = 1

// Kind returns the type of v.
func (v Value) Kind() Kind { return v.kind }

// Text returns the text of a value of KindString. It may share the memory of a document.
func (v Value) Text() string { return v.text }

// Int returns the number of a value of KindInt. For KindBool it returns 1 or 0.
func (v Value) Int() int64 { return int64(v.bits) }

// Plus returns the sum of two numbers: an int for two ints, else a double. If one of them is missing, the sum is
// missing. If one of them is no number, the sum is [Other]. If the sum exceeds the range of ints, its kind is
// [KindOther], and an evaluation that reads it fails.
func (v Value) Plus(other Value) Value {
	switch {
	case v.kind == KindMissing || other.kind == KindMissing:
		return Value{}
	case v.kind == KindInt && other.kind == KindInt:
		a, b := int64(v.bits), int64(other.bits)
		if sum := a + b; (sum > a) == (b > 0) {
			return Int(sum)
		}
		return Value{kind: KindOther, bits: outOfRange}
	case v.numeric() && other.numeric():
		return Double(v.double() + other.double())
	default:
		return Other()
	}
}

func (v Value) numeric() bool { return v.kind == KindInt || v.kind == KindDouble }

// double returns a number as a double.
func (v Value) double() float64 {
	if v.kind == KindInt {
		return float64(int64(v.bits))
	}
	return math.Float64frombits(v.bits)
}

// appendText appends v as an attribute value has it. The caller has excluded missing and other values.
func (v Value) appendText(dst []byte) []byte {
	switch v.kind {
	case KindInt:
		return strconv.AppendInt(dst, int64(v.bits), 10)
	case KindDouble:
		return strconv.AppendFloat(dst, math.Float64frombits(v.bits), 'g', -1, 64)
	case KindBool:
		return strconv.AppendBool(dst, v.bits == 1)
	default:
		return append(dst, v.text...)
	}
}
