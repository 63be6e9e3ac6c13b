// SPDX-License-Identifier: Apache-2.0

package root_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/root"
)

func execute(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = cli.Execute(t.Context(), root.New(), args, &o, &e)
	return code, o.String(), e.String()
}

func TestExitCodes(t *testing.T) {
	for _, test := range []struct {
		name      string
		args      []string
		code      int
		out, errs string
	}{
		{"nothing", nil, 0, "Available Commands:", ""},
		{"version", []string{"--version"}, 0, "otelanalytics version ", ""},
		{"completion", []string{"completion", "bash"}, 0, "__start_otelanalytics", ""},
		{"completion of maps", []string{"__complete", "diff", "old.yaml", ""}, 0, "yaml\nyml\n:8\n", "Completion ended"},
		{"completion of formats", []string{"__complete", "validate", "-o", "j"}, 0, "json\n", "Completion ended"},
		{"a group alone", []string{"generate"}, 0, "otelanalytics generate", ""},
		{"unknown command", []string{"validat"}, 2, "", "did you mean validate?"},
		{"unknown command of a group", []string{"generate", "nonsense"}, 2, "", `otelanalytics generate has no command "nonsense"; it has `},
		{"unknown flag", []string{"validate", "--fast"}, 2, "", "unknown flag: --fast"},
		{"unknown output", []string{"validate", "-o", "xml", "x"}, 2, "", "known are text and json"},
		{"no argument", []string{"validate"}, 2, "", `Run "otelanalytics validate --help"`},
		{"file that is not there", []string{"validate", "missing.yaml"}, 2, "", "missing.yaml"},
	} {
		t.Run(test.name, func(t *testing.T) {
			code, out, errs := execute(t, test.args...)
			if code != test.code || !strings.Contains(out, test.out) || !strings.Contains(errs, test.errs) {
				t.Errorf("code %d\n%s\n%s\nwant %+v", code, out, errs, test)
			}
			if test.errs == "" && errs != "" || test.code != 0 && errs == "" {
				t.Errorf("the standard error has %q", errs)
			}
		})
	}
}

// TestEachCommandExplainsItself: a command without an example or a description is not done.
func TestEachCommandExplainsItself(t *testing.T) {
	seen := 0
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		if c.Name() == "completion" || c.Name() == "help" {
			return // cobra's own
		}
		seen++
		if c.Short == "" || c.Long == "" || !strings.Contains(c.Example, "otelanalytics ") {
			t.Errorf("%s: needs Short, Long and an Example", c.CommandPath())
		}
		if c.RunE == nil {
			t.Errorf("%s: needs RunE, so that its errors become exit codes", c.CommandPath())
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(root.New())
	if seen < 3 {
		t.Errorf("only %d commands were found", seen)
	}
}
