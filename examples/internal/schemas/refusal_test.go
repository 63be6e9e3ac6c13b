// SPDX-License-Identifier: Apache-2.0

package schemas

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/otelanalytics/otelanalytics-go/internal/refusals"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestRefusals runs the loader's refusals through the schema. The golden file lists those that it lets pass,
// each with what the loader says first: only what needs another place of the map, an expression, or the way
// in which YAML was written is left to the loader.
func TestRefusals(t *testing.T) {
	letPass(t, compile(t, newCompiler(t), schemaID), mapRefusals(t), "testdata/passed.golden")
}

// letPass compares the refusals that a schema lets pass with a golden file.
func letPass(t *testing.T, s *jsonschema.Schema, all []refusals.Refusal, golden string) {
	t.Helper()
	var passed strings.Builder
	for _, c := range all {
		v, err := fromYAML([]byte(c.Text))
		if err != nil {
			continue // the YAML reader of an editor says so
		}
		if s.Validate(v) == nil {
			first, _, _ := strings.Cut(c.Want, "\n")
			passed.WriteString(c.Name + "\n\t" + first + "\n")
		}
	}
	if *update {
		if err := os.WriteFile(golden, []byte(passed.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(read(t, golden)), passed.String()); diff != "" {
		t.Errorf("of %d refusals, the schema lets others pass (-want +got):\n%s", len(all), diff)
	}
}

// mapRefusals returns the wrong maps with what the loader says.
func mapRefusals(t testing.TB) []refusals.Refusal {
	t.Helper()
	const dir = "../../../eventmap/testdata/"
	base := string(read(t, dir+"refusals_base.yaml"))
	all := refusals.Read(t, dir+"refusals.txt")
	for i := range all {
		all[i].Text = strings.Replace(all[i].Text, "BASE\n", base, 1)
	}
	return all
}
