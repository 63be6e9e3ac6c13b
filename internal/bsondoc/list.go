// SPDX-License-Identifier: Apache-2.0

package bsondoc

import (
	"reflect"

	"go.mongodb.org/mongo-driver/v2/bson"
)

var (
	typeByte = reflect.TypeFor[byte]()
	typeD    = reflect.TypeFor[bson.D]()
	typeE    = reflect.TypeFor[bson.E]()
)

// encodeSlice: bytes are binary, what converts to a bson.D is a document, the others are arrays.
func (b *builder) encodeSlice(t reflect.Type) encode {
	switch {
	case t.Elem() == typeByte:
		return func(_ *Encoder, dst []byte, key string, v reflect.Value, _ place) ([]byte, error) {
			if v.IsNil() {
				return Null(dst, key), nil
			}
			return append(binaryHeader(dst, key, 0, v.Len()), v.Bytes()...), nil
		}
	case t.ConvertibleTo(typeD):
		return func(e *Encoder, dst []byte, key string, v reflect.Value, p place) ([]byte, error) {
			d := v.Convert(typeD).Interface().(bson.D)
			return e.nested(dst, TypeDocument, key, d, d == nil, p)
		}
	}
	elem := b.plan(t.Elem())
	flat := scalar(t.Elem().Kind())
	return func(e *Encoder, dst []byte, key string, v reflect.Value, p place) ([]byte, error) {
		switch {
		case v.IsNil():
			return Null(dst, key), nil
		case flat || v.Len() == 0:
			return e.list(dst, key, v, elem, p)
		}
		if err := e.push(v, v.Len()); err != nil {
			return dst, err
		}
		dst, err := e.list(dst, key, v, elem, p)
		e.pop()
		return dst, err
	}
}

// encodeArray is encodeSlice for arrays. Those that are a UUID get its subtype.
func (b *builder) encodeArray(t reflect.Type) encode {
	switch {
	case t.Elem() == typeByte && isUUID(t):
		return encodeUUID
	case t.Elem() == typeByte:
		return func(_ *Encoder, dst []byte, key string, v reflect.Value, _ place) ([]byte, error) {
			return appendArray(binaryHeader(dst, key, 0, v.Len()), v), nil
		}
	case t.Elem() == typeE:
		return func(e *Encoder, dst []byte, key string, v reflect.Value, p place) ([]byte, error) {
			d := make(bson.D, v.Len())
			reflect.Copy(reflect.ValueOf(d), v)
			return e.nested(dst, TypeDocument, key, d, false, p)
		}
	}
	elem := b.plan(t.Elem())
	return func(e *Encoder, dst []byte, key string, v reflect.Value, p place) ([]byte, error) {
		return e.list(dst, key, v, elem, p)
	}
}

// appendArray appends an array of bytes.
func appendArray(dst []byte, v reflect.Value) []byte {
	if v.CanAddr() {
		return append(dst, v.Bytes()...)
	}
	for i := range v.Len() {
		dst = append(dst, byte(v.Index(i).Uint()))
	}
	return dst
}

// list appends a slice or an array as an array.
func (e *Encoder) list(dst []byte, key string, v reflect.Value, elem *plan, p place) ([]byte, error) {
	p.depth++
	dst, start, err := e.enter(Header(dst, TypeArray, key), p)
	if err != nil {
		return dst, err
	}
	for i := range v.Len() {
		key := index(i)
		if dst, err = elem.encode(e, dst, key, v.Index(i), p); err != nil {
			return dst, below(key, err)
		}
	}
	return End(dst, start), nil
}

// scalar reports that values of a kind lead nowhere.
func scalar(k reflect.Kind) bool {
	return k <= reflect.Complex128 || k == reflect.String
}
