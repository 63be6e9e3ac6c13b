// SPDX-License-Identifier: Apache-2.0

package schemas

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func TestSchemaIsOne(t *testing.T) {
	c := newCompiler(t)
	if err := compile(t, c, metaSchema).Validate(document(t)); err != nil {
		t.Error(err)
	}
	compile(t, c, schemaID)
}

// What editors insert and show must be right.
func TestDefaultsAndExamplesAreValid(t *testing.T) {
	c := newCompiler(t)
	defaults, examples := 0, 0
	var walk func(pointer string, v any)
	walk = func(pointer string, v any) {
		switch v := v.(type) {
		case []any:
			for i, entry := range v {
				walk(pointer+"/"+strconv.Itoa(i), entry)
			}
		case map[string]any:
			for key, value := range v {
				walk(pointer+"/"+key, value)
			}
			if strings.HasSuffix(pointer, "/properties") {
				return // its keys are those of the map
			}
			var all []any
			if value, ok := v["default"]; ok {
				defaults++
				all = append(all, value)
			}
			if values, ok := v["examples"].([]any); ok {
				examples++
				all = append(all, values...)
			}
			for _, value := range all {
				if err := compile(t, c, schemaID+"#"+pointer).Validate(value); err != nil {
					t.Errorf("%s: %v: %v", pointer, value, err)
				}
			}
		}
	}
	walk("", document(t))
	if defaults < 5 || examples < 10 {
		t.Errorf("%d defaults, %d examples", defaults, examples)
	}
}

func TestValidMapsPass(t *testing.T) {
	s := compile(t, newCompiler(t), schemaID)
	for name, text := range validMaps(t) {
		t.Run(name, func(t *testing.T) {
			v, err := fromYAML(text)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Validate(v); err != nil {
				t.Error(err)
			}
		})
	}
}

// validMaps are the maps that tests of the loader, examples and the reference show as right.
func validMaps(t testing.TB) map[string][]byte {
	t.Helper()
	maps := map[string][]byte{}
	for pattern, least := range map[string]int{"../../../eventmap/testdata/valid/*.yaml": 4, "../../*/events.yaml": 2} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) < least {
			t.Fatalf("%s: %d files: %v", pattern, len(files), err)
		}
		for _, file := range files {
			maps[file] = read(t, file)
		}
	}
	const reference = "../../../docs/event-map.md"
	_, rest, _ := strings.Cut(string(read(t, reference)), "<!-- example: valid -->\n```yaml\n")
	example, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("the reference has no valid example")
	}
	if !strings.HasPrefix(example, "# yaml-language-server: $schema="+schemaID+"\n") {
		t.Error("the reference does not show where the schema is")
	}
	maps[reference] = []byte(example)
	return maps
}

func read(t testing.TB, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
