// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"bytes"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The published schema is what the declarations of the loader make.
func TestSchemaIsUpToDate(t *testing.T) {
	want, err := writeSchema()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("schema.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(want), string(Schema())); diff != "" {
		t.Errorf("schema.json is stale, write it with -update (-want +got):\n%s", diff)
	}
}

func TestSchemaIsACopy(t *testing.T) {
	first := Schema()
	clear(first)
	if bytes.Equal(first, Schema()) {
		t.Error("a caller changed the schema of all")
	}
}

// Editors show the descriptions, and a key that is declared twice would be written twice.
func TestSchemaDeclaresEveryKeyOnce(t *testing.T) {
	for _, o := range []*objectDecl{&mapObject, &metricObject, &attributeObject, &everyObject, &eventObject, &fieldObject, &recordObject, &deprecationObject} {
		seen := map[string]bool{}
		if o.description == "" {
			t.Errorf("%q has no description", o.name)
		}
		for _, key := range o.keys {
			if key.description == "" {
				t.Errorf("%s.%s has no description", o.name, key.name)
			}
			if seen[key.name] {
				t.Errorf("%s.%s is declared twice", o.name, key.name)
			}
			seen[key.name] = true
		}
	}
}
