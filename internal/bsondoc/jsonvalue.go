// SPDX-License-Identifier: Apache-2.0

package bsondoc

import (
	"encoding/json"
	"reflect"

	"github.com/otelanalytics/otelanalytics-go/internal/rawjson"
)

// encodeRawMessage appends what a json.RawMessage holds. An empty one is null.
func encodeRawMessage(e *Encoder, dst []byte, key string, v reflect.Value, p place) ([]byte, error) {
	if v.Len() == 0 {
		return Null(dst, key), nil
	}
	return e.json(dst, key, v.Bytes(), p)
}

// json appends a JSON text as what it holds: objects as documents with their fields in order, of several with one name the last, and
// numbers as a json.Number.
func (e *Encoder) json(dst []byte, key string, text []byte, p place) ([]byte, error) {
	if !json.Valid(text) {
		return dst, &FieldError{Problem: "is not one valid JSON value"}
	}
	r := rawjson.NewReader(text)
	return e.jsonValue(dst, key, &r, p)
}

func (e *Encoder) jsonValue(dst []byte, key string, r *rawjson.Reader, p place) ([]byte, error) {
	switch c := r.Next(); c {
	case '{':
		p.depth++
		return e.jsonObject(Header(dst, TypeDocument, key), r, p)
	case '[':
		p.depth++
		return e.jsonArray(Header(dst, TypeArray, key), r, p)
	case '"':
		return String(dst, key, r.Text()), nil
	case 't', 'f':
		r.Word()
		return Bool(dst, key, c == 't'), nil
	case 'n':
		r.Word()
		return Null(dst, key), nil
	default:
		return number(dst, key, json.Number(r.Word()), p)
	}
}

func (e *Encoder) jsonArray(dst []byte, r *rawjson.Reader, p place) ([]byte, error) {
	dst, start, err := e.enter(dst, p)
	if err != nil {
		return dst, err
	}
	r.Skip()
	for i := 0; r.Next() != ']'; i++ {
		key := index(i)
		if dst, err = e.jsonValue(dst, key, r, p); err != nil {
			return dst, below(key, err)
		}
	}
	r.Skip()
	return End(dst, start), nil
}

func (e *Encoder) jsonObject(dst []byte, r *rawjson.Reader, p place) ([]byte, error) {
	dst, start, err := e.enter(dst, p)
	if err != nil {
		return dst, err
	}
	var few [8]jsonMember
	members := jsonMembers{all: few[:0]}
	if dst, err = e.jsonMembers(dst, r, &members, p); err != nil {
		return dst, err
	}
	return End(members.last(dst), start), nil
}

// jsonMembers appends the members of an object and notes them.
func (e *Encoder) jsonMembers(dst []byte, r *rawjson.Reader, members *jsonMembers, p place) ([]byte, error) {
	r.Skip()
	for r.Next() != '}' {
		name := r.Text()
		key, err := e.checkKey(name)
		if err == nil {
			members.add(key, len(dst))
			dst, err = e.jsonValue(dst, key, r, p)
		}
		if err != nil {
			return dst, below(name, err)
		}
	}
	r.Skip()
	return dst, nil
}
