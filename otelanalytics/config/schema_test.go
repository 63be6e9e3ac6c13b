// SPDX-License-Identifier: Apache-2.0

package config

import (
	"bytes"
	"os"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The published schema is what the loader's table makes.
func TestConfigSchemaIsUpToDate(t *testing.T) {
	want, err := writeConfigSchema()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("config.schema.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(want), string(ConfigSchema())); diff != "" {
		t.Errorf("config.schema.json is stale, write it with -update (-want +got):\n%s", diff)
	}
}

func TestConfigSchemaIsACopy(t *testing.T) {
	first := ConfigSchema()
	clear(first)
	if bytes.Equal(first, ConfigSchema()) {
		t.Error("a caller changed the schema of all")
	}
}

func compileWhole(t *testing.T, pattern string) func(string) bool {
	t.Helper()
	re, err := regexp.Compile("^" + pattern + "$")
	if err != nil {
		t.Fatal(err)
	}
	return re.MatchString
}
