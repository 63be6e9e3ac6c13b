// SPDX-License-Identifier: Apache-2.0

package catalogue_test

import (
	"go/parser"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/catalogue"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
)

func TestCatalogue(t *testing.T) {
	code, out, errs := clitest.Run(t, catalogue.New(), "--title", "What is *tracked*", "testdata/events.yaml")
	if code != 0 {
		t.Fatalf("exit code %d\n%s", code, errs)
	}
	clitest.Golden(t, "testdata/events.md", out)
}

func TestCheck(t *testing.T) {
	out := filepath.Join(t.TempDir(), "docs", "events.md")
	for _, test := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"missing", []string{"--check"}, 1, "new"},
		{"written", nil, 0, "new"},
		{"there", []string{"--check"}, 0, "unchanged"},
		{"another title", []string{"--check", "--title", "Other"}, 1, "changed"},
	} {
		args := append(test.args, "--out", out, "testdata/events.yaml")
		if code, said, errs := clitest.Run(t, catalogue.New(), args...); code != test.code || said != out+": "+test.says+"\n" {
			t.Errorf("%s: exit code %d, %s%s", test.name, code, said, errs)
		}
	}
	if _, err := os.Stat(out); err != nil {
		t.Error(err)
	}
	if code, _, errs := clitest.Run(t, catalogue.New(), "../validate/testdata/mistakes.yaml"); code != 1 || !strings.Contains(errs, "mistakes.yaml:4:17") {
		t.Errorf("exit code %d for a map with mistakes\n%s", code, errs)
	}
}

var blocks = regexp.MustCompile("(?s)```go\n(.*?)\n```")

// TestExamplesParse reads the Go of pages about real maps.
func TestExamplesParse(t *testing.T) {
	maps, err := filepath.Glob("../../../../e*/*/events.yaml")
	if err != nil || len(maps) < 2 {
		t.Fatalf("%v, %v", maps, err)
	}
	for _, m := range append(maps, "testdata/events.yaml") {
		_, out, _ := clitest.Run(t, catalogue.New(), m)
		examples := blocks.FindAllStringSubmatch(out, -1)
		if len(examples) == 0 {
			t.Errorf("%s: no examples", m)
		}
		for _, e := range examples {
			if _, err := parser.ParseExpr("func() {\n" + e[1] + "\n}"); err != nil {
				t.Errorf("%s: %v\n%s", m, err, e[1])
			}
		}
	}
}

// TestKeyScope: the page says what a key means in each scope.
func TestKeyScope(t *testing.T) {
	for scope, want := range map[string]string{
		"":                             "for each user of each service.",
		"key_scope: [service, user]\n": "for each user of each service.",
		"key_scope: [service]\n":       "for each service.",
		"key_scope: [user]\n":          "for each user.",
		"key_scope: []\n":              "for all users and services.",
	} {
		path := clitest.File(t, "events.yaml", "version: 1\n"+scope+"events:\n  e: {}\n")
		code, out, errs := clitest.Run(t, catalogue.New(), path)
		if code != 0 || !strings.Contains(out, "An idempotency `Key` is one event of its type "+want+"\n") {
			t.Errorf("%q: exit code %d\n%s%s", scope, code, out, errs)
		}
	}
}
