// SPDX-License-Identifier: Apache-2.0

package cli_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
)

// TestReplace: there is the old file or the new one, and nothing beside it.
func TestReplace(t *testing.T) {
	failed := errors.New("no")
	for name, tt := range map[string]struct {
		left string // by a process that was killed
		err  error
		want string
	}{
		"a file":                       {"", nil, "new"},
		"after a process was killed":   {"half", nil, "new"},
		"one that cannot be written":   {"", failed, "old"},
		"one that a kill left, as one": {"half", failed, "old"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "file")
			for file, text := range map[string]string{path: "old", path + ".partial": tt.left} {
				if text == "" {
					continue
				}
				if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			err := cli.Replace(path, 0o600, func(w io.Writer) error {
				if _, err := io.WriteString(w, "new"); err != nil {
					return err
				}
				return tt.err
			})
			if !errors.Is(err, tt.err) {
				t.Errorf("%v, want %v", err, tt.err)
			}
			if text, err := os.ReadFile(path); err != nil || string(text) != tt.want {
				t.Errorf("%q, %v, want %q", text, err, tt.want)
			}
			all, err := os.ReadDir(filepath.Dir(path))
			if err != nil || len(all) != 1 {
				t.Errorf("%v, %v, want the file alone", all, err)
			}
			if info, err := os.Stat(path); err != nil || tt.err == nil && info.Mode().Perm()&0o077 != 0 {
				t.Errorf("the new file is open to others: %v, %v", info, err)
			}
		})
	}
}
