// SPDX-License-Identifier: Apache-2.0

package clitest

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
)

var update = flag.Bool("update", false, "rewrite golden files")

// Run runs a command below a root of its own, with the flags that all commands have. args are its arguments, without its
// name.
func Run(t *testing.T, cmd *cobra.Command, args ...string) (code int, out, errs string) {
	t.Helper()
	root := &cobra.Command{Use: "otelanalytics"}
	cli.AddOutputFlag(root)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return cli.Usagef("%w", err) })
	root.AddCommand(cmd)
	var o, e bytes.Buffer
	code = cli.Execute(t.Context(), root, append([]string{cmd.Name()}, args...), &o, &e)
	return code, o.String(), e.String()
}

// Update reports whether golden files are written anew.
func Update() bool { return *update }

// Golden compares with a file, which the flag -update writes.
func Golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (go test -update writes it)", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// File writes a file into a directory of its own, and returns its path.
func File(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
