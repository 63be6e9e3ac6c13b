// SPDX-License-Identifier: Apache-2.0

package schemas

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

const (
	schemaID   = "https://raw.githubusercontent.com/otelanalytics/otelanalytics-go/main/eventmap/schema.json"
	metaSchema = "https://json-schema.org/draft/2020-12/schema"
)

// newCompiler knows the schema of the event map by its identifier, and loads nothing from elsewhere.
func newCompiler(t testing.TB) *jsonschema.Compiler {
	t.Helper()
	c := jsonschema.NewCompiler()
	if err := c.AddResource(schemaID, document(t)); err != nil {
		t.Fatal(err)
	}
	return c
}

func document(t testing.TB) any {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(eventmap.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func compile(t testing.TB, c *jsonschema.Compiler, location string) *jsonschema.Schema {
	t.Helper()
	s, err := c.Compile(location)
	if err != nil {
		t.Fatalf("%s: %v", location, err)
	}
	return s
}

// fromYAML turns YAML into what a validator sees of it: JSON values, with aliases and merge keys resolved. The
// error is that of the YAML reader.
func fromYAML(text []byte) (any, error) {
	var v any
	if err := yaml.Unmarshal(text, &v); err != nil {
		return nil, err
	}
	data, err := json.Marshal(plain(v))
	if err != nil {
		return nil, err
	}
	return jsonschema.UnmarshalJSON(bytes.NewReader(data))
}

// plain makes JSON of what JSON does not have: keys that are no text, dates, and numbers that are not finite.
func plain(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			v[key] = plain(value)
		}
	case map[any]any:
		m := make(map[string]any, len(v))
		for key, value := range v {
			m[fmt.Sprint(key)] = plain(value)
		}
		return m
	case []any:
		for i, value := range v {
			v[i] = plain(value)
		}
	case time.Time:
		return v.Format(time.DateOnly)
	case float64:
		if math.IsInf(v, 0) || math.IsNaN(v) {
			return fmt.Sprint(v)
		}
	}
	return v
}
