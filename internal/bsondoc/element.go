// SPDX-License-Identifier: Apache-2.0

package bsondoc

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// MaxDepth is how deep documents and arrays may nest. MongoDB documents 100 levels. Its server stores 180 and reads 200, so that
// beyond 180 no document could ever be stored.
const MaxDepth = 180

// value appends v under a key that has been checked. The error is that of the value, without the key.
func (e *Encoder) value(dst []byte, key string, v any, p place) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return Null(dst, key), nil
	case string:
		return String(dst, key, v), nil
	case bool:
		return Bool(dst, key, v), nil
	case int:
		return Int(dst, key, int64(v)), nil
	case int64:
		return p.int64(dst, key, v), nil
	case int32:
		return Int32(dst, key, v), nil
	case int16:
		return Int32(dst, key, int32(v)), nil
	case int8:
		return Int32(dst, key, int32(v)), nil
	case uint8:
		return Int32(dst, key, int32(v)), nil
	case uint16:
		return Int32(dst, key, int32(v)), nil
	case float64:
		return Double(dst, key, v), nil
	case float32:
		return Double(dst, key, float64(v)), nil
	case time.Time:
		return date(dst, key, v)
	case bson.DateTime:
		return DateTime(dst, key, int64(v)), nil
	case json.Number:
		return number(dst, key, v, p)
	case []byte:
		if v == nil {
			return Null(dst, key), nil
		}
		return append(binaryHeader(dst, key, 0, len(v)), v...), nil
	case map[string]any:
		return e.nested(dst, TypeDocument, key, v, v == nil, p)
	case bson.M:
		return e.nested(dst, TypeDocument, key, v, v == nil, p)
	case bson.D:
		return e.nested(dst, TypeDocument, key, v, v == nil, p)
	case map[string]string:
		return e.nested(dst, TypeDocument, key, v, v == nil, p)
	case []any:
		return e.nested(dst, TypeArray, key, v, v == nil, p)
	case bson.A:
		return e.nested(dst, TypeArray, key, v, v == nil, p)
	case []string:
		return e.nested(dst, TypeArray, key, v, v == nil, p)
	default:
		return e.reflected(dst, key, v, p)
	}
}

// int64 appends an integer: in 32 bits within a field with the tag minsize, when it fits.
func (p place) int64(dst []byte, key string, i int64) []byte {
	if p.minimal {
		return Int(dst, key, i)
	}
	return Int64(dst, key, i)
}

// checkKey returns a key as it is written, and notes that it is special.
func (e *Encoder) checkKey(key string) (string, error) {
	if isCommonKey(key) {
		return key, nil
	}
	e.Special = e.Special || isSpecial(key)
	return uncommonKey(key)
}

// isSpecial reports that a key begins with a dollar sign, or has a dot or a percent sign.
func isSpecial(key string) bool {
	return strings.HasPrefix(key, "$") || strings.IndexByte(key, '.') >= 0 || strings.IndexByte(key, '%') >= 0
}

func uncommonKey(key string) (string, error) {
	if strings.IndexByte(key, 0) >= 0 {
		return key, &FieldError{Problem: "a field name cannot hold a NUL byte; remove it"}
	}
	return cleanText(key), nil
}

// cleanText returns s with U+FFFD in place of bytes that are not UTF-8.
func cleanText(s string) string {
	if isASCII(s) || utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, string(utf8.RuneError))
}

func number(dst []byte, key string, n json.Number, p place) ([]byte, error) {
	if i, err := strconv.ParseInt(string(n), 10, 64); err == nil {
		return p.int64(dst, key, i), nil
	}
	f, err := strconv.ParseFloat(string(n), 64)
	if err != nil {
		return dst, &FieldError{Problem: "a json.Number that is not a number, or too large for a double"}
	}
	return Double(dst, key, f), nil
}

// nested appends a map, a document or an array of the common types. A nil one is null, as for the driver.
func (e *Encoder) nested(dst []byte, elementType byte, key string, v any, isNil bool, p place) ([]byte, error) {
	if isNil {
		return Null(dst, key), nil
	}
	p.depth++
	return e.body(Header(dst, elementType, key), v, p)
}

// body appends the document or array itself, which is p.depth deep.
func (e *Encoder) body(dst []byte, v any, p place) ([]byte, error) {
	dst, start, err := e.enter(dst, p)
	if err != nil {
		return dst, err
	}
	switch v := v.(type) {
	case map[string]any:
		dst, err = e.fields(dst, v, p)
	case bson.M:
		dst, err = e.fields(dst, v, p)
	case map[string]string:
		for k, s := range v {
			clean, err := e.checkKey(k)
			if err != nil {
				return dst, below(k, err)
			}
			dst = String(dst, clean, s)
		}
	case bson.D:
		for i := range v {
			if dst, err = e.element(dst, v[i].Key, v[i].Value, p); err != nil {
				return dst, err
			}
		}
	case []any:
		dst, err = e.items(dst, v, p)
	case bson.A:
		dst, err = e.items(dst, v, p)
	case []string:
		for i, s := range v {
			dst = String(dst, index(i), s)
		}
	}
	if err != nil {
		return dst, err
	}
	return End(dst, start), nil
}

func (e *Encoder) fields(dst []byte, m map[string]any, p place) ([]byte, error) {
	var err error
	for k, v := range m {
		if dst, err = e.element(dst, k, v, p); err != nil {
			return dst, err
		}
	}
	return dst, nil
}

func (e *Encoder) items(dst []byte, a []any, p place) ([]byte, error) {
	var err error
	for i, v := range a {
		if dst, err = e.element(dst, index(i), v, p); err != nil {
			return dst, err
		}
	}
	return dst, nil
}

// index is the key of an array's element. strconv keeps the strings of small numbers.
func index(i int) string { return strconv.Itoa(i) }

// date appends a time, in milliseconds.
func date(dst []byte, key string, t time.Time) ([]byte, error) {
	if s := t.Unix(); s < math.MinInt64/1000+1 || s >= math.MaxInt64/1000 {
		return dst, &FieldError{Problem: "is a time that BSON, with milliseconds in 64 bits, does not hold; use one within 292 million years of 1970"}
	}
	return DateTime(dst, key, t.UnixMilli()), nil
}
