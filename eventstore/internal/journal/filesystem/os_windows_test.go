// SPDX-License-Identifier: Apache-2.0

package filesystem

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// TestDeletingWhatIsOpen deletes and replaces files that are open. Package os keeps others from that, which is told.
func TestDeletingWhatIsOpen(t *testing.T) {
	shared := func(name string) (*os.File, error) { return OpenShared(name, os.O_RDONLY) }
	for name, tt := range map[string]struct {
		open func(string) (*os.File, error)
		err  error
	}{
		"by us":     {shared, nil},
		"to edit":   {func(name string) (*os.File, error) { return OpenShared(name, os.O_RDWR) }, nil},
		"by others": {os.Open, ErrInUse},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "file")
			if err := os.WriteFile(path, []byte("text"), 0o600); err != nil {
				t.Fatal(err)
			}
			file, err := tt.open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			moved := path + ".moved"
			if err := OS().Rename(path, moved); !errors.Is(err, tt.err) {
				t.Fatalf("rename: %v, want %v", err, tt.err)
			} else if err == nil {
				path = moved
			}
			if err := OS().Remove(path); !errors.Is(err, tt.err) {
				t.Fatalf("remove: %v, want %v", err, tt.err)
			}
			var text [4]byte
			if n, err := file.ReadAt(text[:], 0); n != 4 || err != nil {
				t.Fatalf("read: %d, %v", n, err)
			}
			if err := file.Close(); err != nil {
				t.Fatal(err)
			}
			if err := OS().Remove(path); (tt.err == nil) != errors.Is(err, fs.ErrNotExist) {
				t.Errorf("when it is closed: %v", err)
			}
		})
	}
}
