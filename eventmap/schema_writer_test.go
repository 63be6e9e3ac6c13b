// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

const schemaID = "https://raw.githubusercontent.com/otelanalytics/otelanalytics-go/main/eventmap/schema.json"

// jsonSchema is one schema of JSON Schema draft 2020-12, with its keywords in the order in which they are
// written.
type jsonSchema struct {
	Schema        string        `json:"$schema,omitempty"`
	ID            string        `json:"$id,omitempty"`
	Ref           string        `json:"$ref,omitempty"`
	Title         string        `json:"title,omitempty"`
	Description   string        `json:"description,omitempty"`
	Type          any           `json:"type,omitempty"` // one name or several
	Const         any           `json:"const,omitempty"`
	Enum          []string      `json:"enum,omitempty"`
	Pattern       string        `json:"pattern,omitempty"`
	MaxLength     int           `json:"maxLength,omitempty"`
	Minimum       *int          `json:"minimum,omitempty"`
	Maximum       *int          `json:"maximum,omitempty"`
	Items         *jsonSchema   `json:"items,omitempty"`
	MinItems      int           `json:"minItems,omitempty"`
	MaxItems      int           `json:"maxItems,omitempty"`
	UniqueItems   bool          `json:"uniqueItems,omitempty"`
	Properties    properties    `json:"properties,omitempty"`
	Required      []string      `json:"required,omitempty"`
	PropertyNames *jsonSchema   `json:"propertyNames,omitempty"`
	MaxProperties int           `json:"maxProperties,omitempty"`
	Additional    any           `json:"additionalProperties,omitempty"` // false or a schema
	Not           *jsonSchema   `json:"not,omitempty"`
	OneOf         []*jsonSchema `json:"oneOf,omitempty"`
	AllOf         []*jsonSchema `json:"allOf,omitempty"`
	If            *jsonSchema   `json:"if,omitempty"`
	Then          *jsonSchema   `json:"then,omitempty"`
	Default       any           `json:"default,omitempty"`
	Examples      []any         `json:"examples,omitempty"`
	Defs          properties    `json:"$defs,omitempty"`
}

// properties are named schemas in declared order.
type properties []property

type property struct {
	name   string
	schema any // *jsonSchema, or false
}

func (p properties) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, one := range p {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(one.name)
		if err != nil {
			return nil, err
		}
		value, err := marshal(one.schema)
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

// writeSchema writes the schema of the map from what the loader declares.
func writeSchema() ([]byte, error) {
	w := &schemaWriter{}
	top := w.object(&mapObject)
	top.Schema = "https://json-schema.org/draft/2020-12/schema"
	top.ID = schemaID
	top.Title = "otelanalytics event map"
	top.Defs = w.defs
	plain, err := marshal(top)
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

// schemaWriter collects the definitions of the objects that it meets.
type schemaWriter struct{ defs properties }

func (w *schemaWriter) object(o *objectDecl) *jsonSchema {
	s := &jsonSchema{Description: o.description, Type: "object", Additional: false}
	only := map[Instrument]properties{}
	for _, key := range o.keys {
		value := w.shape(key.shape)
		value.Description, value.Default, value.Examples = key.description, key.standard, key.examples
		s.Properties = append(s.Properties, property{key.name, value})
		if key.required {
			s.Required = append(s.Required, key.name)
		}
		if key.only != "" {
			only[key.only] = append(only[key.only], property{key.name, false})
		}
	}
	for _, key := range o.choice {
		s.OneOf = append(s.OneOf, &jsonSchema{Required: []string{key}})
	}
	for _, instrument := range instruments() {
		if keys, ok := only[Instrument(instrument)]; ok {
			s.AllOf = append(s.AllOf, forOthers(instrument, keys))
		}
	}
	if s.Required == nil && s.OneOf == nil {
		s.Type = []string{"object", "null"}
	}
	return s
}

// forOthers refuses keys for all instruments but one. An instrument that is missing or unknown is a mistake by
// itself, and says nothing of the keys.
func forOthers(instrument string, keys properties) *jsonSchema {
	others := slices.DeleteFunc(instruments(), func(i string) bool { return i == instrument })
	return &jsonSchema{
		If: &jsonSchema{
			Properties: properties{{"instrument", &jsonSchema{Enum: others}}},
			Required:   []string{"instrument"},
		},
		Then: &jsonSchema{Properties: keys},
	}
}

func (w *schemaWriter) shape(v shape) *jsonSchema {
	switch v.kind {
	case wordShape:
		return &jsonSchema{Enum: v.words()}
	case booleanShape:
		return &jsonSchema{Type: "boolean"}
	case wholeNumberShape:
		if v.lo == v.hi {
			return &jsonSchema{Const: v.lo}
		}
		return &jsonSchema{Type: "integer", Minimum: &v.lo, Maximum: &v.hi}
	case numberShape:
		return &jsonSchema{Type: "number"}
	case dataShape:
		s := v.text.schema()
		s.Type = []string{"string", "number"}
		return s
	case listShape:
		s := &jsonSchema{
			Type: []string{"array", "null"}, Items: w.shape(*v.of),
			MinItems: v.least, MaxItems: v.most, UniqueItems: v.once,
		}
		if v.least > 0 {
			s.Type = "array"
		}
		return s
	case mappingShape:
		s := &jsonSchema{Type: []string{"object", "null"}, MaxProperties: v.most, Additional: w.shape(*v.of)}
		if v.names.pattern != "" {
			s.PropertyNames = v.names.schema()
		}
		return s
	case objectShape:
		return w.reference(v.object)
	default:
		s := v.text.schema()
		s.Type = []string{"string", "boolean", "integer"}
		return s
	}
}

// reference refers to an object, and defines it first.
func (w *schemaWriter) reference(o *objectDecl) *jsonSchema {
	i := len(w.defs)
	w.defs = append(w.defs, property{name: o.name})
	w.defs[i].schema = w.object(o)
	return &jsonSchema{Ref: "#/$defs/" + o.name}
}

// schema restricts text. A pattern says nothing of a number, so that what must not match has to be text first.
func (r textRule) schema() *jsonSchema {
	s := &jsonSchema{Description: r.description, Pattern: r.pattern, MaxLength: r.most}
	switch {
	case r.unlike != "":
		s.Not = &jsonSchema{Type: "string", Pattern: r.unlike}
	case r.nobody:
		s.Not = &jsonSchema{Type: "string", Pattern: identityPattern()}
	case r.never != nil:
		s.Not = &jsonSchema{Enum: r.never}
	}
	return s
}

// identityPattern matches the paths of which identity says that they are one, but for letters that only
// Unicode takes for another case.
func identityPattern() string {
	names := make([]string, len(identities))
	for i, name := range identities {
		names[i] = folded(name)
	}
	return `^(.*\.)?(` + strings.Join(names, "|") + `)(\.` + folded("id") + `)?$`
}

// folded matches a word without regard to case, _ and -.
func folded(word string) string {
	const ignored = `[_-]*`
	var b strings.Builder
	b.WriteString(ignored)
	for _, c := range word {
		b.WriteString("[" + string(c) + strings.ToUpper(string(c)) + "]" + ignored)
	}
	return b.String()
}
