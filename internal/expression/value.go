// SPDX-License-Identifier: Apache-2.0

package expression

import (
	"math"
	"unsafe"
)

// kind is what a value is.
type kind uint8

const (
	failed kind = iota // the evaluation failed
	null
	boolean
	integer
	double
	text
	list
	mapping
)

// value is a value of an expression. It is small enough to be kept in registers, so that an evaluation needs no memory.
type value struct {
	kind kind
	bits uint64         // of a bool, an int or a double; the length of a string
	ref  unsafe.Pointer // to the first byte of a string, or to the many of a list or a mapping
}

// many has the items of a list, or those of a mapping.
type many struct {
	items []value
	keyed map[string]value
}

func boolValue(b bool) value {
	if b {
		return value{kind: boolean, bits: 1}
	}
	return value{kind: boolean}
}

func intValue(i int64) value      { return value{kind: integer, bits: uint64(i)} }
func doubleValue(d float64) value { return value{kind: double, bits: math.Float64bits(d)} }

func textValue(s string) value {
	return value{text, uint64(len(s)), unsafe.Pointer(unsafe.StringData(s))}
}

func manyValue(k kind, m *many) value { return value{kind: k, ref: unsafe.Pointer(m)} }

func (v value) int() int64      { return int64(v.bits) }
func (v value) double() float64 { return math.Float64frombits(v.bits) }

// str returns the string of a text, and many the items of a list or a mapping. Only values of these kinds have them.
func (v value) str() string { return unsafe.String((*byte)(v.ref), int(v.bits)) }
func (v value) many() *many { return (*many)(v.ref) }

func (v value) number() bool { return v.kind == integer || v.kind == double }

// is reports whether the value is a bool, and that one.
func (v value) is(b bool) bool { return v.kind == boolean && v.bits == 1 == b }

// float returns a number as a double.
func (v value) float() float64 {
	if v.kind == integer {
		return float64(v.int())
	}
	return v.double()
}

// equal compares two values. An int equals the double of the same number; values of two types differ.
func (v value) equal(other value) bool {
	switch {
	case v.kind == integer && other.kind == integer, v.kind == boolean && other.kind == boolean:
		return v.bits == other.bits
	case v.number() && other.number():
		return v.float() == other.float()
	case v.kind != other.kind:
		return false
	case v.kind == text:
		return v.str() == other.str()
	case v.kind == list || v.kind == mapping:
		return v.many().equal(other.many())
	default:
		return true
	}
}

func (m *many) equal(other *many) bool {
	if len(m.items) != len(other.items) || len(m.keyed) != len(other.keyed) {
		return false
	}
	for i, v := range m.items {
		if !v.equal(other.items[i]) {
			return false
		}
	}
	for key, v := range m.keyed {
		if o, ok := other.keyed[key]; !ok || !v.equal(o) {
			return false
		}
	}
	return true
}
