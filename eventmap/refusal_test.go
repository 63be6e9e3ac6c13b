// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"errors"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/internal/refusals"
)

var update = flag.Bool("update", false, "write the golden files anew")

// refusalFile has wrong maps. The line BASE stands for testdata/refusals_base.yaml.
const refusalFile = "testdata/refusals.txt"

func TestRefusals(t *testing.T) {
	base, err := os.ReadFile("testdata/refusals_base.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var got []refusals.Refusal
	for _, c := range refusals.Read(t, refusalFile) {
		t.Run(c.Name, func(t *testing.T) {
			m, err := Parse([]byte(strings.Replace(c.Text, "BASE\n", string(base), 1)))
			if err == nil {
				t.Fatalf("accepted:\n%s", c.Text)
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
			said := strings.ReplaceAll(err.Error(), "event map:", "") + "\n"
			got = append(got, refusals.Refusal{Name: c.Name, Text: c.Text, Want: said})
			if diff := cmp.Diff(c.Want, said); diff != "" && !*update {
				t.Errorf("(-want +got):\n%s\nof\n%s", diff, c.Text)
			}
		})
	}
	if *update {
		refusals.Write(t, refusalFile, got)
	}
}
