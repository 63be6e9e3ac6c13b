// SPDX-License-Identifier: Apache-2.0

package bsondoc

import (
	"fmt"
	"math"
	"reflect"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// reflected appends a value of a type that has no case of its own, as the driver encodes it.
func reflected(dst []byte, key string, v any, depth int) (out []byte, err error) {
	kind, value, err := marshal(v, depth)
	if err != nil {
		return dst, below(key, err)
	}
	return append(Header(dst, byte(kind), key), value...), nil
}

// marshal encodes v by the driver's default registry. The encoder of a type may be the application's
// own, so that a panic in it must not reach the host.
func marshal(v any, depth int) (kind bson.Type, value []byte, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &FieldError{Problem: fmt.Sprintf("the encoder of %T panicked", v)}
		}
	}()
	if !shallow(reflect.ValueOf(v), MaxDepth-depth) {
		return 0, nil, &FieldError{Problem: fmt.Sprintf("%T nests more than %d deep, which MongoDB does not store; flatten it (does it refer to itself?)", v, MaxDepth)}
	}
	kind, value, err = bson.MarshalValue(v)
	if n := reflect.ValueOf(v); err != nil && n.CanUint() && n.Uint() > math.MaxInt64 {
		return 0, nil, &FieldError{Problem: "is above 9223372036854775807, the largest integer of BSON; use a string or a float64"}
	}
	if err != nil {
		return 0, nil, &FieldError{Problem: fmt.Sprintf("a Go %T cannot be BSON; use a string, number, bool, time.Time, map or slice", v)}
	}
	if !Valid(byte(kind), value, depth+1) {
		return 0, nil, &FieldError{Problem: fmt.Sprintf("the bytes of the %T are not valid BSON", v)}
	}
	return kind, value, nil
}

// shallow reports that v nests at most depth documents deep. The driver's encoder does not look, and a
// pointer cycle would exhaust the stack, which Go cannot recover from. What the encoder does not follow may nest as it likes:
// fields that are unexported or have the tag bson:"-", and values that encode themselves.
func shallow(v reflect.Value, depth int) bool {
	if depth < 0 {
		return false
	}
	if v.IsValid() && encodesItself(v) {
		return true
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return v.IsNil() || shallow(v.Elem(), depth-1)
	case reflect.Struct:
		// Unexported fields are none of the encoder's business, and may be written to meanwhile.
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if f.IsExported() && f.Tag.Get("bson") != "-" && !shallow(v.Field(i), depth-1) {
				return false
			}
		}
	case reflect.Slice, reflect.Array:
		if scalar(v.Type().Elem().Kind()) {
			return true
		}
		for i := range v.Len() {
			if !shallow(v.Index(i), depth-1) {
				return false
			}
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			if !shallow(it.Value(), depth-1) {
				return false
			}
		}
	default:
	}
	return true
}

var (
	marshaler      = reflect.TypeFor[bson.Marshaler]()
	valueMarshaler = reflect.TypeFor[bson.ValueMarshaler]()
)

// encodesItself reports that the driver calls a method of v in place of walking it.
func encodesItself(v reflect.Value) bool {
	t := v.Type()
	if t.NumMethod() > 0 && (t.Implements(marshaler) || t.Implements(valueMarshaler)) {
		return true
	}
	if t.Kind() == reflect.Pointer || t.Name() == "" || !v.CanAddr() {
		return false
	}
	p := reflect.PointerTo(t)
	return p.Implements(marshaler) || p.Implements(valueMarshaler)
}

func scalar(k reflect.Kind) bool {
	return k <= reflect.Complex128 || k == reflect.String
}
