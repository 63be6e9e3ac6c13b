// SPDX-License-Identifier: Apache-2.0

package bsondoc

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
)

// errJSON is text that is no JSON. It does not say what the text is.
var errJSON = errors.New("not JSON")

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
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	dst, err := e.jsonValue(dst, key, d, p)
	if err == nil {
		if _, more := d.Token(); more != io.EOF {
			err = errJSON
		}
	}
	if err != nil && !errors.As(err, new(*FieldError)) {
		err = &FieldError{Problem: "is not one valid JSON value"}
	}
	return dst, err
}

func (e *Encoder) jsonValue(dst []byte, key string, d *json.Decoder, p place) ([]byte, error) {
	token, err := d.Token()
	if err != nil {
		return dst, err
	}
	delim, ok := token.(json.Delim)
	if !ok {
		return e.value(dst, key, token, p)
	}
	p.depth++
	if delim == '[' {
		return e.jsonArray(Header(dst, TypeArray, key), d, p)
	}
	return e.jsonObject(Header(dst, TypeDocument, key), d, p)
}

func (e *Encoder) jsonArray(dst []byte, d *json.Decoder, p place) ([]byte, error) {
	dst, start, err := e.enter(dst, p)
	if err != nil {
		return dst, err
	}
	for i := 0; d.More(); i++ {
		key := index(i)
		if dst, err = e.jsonValue(dst, key, d, p); err != nil {
			return dst, below(key, err)
		}
	}
	_, err = d.Token()
	return End(dst, start), err
}

func (e *Encoder) jsonObject(dst []byte, d *json.Decoder, p place) ([]byte, error) {
	dst, start, err := e.enter(dst, p)
	if err != nil {
		return dst, err
	}
	var few [8]jsonMember
	members := jsonMembers{all: few[:0]}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return dst, err
		}
		name, ok := token.(string)
		if !ok {
			return dst, errJSON
		}
		key, err := e.checkKey(name)
		if err == nil {
			members.add(key, len(dst))
			dst, err = e.jsonValue(dst, key, d, p)
		}
		if err != nil {
			return dst, below(name, err)
		}
	}
	_, err = d.Token()
	return End(members.last(dst), start), err
}
