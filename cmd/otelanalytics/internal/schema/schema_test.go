// SPDX-License-Identifier: Apache-2.0

package schema_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/schema"
)

func TestSchema(t *testing.T) {
	for name, key := range map[string]string{"map": "events", "config": "mongodb", "collector": "max_connections"} {
		code, out, errs := clitest.Run(t, schema.New(), name)
		var parsed struct {
			Schema     string         `json:"$schema"`
			Properties map[string]any `json:"properties"`
		}
		if err := json.Unmarshal([]byte(out), &parsed); err != nil || code != 0 {
			t.Fatalf("%s: exit code %d, %v\n%s", name, code, err, errs)
		}
		if parsed.Properties[key] == nil || !strings.Contains(parsed.Schema, "2020-12") {
			t.Errorf("%s is the schema of something else: %s, %d properties", name, parsed.Schema, len(parsed.Properties))
		}
		file := filepath.Join(t.TempDir(), "schemas", name+".json")
		if code, _, errs := clitest.Run(t, schema.New(), "--out", file, name); code != 0 {
			t.Fatalf("%s: exit code %d\n%s", name, code, errs)
		}
		if written, err := os.ReadFile(file); err != nil || string(written) != out {
			t.Errorf("%s: what was written is not what is printed: %v", name, err)
		}
		if code, _, _ := clitest.Run(t, schema.New(), "--check", "--out", file, name); code != 0 {
			t.Errorf("%s: exit code %d of --check", name, code)
		}
	}
	if code, _, errs := clitest.Run(t, schema.New(), "events"); code != 2 || !strings.Contains(errs, "known are map, config, collector") {
		t.Errorf("exit code %d, %s", code, errs)
	}
	if code, _, errs := clitest.Run(t, schema.New()); code != 2 || !strings.Contains(errs, "map, config or collector") {
		t.Errorf("exit code %d, %s", code, errs)
	}
}
