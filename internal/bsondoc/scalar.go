// SPDX-License-Identifier: Apache-2.0

package bsondoc

import (
	"fmt"
	"math"
	"reflect"
)

func encodeBool(_ *Encoder, dst []byte, key string, v reflect.Value, _ place) ([]byte, error) {
	return Bool(dst, key, v.Bool()), nil
}

func encodeInt(_ *Encoder, dst []byte, key string, v reflect.Value, _ place) ([]byte, error) {
	return Int(dst, key, v.Int()), nil
}

func encodeInt64(_ *Encoder, dst []byte, key string, v reflect.Value, p place) ([]byte, error) {
	return p.int64(dst, key, v.Int()), nil
}

func encodeSmallUint(_ *Encoder, dst []byte, key string, v reflect.Value, _ place) ([]byte, error) {
	return Int32(dst, key, int32(v.Uint())), nil
}

func encodeUint(_ *Encoder, dst []byte, key string, v reflect.Value, p place) ([]byte, error) {
	u := v.Uint()
	if u > math.MaxInt64 {
		return dst, &FieldError{Problem: "is above 9223372036854775807, the largest integer of BSON; use a string or a float64"}
	}
	return p.int64(dst, key, int64(u)), nil
}

func encodeFloat(_ *Encoder, dst []byte, key string, v reflect.Value, _ place) ([]byte, error) {
	return Double(dst, key, v.Float()), nil
}

func encodeString(_ *Encoder, dst []byte, key string, v reflect.Value, _ place) ([]byte, error) {
	return String(dst, key, v.String()), nil
}

// encodeInterface appends what an interface holds.
func encodeInterface(e *Encoder, dst []byte, key string, v reflect.Value, p place) ([]byte, error) {
	if v.IsNil() {
		return Null(dst, key), nil
	}
	if v.NumMethod() == 0 {
		return e.value(dst, key, v.Interface(), p)
	}
	v = v.Elem()
	return e.planOf(v.Type()).encode(e, dst, key, v, p)
}

// encodePointer appends what a pointer leads to.
func encodePointer(elem *plan) encode {
	return func(e *Encoder, dst []byte, key string, v reflect.Value, p place) ([]byte, error) {
		if v.IsNil() {
			return Null(dst, key), nil
		}
		if err := e.push(v, 0); err != nil {
			return dst, err
		}
		dst, err := elem.encode(e, dst, key, v.Elem(), p)
		e.pop()
		return dst, err
	}
}

// failing returns the plan of what is an error wherever it stands.
func failing(err error) *plan {
	return &plan{encode: func(_ *Encoder, dst []byte, _ string, _ reflect.Value, _ place) ([]byte, error) { return dst, err }}
}

// refuse returns the encode of a type that cannot be BSON.
func refuse(t reflect.Type) encode {
	return failing(&FieldError{Problem: fmt.Sprintf("a Go %v cannot be BSON; use a string, number, bool, time.Time, map or slice", t)}).encode
}
