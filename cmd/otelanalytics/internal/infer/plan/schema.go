// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/infer/draft"
)

// schema is a JSON Schema, of draft 4 or 7.
type schema map[string]any

func (s schema) object(key string) schema {
	m, _ := s[key].(map[string]any)
	return m
}

func (s schema) text(key string) string {
	t, _ := s[key].(string)
	return t
}

func (s schema) list(key string) []any {
	l, _ := s[key].([]any)
	return l
}

// number returns a number, which YAML and JSON read as several types.
func (s schema) number(key string) (float64, bool) { return float(s[key]) }

func float(v any) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, !math.IsNaN(v) && !math.IsInf(v, 0)
	case int:
		return float64(v), true
	case int64:
		return float64(v), true
	case uint64:
		return float64(v), true
	default:
		return 0, false
	}
}

// understood are the keywords that a field can express, and those that say nothing about data.
var understood = []string{
	"type", "enum", "const", "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "maxItems",
	"items", "properties", "required", "format", "description", "additionalProperties", "anyOf", "oneOf",
	"$id", "$schema", "id", "title", "examples", "default", "labels", "$comment", "eventMetadata",
}

// ofEntries are the keywords of the schema of an entry, or of the data themselves, that a map can express or that say nothing about
// data. Those that [Plan.types] looks at are among them.
var ofEntries = []string{
	"type", "properties", "required", "additionalProperties", "anyOf", "oneOf", "format", "description",
	"$id", "$schema", "id", "title", "examples", "default", "labels", "$comment", "eventMetadata", "definitions", "$defs",
}

// rest notes the keywords of a schema that are not among those.
func (p *Plan) rest(at string, s schema, understood []string) {
	for _, key := range slices.Sorted(maps.Keys(s)) {
		if !slices.Contains(understood, key) {
			p.omit(at, "%s", key)
		}
	}
}

// additional notes what an object within the data says of fields that it does not declare. A map says it for the whole event, and
// it holds for each object of which it declares fields.
func (p *Plan) additional(at string, s schema) {
	declares := len(s.object("properties")) > 0
	switch v := s["additionalProperties"].(type) {
	case map[string]any:
		if len(v) > 0 {
			p.omit(at, "additionalProperties: what other fields are")
		}
	case bool:
		if !v && !(p.closed && declares) {
			p.omit(at, "additionalProperties: false, here alone")
		}
		if !v {
			return
		}
	}
	if p.closed && declares {
		p.omit(at, "fields that it does not declare violate the map, and not the plan")
	}
}

// says reports whether a schema restricts anything but the type of the whole.
func (s schema) says() bool {
	for key, v := range s {
		switch key {
		case "properties":
			if len(s.object(key)) > 0 {
				return true
			}
		case "required":
			if len(s.list(key)) > 0 {
				return true
			}
		case "additionalProperties":
			if m, ok := v.(map[string]any); v == false || ok && len(m) > 0 {
				return true
			}
		default:
			if !slices.Contains(ofEntries, key) || key == "anyOf" || key == "oneOf" {
				return true
			}
		}
	}
	return false
}

// typeNames are the types of JSON Schema as a map has them.
var typeNames = map[string]string{"string": "string", "integer": "int", "number": "double", "boolean": "bool", "object": "object", "array": "array"}

// properties returns the fields of an object. where is the event and the path to the object, within the path that names begin with.
func (p *Plan) properties(where string, s schema, within []string) []*draft.Field {
	var fields []*draft.Field
	var required []string
	for _, r := range s.list("required") {
		if name, ok := r.(string); ok {
			required = append(required, name)
		}
	}
	all := s.object("properties")
	for _, name := range slices.Sorted(maps.Keys(all)) {
		at := where + ", " + name
		parts, ok := path(name)
		if !ok {
			p.omit(at, "no map can have the name of the field")
			continue
		}
		one, _ := all[name].(map[string]any)
		fields = append(fields, p.field(at, one, append(within[:len(within):len(within)], parts...), slices.Contains(required, name))...)
	}
	for _, name := range required {
		if _, declared := all[name]; !declared {
			p.omit(where, "requires %s, which it does not declare", name)
		}
	}
	return fields
}

// field returns a field, and those within it.
func (p *Plan) field(at string, s schema, path []string, required bool) []*draft.Field {
	f := &draft.Field{Path: path, Required: required, Description: line(s.text("description"))}
	nullable := p.types(at, s, f)
	f.Comment = suspect(path, f.Types)
	if required && nullable {
		f.Required = false
		p.omit(at, "required, and may be null: to a map null is missing")
	}
	if required && slices.ContainsFunc(path, func(part string) bool { return strings.Trim(part, "0123456789") == "" }) {
		f.Required = false
		p.omit(at, "required: the name is that of an entry of an array to a map")
	}
	p.rules(at, s, f)
	p.rest(at, s, understood)
	p.additional(at, s)
	all := []*draft.Field{f}
	if items, there := s["items"]; there {
		all = append(all, p.items(at, items, f)...)
	}
	declares := len(s.object("properties")) > 0
	if declares && f.Types == nil {
		f.Types = []string{"object"}
	}
	if declares || f.Types == nil || has(f, "object") { // without fields, what is required is noted
		all = append(all, p.properties(at, s, path)...)
	}
	return all
}

// types reads the types of a field, and reports whether null is one.
func (p *Plan) types(at string, s schema, f *draft.Field) (nullable bool) {
	var names []string
	add := func(v any) {
		switch v := v.(type) {
		case string:
			for one := range strings.SplitSeq(v, ",") { // RudderStack has lists as text, too
				names = append(names, strings.TrimSpace(one))
			}
		case []any:
			for _, one := range v {
				if t, ok := one.(string); ok {
					names = append(names, t)
				}
			}
		}
	}
	add(s["type"])
	for _, key := range []string{"anyOf", "oneOf"} {
		branches := s.list(key)
		onlyTypes := len(branches) > 0 && names == nil
		for _, b := range branches {
			m, _ := b.(map[string]any)
			onlyTypes = onlyTypes && len(m) == 1 && m["type"] != nil
		}
		if !onlyTypes && branches != nil {
			p.omit(at, "%s", key)
			continue
		}
		for _, b := range branches {
			add(b.(map[string]any)["type"])
		}
	}
	for _, name := range names {
		t, ok := typeNames[name]
		switch {
		case name == "null":
			nullable = true
		case name == "" || name == "any":
			return nullable
		case !ok:
			p.omit(at, "the type %s", name)
			return nullable
		case !slices.Contains(f.Types, t):
			f.Types = append(f.Types, t)
		}
	}
	if i := slices.Index(f.Types, "int"); i >= 0 && slices.Contains(f.Types, "double") {
		f.Types = slices.Delete(f.Types, i, i+1)
	}
	switch format := s.text("format"); {
	case format == "date-time" && slices.Equal(f.Types, []string{"string"}):
		f.Types = []string{"date"}
	case format != "":
		p.omit(at, "format: %s", format)
	}
	return nullable
}

// has reports whether the field has one of the types.
func has(f *draft.Field, types ...string) bool {
	return slices.ContainsFunc(f.Types, func(t string) bool { return slices.Contains(types, t) })
}

// rules reads what restricts a field.
func (p *Plan) rules(at string, s schema, f *draft.Field) {
	p.values(at, s, f)
	if pattern := s.text("pattern"); pattern != "" {
		_, err := regexp.Compile(pattern)
		if err != nil || len(pattern) > 1_000 || !has(f, "string") {
			p.omit(at, "pattern: %s", pattern)
		} else {
			f.Pattern = pattern
		}
	}
	for _, n := range []struct {
		key, kind string
		to        *int
	}{{"minLength", "string", &f.MinLength}, {"maxLength", "string", &f.MaxLength}, {"maxItems", "array", &f.MaxItems}} {
		v, ok := s.number(n.key)
		switch {
		case !ok || v == 0 && n.key == "minLength":
		case v < 1 || v > 16<<20 || v != math.Trunc(v) || !has(f, n.kind):
			p.omit(at, "%s: %v", n.key, v)
		default:
			*n.to = int(v)
		}
	}
	if f.MaxLength > 0 && f.MinLength > f.MaxLength {
		p.omit(at, "maxLength: %d, which is below minLength", f.MaxLength)
		f.MaxLength = 0
	}
	integers := has(f, "int") && !has(f, "double")
	bound := func(key string, exclusive float64) *float64 {
		v, ok := s.number(key)
		if !ok {
			if b, there := s[key].(bool); there && b {
				p.omit(at, "%s", key)
			}
			return nil
		}
		if !has(f, "int", "double") || exclusive != 0 && !(integers && v == math.Trunc(v)) {
			p.omit(at, "%s: %v", key, v)
			return nil
		}
		v += exclusive
		return &v
	}
	f.Min, f.Max = bound("minimum", 0), bound("maximum", 0)
	if v := bound("exclusiveMinimum", 1); v != nil && f.Min == nil {
		f.Min = v
	}
	if v := bound("exclusiveMaximum", -1); v != nil && f.Max == nil {
		f.Max = v
	}
	if f.Min != nil && f.Max != nil && *f.Min > *f.Max {
		p.omit(at, "maximum: %v, which is below minimum", *f.Max)
		f.Max = nil
	}
}

// values reads an enum.
func (p *Plan) values(at string, s schema, f *draft.Field) {
	listed := s.list("enum")
	if c, there := s["const"]; there {
		listed = []any{c}
	}
	if len(listed) == 0 {
		return
	}
	typed := f.Types != nil
	var values []any
	seen := map[string]bool{}
	for _, v := range listed {
		kind := ""
		if n, ok := float(v); ok {
			v, kind = n, "double"
			if n == math.Trunc(n) && (!typed || has(f, "int")) {
				kind = "int"
			}
		}
		switch v.(type) {
		case nil:
			continue // null is a missing value
		case string:
			kind = "string"
		case bool:
			kind = "bool"
		}
		key := fmt.Sprintf("%T %[1]v", v)
		switch {
		case kind == "" || typed && !has(f, kind):
			p.omit(at, "the value %v of enum", v)
			return
		case seen[key]:
			continue
		case !typed && !has(f, kind):
			f.Types = append(f.Types, kind)
		}
		seen[key] = true
		values = append(values, v)
	}
	if len(values) > 1_000 {
		p.omit(at, "enum with %d values", len(values))
		return
	}
	f.Values = values
}

// items reads what the entries of an array are. It returns fields of entries that are declared beside the array.
func (p *Plan) items(at string, items any, f *draft.Field) []*draft.Field {
	m, ok := items.(map[string]any)
	s := schema(m)
	if !ok {
		p.omit(at, "entries by their place")
		return nil
	}
	entry := &draft.Field{}
	nullable := p.types(at+", items", s, entry)
	object := slices.Equal(entry.Types, []string{"object"}) || entry.Types == nil && len(s.object("properties")) > 0
	if object {
		p.rest(at+", items", s, ofEntries)
		p.additional(at+", items", s)
	}
	switch {
	case len(m) == 0:
	case !object:
		p.omit(at, "what entries are: a map knows the fields of those that are objects")
	case slices.Equal(f.Types, []string{"array"}):
		f.Entries, f.Items = true, p.properties(at, s, nil)
	default: // an array or something else
		return p.properties(at, s, f.Path)
	}
	_ = nullable // an entry can be null to a map
	return nil
}
