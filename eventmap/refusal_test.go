// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"errors"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// refusal is one wrong map of testdata/refusals.txt with all that is said about it: "=== NAME", the map,
// ">>>", the messages. The line BASE stands for testdata/refusals_base.yaml.
type refusal struct{ name, text, want string }

func refusals(t testing.TB) []refusal {
	t.Helper()
	data, err := os.ReadFile("testdata/refusals.txt")
	if err != nil {
		t.Fatal(err)
	}
	var all []refusal
	for _, block := range strings.Split(string(data), "=== ")[1:] {
		name, rest, _ := strings.Cut(block, "\n")
		text, want, ok := strings.Cut(rest, ">>>\n")
		if !ok {
			t.Fatalf("%s: no >>>", name)
		}
		all = append(all, refusal{name, text, want})
	}
	return all
}

func TestRefusals(t *testing.T) {
	all := refusals(t)
	base, err := os.ReadFile("testdata/refusals_base.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var golden strings.Builder
	for _, c := range all {
		t.Run(c.name, func(t *testing.T) {
			m, err := Parse([]byte(strings.Replace(c.text, "BASE\n", string(base), 1)))
			if err == nil {
				t.Fatalf("accepted:\n%s", c.text)
			}
			if m != nil {
				t.Error("a map was returned with the error")
			}
			errs, ok := errors.AsType[Errors](err)
			if !ok || len(errs) == 0 {
				t.Fatalf("the error is %T, not Errors", err)
			}
			for _, e := range errs {
				if e.Fix == "" {
					t.Errorf("no fix: %v", e)
				}
			}
			got := strings.ReplaceAll(err.Error(), "event map:", "") + "\n"
			golden.WriteString("=== " + c.name + "\n" + c.text + ">>>\n" + got)
			if diff := cmp.Diff(c.want, got); diff != "" && !*update {
				t.Errorf("(-want +got):\n%s\nof\n%s", diff, c.text)
			}
		})
	}
	if *update {
		if err := os.WriteFile("testdata/refusals.txt", []byte(golden.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
