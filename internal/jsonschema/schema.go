// SPDX-License-Identifier: Apache-2.0

// Package jsonschema writes JSON Schemas (draft 2020-12). Only tests use it. They write the schemas of the event map and of the
// configuration from the declarations of the loaders.
package jsonschema

import (
	"bytes"
	"encoding/json"
)

// Draft is the $schema of a document.
const Draft = "https://json-schema.org/draft/2020-12/schema"

// Schema is one schema, with its keywords in the order in which they are
// written.
type Schema struct {
	Schema        string     `json:"$schema,omitempty"`
	ID            string     `json:"$id,omitempty"`
	Ref           string     `json:"$ref,omitempty"`
	Title         string     `json:"title,omitempty"`
	Description   string     `json:"description,omitempty"`
	Type          any        `json:"type,omitempty"` // one name or several
	Const         any        `json:"const,omitempty"`
	Enum          []string   `json:"enum,omitempty"`
	MinLength     int        `json:"minLength,omitempty"`
	Pattern       string     `json:"pattern,omitempty"`
	MaxLength     int        `json:"maxLength,omitempty"`
	Minimum       *int       `json:"minimum,omitempty"`
	Maximum       *int       `json:"maximum,omitempty"`
	Items         *Schema    `json:"items,omitempty"`
	MinItems      int        `json:"minItems,omitempty"`
	MaxItems      int        `json:"maxItems,omitempty"`
	UniqueItems   bool       `json:"uniqueItems,omitempty"`
	Properties    Properties `json:"properties,omitempty"`
	Required      []string   `json:"required,omitempty"`
	PropertyNames *Schema    `json:"propertyNames,omitempty"`
	MaxProperties int        `json:"maxProperties,omitempty"`
	Additional    any        `json:"additionalProperties,omitempty"` // false or a schema
	Not           *Schema    `json:"not,omitempty"`
	AnyOf         []*Schema  `json:"anyOf,omitempty"`
	OneOf         []*Schema  `json:"oneOf,omitempty"`
	AllOf         []*Schema  `json:"allOf,omitempty"`
	If            *Schema    `json:"if,omitempty"`
	Then          *Schema    `json:"then,omitempty"`
	Default       any        `json:"default,omitempty"`
	Examples      []any      `json:"examples,omitempty"`
	Defs          Properties `json:"$defs,omitempty"`
}

// Properties are named schemas in declared order.
type Properties []Property

// Property is one of them.
type Property struct {
	Name   string
	Schema any // *Schema, or false
}

// MarshalJSON writes them in their order.
func (p Properties) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, one := range p {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(one.Name)
		if err != nil {
			return nil, err
		}
		value, err := marshal(one.Schema)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// marshal is json.Marshal that leaves <, > and & readable.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// Write returns the document of a schema, indented.
func Write(s *Schema) ([]byte, error) {
	plain, err := marshal(s)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := json.Indent(&b, plain, "", "  "); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}
