// SPDX-License-Identifier: Apache-2.0

package bsondoc

import (
	"encoding/json"
	"reflect"
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
	return e.jsonValue(dst, key, &jsonReader{text}, p)
}

func (e *Encoder) jsonValue(dst []byte, key string, r *jsonReader, p place) ([]byte, error) {
	switch r.next() {
	case '{':
		p.depth++
		return e.jsonObject(Header(dst, TypeDocument, key), r, p)
	case '[':
		p.depth++
		return e.jsonArray(Header(dst, TypeArray, key), r, p)
	default:
		return e.value(dst, key, r.scalar(), p)
	}
}

func (e *Encoder) jsonArray(dst []byte, r *jsonReader, p place) ([]byte, error) {
	dst, start, err := e.enter(dst, p)
	if err != nil {
		return dst, err
	}
	r.skip()
	for i := 0; r.next() != ']'; i++ {
		key := index(i)
		if dst, err = e.jsonValue(dst, key, r, p); err != nil {
			return dst, below(key, err)
		}
	}
	r.skip()
	return End(dst, start), nil
}

func (e *Encoder) jsonObject(dst []byte, r *jsonReader, p place) ([]byte, error) {
	dst, start, err := e.enter(dst, p)
	if err != nil {
		return dst, err
	}
	var few [8]jsonMember
	members := jsonMembers{all: few[:0]}
	r.skip()
	for r.next() != '}' {
		name := r.text()
		key, err := e.checkKey(name)
		if err == nil {
			members.add(key, len(dst))
			dst, err = e.jsonValue(dst, key, r, p)
		}
		if err != nil {
			return dst, below(name, err)
		}
	}
	r.skip()
	return End(members.last(dst), start), nil
}
