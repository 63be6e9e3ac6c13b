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
func TestSchemaIsUpToDate(t *testing.T) {
	want, err := writeSchema()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("config.schema.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(want), string(Schema())); diff != "" {
		t.Errorf("config.schema.json is stale, write it with -update (-want +got):\n%s", diff)
	}
}

func TestSchemaIsACopy(t *testing.T) {
	first := Schema()
	clear(first)
	if bytes.Equal(first, Schema()) {
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
