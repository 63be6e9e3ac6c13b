// SPDX-License-Identifier: Apache-2.0

package bsondoc

import (
	"encoding"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// encodeOfType returns how the values of types are encoded that have a way of their own, whatever their kind and methods,
// or nil.
func encodeOfType(t reflect.Type) encode {
	switch t {
	case reflect.TypeFor[time.Time]():
		return func(_ *Encoder, dst []byte, key string, v reflect.Value, _ place) ([]byte, error) {
			return date(dst, key, as[time.Time](v))
		}
	case reflect.TypeFor[json.Number]():
		return func(_ *Encoder, dst []byte, key string, v reflect.Value, p place) ([]byte, error) {
			return number(dst, key, json.Number(v.String()), p)
		}
	case reflect.TypeFor[json.RawMessage]():
		return encodeRawMessage
	case reflect.TypeFor[url.URL]():
		return encodeURL
	case reflect.TypeFor[url.Userinfo]():
		return func(_ *Encoder, dst []byte, key string, v reflect.Value, _ place) ([]byte, error) {
			u := as[url.Userinfo](v)
			return String(dst, key, u.Username()), nil
		}
	case reflect.TypeFor[bson.DateTime]():
		return func(_ *Encoder, dst []byte, key string, v reflect.Value, _ place) ([]byte, error) {
			return DateTime(dst, key, v.Int()), nil
		}
	case reflect.TypeFor[bson.ObjectID]():
		return func(_ *Encoder, dst []byte, key string, v reflect.Value, _ place) ([]byte, error) {
			return appendArray(Header(dst, typeObjectID, key), v), nil
		}
	case reflect.TypeFor[bson.Raw]():
		return func(e *Encoder, dst []byte, key string, v reflect.Value, p place) ([]byte, error) {
			raw := bson.Raw(v.Bytes())
			return e.foreign(dst, key, TypeDocument, cut(raw), raw, p)
		}
	case reflect.TypeFor[bson.RawValue]():
		return func(e *Encoder, dst []byte, key string, v reflect.Value, p place) ([]byte, error) {
			raw := as[bson.RawValue](v)
			return e.foreign(dst, key, byte(raw.Type), raw.Value, raw, p)
		}
	case reflect.TypeFor[bson.CodeWithScope]():
		return encodeCodeWithScope
	}
	if ofDriver(t) {
		return encodeByDriver
	}
	return nil
}

// as returns the value of a type, without an allocation where it has an address.
func as[T any](v reflect.Value) T {
	if v.CanAddr() {
		return *v.Addr().Interface().(*T)
	}
	return v.Interface().(T)
}

// ofDriver reports that the driver's registry has an encoder for this very type, beside those above.
func ofDriver(t reflect.Type) bool {
	switch t {
	case reflect.TypeFor[bson.Binary](), reflect.TypeFor[bson.Vector](), reflect.TypeFor[bson.Undefined](), reflect.TypeFor[bson.Null](),
		reflect.TypeFor[bson.Regex](), reflect.TypeFor[bson.DBPointer](), reflect.TypeFor[bson.JavaScript](), reflect.TypeFor[bson.Symbol](),
		reflect.TypeFor[bson.Timestamp](), reflect.TypeFor[bson.Decimal128](), reflect.TypeFor[bson.MinKey](), reflect.TypeFor[bson.MaxKey]():
		return true
	default:
		// Documents and arrays of the package below x/, which is not imported because it may change.
		return t.PkgPath() == "go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
	}
}

// encodeByDriver has the driver encode a value of one of its own types.
func encodeByDriver(e *Encoder, dst []byte, key string, v reflect.Value, p place) ([]byte, error) {
	kind, value, err := bson.MarshalValue(v.Interface())
	if err != nil {
		return dst, &FieldError{Problem: fmt.Sprintf("this %v cannot be BSON", v.Type())}
	}
	return e.foreign(dst, key, byte(kind), value, v.Interface(), p)
}

// encodeCodeWithScope appends a JavaScript code with its scope: the length of both, the code, the scope.
func encodeCodeWithScope(e *Encoder, dst []byte, key string, v reflect.Value, p place) ([]byte, error) {
	code := v.Interface().(bson.CodeWithScope)
	dst = Header(dst, TypeCodeWithScope, key)
	start := len(dst)
	dst = StringValue(append(dst, 0, 0, 0, 0), string(code.Code))
	dst, err := e.bare(dst, code.Scope, p, false)
	if err != nil {
		return dst, err
	}
	binary.LittleEndian.PutUint32(dst[start:], uint32(len(dst)-start))
	return dst, nil
}

// encodeURL appends a URL without its password.
func encodeURL(_ *Encoder, dst []byte, key string, v reflect.Value, _ place) ([]byte, error) {
	u := as[url.URL](v)
	if _, has := u.User.Password(); has {
		u.User = url.User(u.User.Username())
	}
	return String(dst, key, u.String()), nil
}

// isUUID reports that an array of bytes is a UUID: it has 16, its type is named so, and it writes itself as text, as the
// types of the UUID packages do.
func isUUID(t reflect.Type) bool {
	return t.Len() == 16 && t.Name() == "UUID" && reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextMarshaler]())
}

func encodeUUID(_ *Encoder, dst []byte, key string, v reflect.Value, _ place) ([]byte, error) {
	return appendArray(binaryHeader(dst, key, subtypeUUID, v.Len()), v), nil
}
