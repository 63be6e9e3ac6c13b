// SPDX-License-Identifier: Apache-2.0

package user_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
)

// TestDeleteByRoot: the service can write to all that was its own before, and to what the command made.
func TestDeleteByRoot(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("TestDeleteByRoot: needs root, to make files of another user")
	}
	const of = 12345
	dir := service(t, clitest.MongoDB(t), 3, 2)
	if err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, _ error) error { return os.Chown(path, of, of) }); err != nil {
		t.Fatal(err)
	}
	code, _, out, errs := run(t, "delete", ada, "--yes", "--data-dir", dir)
	if code != 0 {
		t.Fatalf("exit code %d\n%s%s", code, out, errs)
	}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		if s := info.Sys().(*syscall.Stat_t); s.Uid != of {
			t.Errorf("%s is of user %d", path, s.Uid)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "quarantine.jsonl")); err != nil {
		t.Error(err)
	}
}
