// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"bytes"
	"encoding/json"
	"reflect"

	"github.com/otelanalytics/otelanalytics-go/internal/rawjson"
)

// decoder decodes JSON objects into a struct one after the other, as package json does, but without another look at whether they
// are valid.
type decoder[T any] struct {
	into   T
	fields fields
}

// newDecoder returns a decoder into a struct. Each field has a json tag and decodes itself.
func newDecoder[T any]() *decoder[T] {
	d := new(decoder[T])
	v := reflect.ValueOf(&d.into).Elem()
	for i := range v.NumField() {
		d.fields = append(d.fields, field{[]byte(v.Type().Field(i).Tag.Get("json")), v.Field(i).Addr().Interface().(json.Unmarshaler)})
	}
	return d
}

// decode decodes a JSON value. The struct is overwritten by the next one.
func (d *decoder[T]) decode(text []byte) (*T, error) {
	d.into = *new(T)
	return &d.into, d.fields.decode(text)
}

// fields are what members of an object are decoded into.
type fields []field

type field struct {
	name []byte
	to   json.Unmarshaler
}

// decode decodes a JSON value, which is valid. null is an empty object. The first error ends it.
func (f fields) decode(text []byte) error {
	switch text = bytes.TrimLeft(text, jsonSpace); text[0] {
	case '{':
	case 'n':
		return nil
	default:
		return kindError("it is a JSON " + kindOf(text) + "; want a JSON object")
	}
	for name, value := range rawjson.Members(text) {
		if to := f.find(name); to != nil {
			if err := to.UnmarshalJSON(value); err != nil {
				return err
			}
		}
	}
	return nil
}

// find returns what has a name, or one that differs in its case alone.
func (f fields) find(name []byte) json.Unmarshaler {
	for i := range f {
		if bytes.Equal(f[i].name, name) {
			return f[i].to
		}
	}
	for i := range f {
		if bytes.EqualFold(f[i].name, name) {
			return f[i].to
		}
	}
	return nil
}
