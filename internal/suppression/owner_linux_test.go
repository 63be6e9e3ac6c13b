// SPDX-License-Identifier: Apache-2.0

package suppression_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/suppression"
)

// A copy that root makes is the directory's owner's, and one that is replaced keeps owner, group and mode.
func TestOwnerOfTheFile(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("TestOwnerOfTheFile: needs root, to make files of other users")
	}
	const user, group, another = 12345, 12346, 12347
	dir := t.TempDir()
	if err := os.Chown(dir, user, group); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, suppression.FileName)
	write := func(wantUser, wantGroup uint32, mode fs.FileMode) {
		t.Helper()
		if err := (&suppression.List{}).Write(path); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if s := info.Sys().(*syscall.Stat_t); s.Uid != wantUser || s.Gid != wantGroup || info.Mode().Perm() != mode {
			t.Errorf("it is of %d:%d, %v, want %d:%d, %v", s.Uid, s.Gid, info.Mode().Perm(), wantUser, wantGroup, mode)
		}
	}
	write(user, group, 0o600)
	if err := os.Chown(path, another, group); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	write(another, group, 0o640)
}
