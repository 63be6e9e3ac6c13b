// SPDX-License-Identifier: Apache-2.0

package config

import (
	"flag"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/internal/refusals"
)

var update = flag.Bool("update", false, "write the golden files anew")

// refusalEnvironment is what the references of testdata/refusals.txt find.
var refusalEnvironment = []string{
	"SECRET=hunter2", "OTHER=hunter2", "NUMBER=9999999999999999", "BOOLEAN=true", "NULL=~", "SHORT=1ms", "YAML=true\nack: hunter2", "REFERENCE=${SECRET}",
}

// refusalFile has wrong files, with the messages without the file's name.
const refusalFile = "testdata/refusals.txt"

func TestFileRefusals(t *testing.T) {
	var got []refusals.Refusal
	for _, c := range refusals.Read(t, refusalFile) {
		t.Run(c.Name, func(t *testing.T) {
			path := write(t, c.Text)
			_, err := load(path, refusalEnvironment)
			if err == nil {
				t.Fatalf("accepted:\n%s", c.Text)
			}
			said := strings.ReplaceAll(err.Error(), path+":", "") + "\n"
			got = append(got, refusals.Refusal{Name: c.Name, Text: c.Text, Want: said})
			if diff := cmp.Diff(c.Want, said); diff != "" && !*update {
				t.Errorf("(-want +got):\n%s\nof\n%s", diff, c.Text)
			}
			if strings.Contains(said, "hunter2") {
				t.Errorf("a secret is in the message:\n%s", said)
			}
		})
	}
	if *update {
		refusals.Write(t, refusalFile, got)
	}
}
