// SPDX-License-Identifier: Apache-2.0

package bsondoc

import (
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"

	"go.mongodb.org/mongo-driver/v2/bson"
)

var (
	typeMarshaler      = reflect.TypeFor[bson.Marshaler]()
	typeValueMarshaler = reflect.TypeFor[bson.ValueMarshaler]()
)

// encodeByMethod has values encode themselves where they can, in the order of the driver's registry. A method of the pointer
// is called where the value has an address. f is for the others.
func encodeByMethod(t reflect.Type, f encode) encode {
	if f == nil {
		f = refuse(t)
	}
	pointer := t // that of the value, where it may have methods that the value has not
	if t.Kind() != reflect.Pointer && t.Kind() != reflect.Interface {
		pointer = reflect.PointerTo(t)
	}
	switch {
	case t.Implements(typeValueMarshaler):
		return encodeValue(t)
	case pointer.Implements(typeValueMarshaler) && t.Implements(typeMarshaler):
		return addressed(encodeValue(pointer), encodeWhole(t))
	case pointer.Implements(typeValueMarshaler):
		return addressed(encodeValue(pointer), f)
	case t.Implements(typeMarshaler):
		return encodeWhole(t)
	case pointer.Implements(typeMarshaler):
		return addressed(encodeWhole(pointer), f)
	default:
		return f
	}
}

// addressed calls the method of the pointer to a value that has an address.
func addressed(method, otherwise encode) encode {
	return func(e *Encoder, dst []byte, key string, v reflect.Value, p place) ([]byte, error) {
		if v.CanAddr() {
			return method(e, dst, key, v.Addr(), p)
		}
		return otherwise(e, dst, key, v, p)
	}
}

// encodeWhole calls MarshalBSON.
func encodeWhole(t reflect.Type) encode {
	onNil := nilIsNull(t, typeMarshaler)
	return func(e *Encoder, dst []byte, key string, v reflect.Value, p place) ([]byte, error) {
		if absent(v, onNil) {
			return Null(dst, key), nil
		}
		return e.marshalled(dst, key, v.Interface().(bson.Marshaler), p)
	}
}

func (e *Encoder) marshalled(dst []byte, key string, m bson.Marshaler, p place) ([]byte, error) {
	doc, err := called(m, "MarshalBSON", m.MarshalBSON)
	if err != nil {
		return absentAfter(dst, key, m, err)
	}
	return e.foreign(dst, key, TypeDocument, cut(doc), m, p)
}

// cut leaves out what stands behind a document, as the driver does.
func cut(doc []byte) []byte {
	if len(doc) >= 5 {
		if n := binary.LittleEndian.Uint32(doc); n >= 5 && uint64(n) <= uint64(len(doc)) {
			return doc[:n]
		}
	}
	return doc
}

// encodeValue calls MarshalBSONValue.
func encodeValue(t reflect.Type) encode {
	onNil := nilIsNull(t, typeValueMarshaler)
	return func(e *Encoder, dst []byte, key string, v reflect.Value, p place) ([]byte, error) {
		if absent(v, onNil) {
			return Null(dst, key), nil
		}
		var elementType byte
		m := v.Interface().(bson.ValueMarshaler)
		value, err := called(m, "MarshalBSONValue", func() (value []byte, err error) {
			elementType, value, err = m.MarshalBSONValue()
			return value, err
		})
		if err != nil {
			return absentAfter(dst, key, m, err)
		}
		return e.foreign(dst, key, elementType, value, m, p)
	}
}

// nilIsNull reports that a nil pointer of the type is null because the method is that of the value.
func nilIsNull(t, method reflect.Type) bool {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Implements(method)
}

func absent(v reflect.Value, nilIsNull bool) bool {
	switch v.Kind() {
	case reflect.Pointer:
		return nilIsNull && v.IsNil()
	case reflect.Interface:
		return v.IsNil()
	default:
		return false
	}
}

// absentAfter is null for a nil pointer whose method panicked, since it does not expect one, and else the error.
func absentAfter(dst []byte, key string, m any, err error) ([]byte, error) {
	var p panicError
	if v := reflect.ValueOf(m); v.Kind() == reflect.Pointer && v.IsNil() && errors.As(err, &p) {
		return Null(dst, key), nil
	}
	return dst, err
}

// panicError is that a method of the application's panicked.
type panicError struct{ *FieldError }

func (p panicError) Unwrap() error { return p.FieldError }

// called calls a method of the application's. Its error and what it panics with may quote the event, so that neither is
// passed on.
func called[T any](v any, name string, method func() (T, error)) (result T, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = panicError{&FieldError{Problem: fmt.Sprintf("%s of %T panicked", name, v)}}
		}
	}()
	if result, err = method(); err != nil {
		return result, &FieldError{Problem: fmt.Sprintf("%s of %T returned an error", name, v)}
	}
	return result, nil
}
