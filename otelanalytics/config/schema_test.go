// SPDX-License-Identifier: Apache-2.0

package config

import (
	"bytes"
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The published schema is what the loader's table makes.
func TestSchemaIsUpToDate(t *testing.T) {
	for _, tt := range []struct {
		file  string
		table []setting
		got   []byte
	}{
		{"config.schema.json", settings(), Schema()},
		{"collector.schema.json", slices.Concat(settings(), collectorSettings()), CollectorSchema()},
	} {
		want, err := writeSchema(tt.file, tt.table)
		if err != nil {
			t.Fatal(err)
		}
		if *update {
			if err := os.WriteFile(tt.file, want, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if diff := cmp.Diff(string(want), string(tt.got)); diff != "" {
			t.Errorf("%s is stale, write it with -update (-want +got):\n%s", tt.file, diff)
		}
	}
}

func TestSchemaIsACopy(t *testing.T) {
	for _, of := range []func() []byte{Schema, CollectorSchema} {
		first := of()
		clear(first)
		if bytes.Equal(first, of()) {
			t.Error("a caller changed the schema of all")
		}
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
