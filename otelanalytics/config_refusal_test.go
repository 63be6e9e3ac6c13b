// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// refusalEnvironment is what the references of testdata/config_refusals.txt find.
var refusalEnvironment = []string{
	"SECRET=hunter2", "OTHER=hunter2", "NUMBER=9999999999999999", "BOOLEAN=true", "NULL=~", "SHORT=1ms", "YAML=true\nack: hunter2", "REFERENCE=${SECRET}",
}

// refusal is one wrong file of testdata/config_refusals.txt with all that is said about it: "=== NAME", the file,
// ">>>", the messages without the file's name.
type refusal struct{ name, text, want string }

func refusals(t testing.TB) []refusal {
	t.Helper()
	data, err := os.ReadFile("testdata/config_refusals.txt")
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

func TestConfigFileRefusals(t *testing.T) {
	var golden strings.Builder
	for _, c := range refusals(t) {
		t.Run(c.name, func(t *testing.T) {
			path := write(t, c.text)
			_, err := loadConfig(path, refusalEnvironment)
			if err == nil {
				t.Fatalf("accepted:\n%s", c.text)
			}
			got := strings.ReplaceAll(err.Error(), path+":", "") + "\n"
			golden.WriteString("=== " + c.name + "\n" + c.text + ">>>\n" + got)
			if diff := cmp.Diff(c.want, got); diff != "" && !*update {
				t.Errorf("(-want +got):\n%s\nof\n%s", diff, c.text)
			}
			if strings.Contains(got, "hunter2") {
				t.Errorf("a secret is in the message:\n%s", got)
			}
		})
	}
	if *update {
		if err := os.WriteFile("testdata/config_refusals.txt", []byte(golden.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
