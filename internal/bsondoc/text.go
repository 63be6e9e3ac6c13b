// SPDX-License-Identifier: Apache-2.0

package bsondoc

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// textMethod converts values by one of their methods.
type textMethod struct {
	method reflect.Type
	encode func(e *Encoder, dst []byte, key string, v any, p place) ([]byte, error)
}

// textMethods returns the methods that convert what BSON cannot hold, the preferred one first. JSON comes before String, since
// fields keep their names in it, by which they are redacted.
func textMethods() []textMethod {
	return []textMethod{
		{typeValueMarshaler, func(e *Encoder, dst []byte, key string, v any, p place) ([]byte, error) {
			return encodeValue(reflect.TypeOf(v))(e, dst, key, reflect.ValueOf(v), p)
		}},
		{typeMarshaler, func(e *Encoder, dst []byte, key string, v any, p place) ([]byte, error) {
			return e.marshalled(dst, key, v.(bson.Marshaler), p)
		}},
		{reflect.TypeFor[error](), func(_ *Encoder, dst []byte, key string, v any, _ place) ([]byte, error) {
			s, err := called(v, "Error", func() (string, error) { return v.(error).Error(), nil })
			return String(dst, key, s), err
		}},
		{reflect.TypeFor[encoding.TextMarshaler](), func(_ *Encoder, dst []byte, key string, v any, _ place) ([]byte, error) {
			b, err := called(v, "MarshalText", v.(encoding.TextMarshaler).MarshalText)
			return String(dst, key, string(b)), err
		}},
		{reflect.TypeFor[json.Marshaler](), func(e *Encoder, dst []byte, key string, v any, p place) ([]byte, error) {
			b, err := called(v, "MarshalJSON", v.(json.Marshaler).MarshalJSON)
			if err != nil {
				return dst, err
			}
			return e.json(dst, key, b, p)
		}},
		{reflect.TypeFor[fmt.Stringer](), func(_ *Encoder, dst []byte, key string, v any, _ place) ([]byte, error) {
			s, err := called(v, "String", func() (string, error) { return v.(fmt.Stringer).String(), nil })
			return String(dst, key, s), err
		}},
	}
}

// encodeOfText returns how values are encoded that the driver writes as an empty document, or has no encoder for: by a
// method of theirs that says what they hold. A method of the pointer gets the pointer to a copy. f is the driver's way, or
// nil; it remains for types that hold nothing.
func encodeOfText(t reflect.Type, f encode) encode {
	if f != nil && holdsNothing(t) {
		return f
	}
	if t.Kind() != reflect.Interface {
		for _, m := range textMethods() {
			convert := m.encode
			switch {
			case t.Implements(m.method):
				return func(e *Encoder, dst []byte, key string, v reflect.Value, p place) ([]byte, error) {
					return convert(e, dst, key, v.Interface(), p)
				}
			case t.Kind() != reflect.Pointer && reflect.PointerTo(t).Implements(m.method):
				return func(e *Encoder, dst []byte, key string, v reflect.Value, p place) ([]byte, error) {
					return convert(e, dst, key, pointerTo(v).Interface(), p)
				}
			}
		}
	}
	switch {
	case f == nil:
		return refuse(t)
	case t.NumField() == 0: // it holds nothing
		return f
	}
	return failing(&FieldError{Problem: fmt.Sprintf("a Go %v has no exported fields, so that nothing of it would be stored; use its text or number, or give the type MarshalText or MarshalBSONValue", t)}).encode
}

// holdsNothing reports that an empty document is all that there is to say of a type: the locks that structs embed.
func holdsNothing(t reflect.Type) bool {
	if t.PkgPath() != "sync" {
		return false
	}
	switch t.Name() {
	case "Mutex", "RWMutex", "Once", "WaitGroup":
		return true
	default:
		return false
	}
}

// pointerTo returns the pointer to a value, or to a copy of one that has no address.
func pointerTo(v reflect.Value) reflect.Value {
	if v.CanAddr() {
		return v.Addr()
	}
	c := reflect.New(v.Type())
	c.Elem().Set(v)
	return c
}
