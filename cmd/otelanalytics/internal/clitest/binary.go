// SPDX-License-Identifier: Apache-2.0

package clitest

import (
	"os/exec"
	"path/filepath"
	"testing"
)

// Binary builds the command line, for tests that signal it or need a terminal, and returns its path.
func Binary(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "otelanalytics.exe") // a name that every system runs
	cmd := exec.Command("go", "build", "-o", path, "github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}
