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

// MaxDepth is how deep documents and arrays may nest. MongoDB documents 100 levels and its server stops
// at 200, so that beyond this no server could ever store the document.
const MaxDepth = 200

// Element appends v under key. depth is how many documents enclose it. On an error, which is a
// [FieldError], what dst holds beyond its old length is undefined.
func Element(dst []byte, key string, v any, depth int) ([]byte, error) {
	key, err := checkKey(key)
	if err != nil {
		return dst, err
	}
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
		return Int64(dst, key, v), nil
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
		return number(dst, key, v)
	case []byte:
		if v == nil {
			return Null(dst, key), nil
		}
		return append(binaryHeader(dst, key, 0, len(v)), v...), nil
	case map[string]any:
		return nested(dst, TypeDocument, key, v, v == nil, depth)
	case bson.M:
		return nested(dst, TypeDocument, key, v, v == nil, depth)
	case bson.D:
		return nested(dst, TypeDocument, key, v, v == nil, depth)
	case map[string]string:
		return nested(dst, TypeDocument, key, v, v == nil, depth)
	case []any:
		return nested(dst, TypeArray, key, v, v == nil, depth)
	case bson.A:
		return nested(dst, TypeArray, key, v, v == nil, depth)
	case []string:
		return nested(dst, TypeArray, key, v, v == nil, depth)
	default:
		return reflected(dst, key, v, depth)
	}
}

func checkKey(key string) (string, error) {
	if strings.IndexByte(key, 0) >= 0 {
		return key, below(key, &FieldError{Problem: "a field name cannot hold a NUL byte; remove it"})
	}
	if !utf8.ValidString(key) {
		key = strings.ToValidUTF8(key, string(utf8.RuneError))
	}
	return key, nil
}

func number(dst []byte, key string, n json.Number) ([]byte, error) {
	if i, err := strconv.ParseInt(string(n), 10, 64); err == nil {
		return Int64(dst, key, i), nil
	}
	f, err := strconv.ParseFloat(string(n), 64)
	if err != nil {
		return dst, below(key, &FieldError{Problem: "a json.Number that is not a number, or too large for a double"})
	}
	return Double(dst, key, f), nil
}

// nested appends a map, a document or an array of the common types. A nil one is null, as for the driver.
func nested(dst []byte, elementType byte, key string, v any, isNil bool, depth int) ([]byte, error) {
	if isNil {
		return Null(dst, key), nil
	}
	dst, err := body(Header(dst, elementType, key), v, depth+1)
	if err != nil {
		return dst, below(key, err)
	}
	return dst, nil
}

// body appends the document or array itself.
func body(dst []byte, v any, depth int) ([]byte, error) {
	if depth > MaxDepth {
		return dst, &FieldError{Problem: "documents nested more than " + strconv.Itoa(MaxDepth) + " deep, which MongoDB does not store; flatten it (does it refer to itself?)"}
	}
	dst, start := Begin(dst)
	var err error
	switch v := v.(type) {
	case map[string]any:
		dst, err = fields(dst, v, depth)
	case bson.M:
		dst, err = fields(dst, v, depth)
	case map[string]string:
		for k, s := range v {
			if k, err = checkKey(k); err != nil {
				return dst, err
			}
			dst = String(dst, k, s)
		}
	case bson.D:
		for i := range v {
			if dst, err = Element(dst, v[i].Key, v[i].Value, depth); err != nil {
				return dst, err
			}
		}
	case []any:
		dst, err = items(dst, v, depth)
	case bson.A:
		dst, err = items(dst, v, depth)
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

func fields(dst []byte, m map[string]any, depth int) ([]byte, error) {
	var err error
	for k, v := range m {
		if dst, err = Element(dst, k, v, depth); err != nil {
			return dst, err
		}
	}
	return dst, nil
}

func items(dst []byte, a []any, depth int) ([]byte, error) {
	var err error
	for i, v := range a {
		if dst, err = Element(dst, index(i), v, depth); err != nil {
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
		return dst, below(key, &FieldError{Problem: "is a time that BSON, with milliseconds in 64 bits, does not hold; use one within 292 million years of 1970"})
	}
	return DateTime(dst, key, t.UnixMilli()), nil
}
