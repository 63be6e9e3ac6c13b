// SPDX-License-Identifier: Apache-2.0

package bsondoc

import (
	"encoding"
	"fmt"
	"reflect"
	"strconv"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// encodeMap appends a map as a document.
func encodeMap(elem *plan) encode {
	return func(e *Encoder, dst []byte, key string, v reflect.Value, p place) ([]byte, error) {
		if v.IsNil() {
			return Null(dst, key), nil
		}
		if err := e.push(v, 0); err != nil {
			return dst, err
		}
		p.depth++
		dst, start, err := e.enter(Header(dst, TypeDocument, key), p)
		if err != nil {
			return dst, err
		}
		if dst, err = e.entries(dst, v, elem, p, nil); err != nil {
			return dst, err
		}
		e.pop()
		return End(dst, start), nil
	}
}

// entries appends the entries of a map. The map may be an inline field, whose entries stand among the fields.
func (e *Encoder) entries(dst []byte, v reflect.Value, elem *plan, p place, inline *inlineMap) ([]byte, error) {
	for it := v.MapRange(); it.Next(); {
		raw, err := keyOf(it.Key())
		if err != nil {
			return dst, err
		}
		key, err := e.checkKey(raw)
		if err != nil {
			return dst, below(raw, err)
		}
		if inline != nil {
			if inline.taken[key] {
				return dst, below(key, &FieldError{Problem: "a key of an inlined map that is the name of a field, too; rename one"})
			}
			e.mark(dst, inline.names)
		}
		if dst, err = elem.encode(e, dst, key, it.Value(), p); err != nil {
			return dst, below(raw, err)
		}
	}
	return dst, nil
}

// keyOf returns a map's key as text, as the driver does.
func keyOf(v reflect.Value) (string, error) {
	if v.Kind() == reflect.String {
		return v.String(), nil
	}
	nothing := v.Kind() == reflect.Pointer && v.IsNil()
	switch k := v.Interface().(type) {
	case bson.KeyMarshaler:
		if nothing {
			return "", nil
		}
		return called(k, "MarshalKey", k.MarshalKey)
	case encoding.TextMarshaler:
		if nothing {
			return "", nil
		}
		b, err := called(k, "MarshalText", k.MarshalText)
		return string(b), err
	}
	switch {
	case v.CanInt():
		return strconv.FormatInt(v.Int(), 10), nil
	case v.CanUint():
		return strconv.FormatUint(v.Uint(), 10), nil
	}
	return "", &FieldError{Problem: fmt.Sprintf("a %v cannot be the key of a map in BSON; use a string, an integer or an encoding.TextMarshaler", v.Type())}
}
