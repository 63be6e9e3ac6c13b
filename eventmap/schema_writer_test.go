// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"slices"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/internal/identity"
	"github.com/otelanalytics/otelanalytics-go/internal/jsonschema"
)

const schemaID = "https://raw.githubusercontent.com/otelanalytics/otelanalytics-go/main/eventmap/schema.json"

// writeSchema writes the schema of the map from what the loader declares.
func writeSchema() ([]byte, error) {
	w := &schemaWriter{}
	top := w.object(&mapObject)
	top.Schema = jsonschema.Draft
	top.ID = schemaID
	top.Title = "otelanalytics event map"
	top.Defs = w.defs
	return jsonschema.Write(top)
}

// schemaWriter collects the definitions of the objects that it meets.
type schemaWriter struct{ defs jsonschema.Properties }

func (w *schemaWriter) object(o *objectDecl) *jsonschema.Schema {
	s := &jsonschema.Schema{Description: o.description, Type: "object", Additional: false}
	only := map[Instrument]jsonschema.Properties{}
	for _, key := range o.keys {
		value := w.shape(key.shape)
		value.Description, value.Default, value.Examples = key.description, key.standard, key.examples
		s.Properties = append(s.Properties, jsonschema.Property{Name: key.name, Schema: value})
		if key.required {
			s.Required = append(s.Required, key.name)
		}
		if key.only != "" {
			only[key.only] = append(only[key.only], jsonschema.Property{Name: key.name, Schema: false})
		}
	}
	for _, key := range o.choice {
		s.OneOf = append(s.OneOf, &jsonschema.Schema{Required: []string{key}})
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
func forOthers(instrument string, keys jsonschema.Properties) *jsonschema.Schema {
	others := slices.DeleteFunc(instruments(), func(i string) bool { return i == instrument })
	return &jsonschema.Schema{
		If: &jsonschema.Schema{
			Properties: jsonschema.Properties{{Name: "instrument", Schema: &jsonschema.Schema{Enum: others}}},
			Required:   []string{"instrument"},
		},
		Then: &jsonschema.Schema{Properties: keys},
	}
}

func (w *schemaWriter) shape(v shape) *jsonschema.Schema {
	switch v.kind {
	case wordShape:
		return &jsonschema.Schema{Enum: v.words()}
	case booleanShape:
		return &jsonschema.Schema{Type: "boolean"}
	case wholeNumberShape:
		if v.lo == v.hi {
			return &jsonschema.Schema{Const: v.lo}
		}
		return &jsonschema.Schema{Type: "integer", Minimum: &v.lo, Maximum: &v.hi}
	case numberShape:
		return &jsonschema.Schema{Type: "number"}
	case dataShape:
		s := v.text.schema()
		s.Type = []string{"string", "number"}
		return s
	case listShape:
		s := &jsonschema.Schema{
			Type: []string{"array", "null"}, Items: w.shape(*v.of),
			MinItems: v.least, MaxItems: v.most, UniqueItems: v.once,
		}
		if v.least > 0 || v.written {
			s.Type = "array"
		}
		return s
	case mappingShape:
		s := &jsonschema.Schema{Type: []string{"object", "null"}, MaxProperties: v.most, Additional: w.shape(*v.of)}
		if v.names.pattern != "" {
			s.PropertyNames = v.names.schema()
		}
		return s
	case objectShape:
		return w.reference(v.object)
	case wordsShape:
		one := &jsonschema.Schema{Enum: v.words()}
		return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{one, {Type: "array", Items: one, MinItems: 1, UniqueItems: true}}}
	case valueShape:
		return &jsonschema.Schema{Type: []string{"string", "number", "boolean"}}
	case noteShape:
		note := v.text.schema()
		note.Type = "string"
		return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{w.reference(v.object), note}}
	case fieldShape:
		return w.reference(&fieldObject)
	default:
		s := v.text.schema()
		s.Type = []string{"string", "boolean", "integer"}
		return s
	}
}

// reference refers to an object, and defines it first.
func (w *schemaWriter) reference(o *objectDecl) *jsonschema.Schema {
	if slices.ContainsFunc(w.defs, func(p jsonschema.Property) bool { return p.Name == o.name }) {
		return &jsonschema.Schema{Ref: "#/$defs/" + o.name}
	}
	i := len(w.defs)
	w.defs = append(w.defs, jsonschema.Property{Name: o.name})
	w.defs[i].Schema = w.object(o)
	return &jsonschema.Schema{Ref: "#/$defs/" + o.name}
}

// schema restricts text. A pattern says nothing of a number, so that what must not match has to be text first.
func (r textRule) schema() *jsonschema.Schema {
	s := &jsonschema.Schema{Description: r.description, Pattern: r.pattern, MaxLength: r.most}
	switch {
	case r.unlike != "" && r.nobody:
		s.Not = &jsonschema.Schema{Type: "string", Pattern: r.unlike + "|" + identityPattern()}
	case r.unlike != "":
		s.Not = &jsonschema.Schema{Type: "string", Pattern: r.unlike}
	case r.nobody:
		s.Not = &jsonschema.Schema{Type: "string", Pattern: identityPattern()}
	case r.never != nil:
		s.Not = &jsonschema.Schema{Enum: r.never}
	}
	return s
}

// identityPattern matches the paths of which identity says that they are one, but for letters that only
// Unicode takes for another case.
func identityPattern() string {
	names := identity.Names()
	for i, name := range names {
		names[i] = folded(name)
	}
	return `^(.*\.)?(` + strings.Join(names, "|") + `)(\.` + folded("id") + `)?$`
}

// folded matches a word without regard to case, _, - and $.
func folded(word string) string {
	const ignored = `[$_-]*`
	var b strings.Builder
	b.WriteString(ignored)
	for _, c := range word {
		b.WriteString("[" + string(c) + strings.ToUpper(string(c)) + "]" + ignored)
	}
	return b.String()
}
