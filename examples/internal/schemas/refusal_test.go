// SPDX-License-Identifier: Apache-2.0

package schemas

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestRefusals runs the loader's refusals through the schema. The golden file lists those that it lets pass,
// each with what the loader says first: only what needs another place of the map, an expression, or the way
// in which YAML was written is left to the loader.
func TestRefusals(t *testing.T) {
	s := compile(t, newCompiler(t), schemaID)
	var passed strings.Builder
	all := refusals(t)
	for _, c := range all {
		v, err := fromYAML([]byte(c.text))
		if err != nil {
			continue // the YAML reader of an editor says so
		}
		if s.Validate(v) == nil {
			first, _, _ := strings.Cut(c.want, "\n")
			passed.WriteString(c.name + "\n\t" + first + "\n")
		}
	}
	const golden = "testdata/passed.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(passed.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(read(t, golden)), passed.String()); diff != "" {
		t.Errorf("of %d refusals, the schema lets others pass (-want +got):\n%s", len(all), diff)
	}
}

// refusal is one wrong map with what the loader says.
type refusal struct{ name, text, want string }

func refusals(t testing.TB) []refusal {
	t.Helper()
	const dir = "../../../eventmap/testdata/"
	base := string(read(t, dir+"refusals_base.yaml"))
	var all []refusal
	for _, block := range strings.Split(string(read(t, dir+"refusals.txt")), "=== ")[1:] {
		name, rest, _ := strings.Cut(block, "\n")
		text, want, ok := strings.Cut(rest, ">>>\n")
		if !ok {
			t.Fatalf("%s: no >>>", name)
		}
		all = append(all, refusal{name, strings.Replace(text, "BASE\n", base, 1), want})
	}
	return all
}
