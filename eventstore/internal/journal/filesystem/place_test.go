// SPDX-License-Identifier: Apache-2.0

package filesystem

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// A name leads to the file that is open, to nothing, or to another one.
func TestInPlace(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("an open file keeps its name there")
	}
	for _, tt := range []struct {
		name string
		file func(name string) error
		dir  func(dir string) error
		want error
	}{
		{name: "untouched"},
		{name: "removed", file: os.Remove, want: fs.ErrNotExist},
		{name: "renamed", file: func(name string) error { return os.Rename(name, name+"2") }, want: fs.ErrNotExist},
		{name: "renamed and back", file: func(name string) error {
			return errors.Join(os.Rename(name, name+"2"), os.Rename(name+"2", name))
		}},
		{name: "replaced", file: func(name string) error {
			return errors.Join(os.WriteFile(name+"2", nil, 0o600), os.Rename(name+"2", name))
		}, want: ErrReplaced},
		{name: "directory renamed", dir: func(dir string) error { return os.Rename(dir, dir+"2") }, want: fs.ErrNotExist},
		{name: "directory removed", dir: os.RemoveAll, want: fs.ErrNotExist},
		{name: "directory replaced by a copy", dir: func(dir string) error {
			return errors.Join(os.Rename(dir, dir+"2"), os.CopyFS(dir, os.DirFS(dir+"2")))
		}, want: ErrReplaced},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files, dir := OS(), filepath.Join(t.TempDir(), "dir")
			if _, err := MakeDir(files, dir); err != nil {
				t.Fatal(err)
			}
			open := map[string]placed{}
			lock, err := files.Lock(filepath.Join(dir, "lock"))
			if err != nil {
				t.Fatal(err)
			}
			defer lock.Close()
			open["lock"] = lock
			created, err := files.Create(filepath.Join(dir, "created"))
			if err != nil {
				t.Fatal(err)
			}
			defer created.Close()
			open["created"] = created
			if mapped, err := files.Map(filepath.Join(dir, "mapped"), 4096); err == nil {
				defer mapped.Close()
				open["mapped"] = mapped
			}
			for name, file := range open {
				if err := file.InPlace(); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
			for name := range open {
				if tt.file != nil {
					if err := tt.file(filepath.Join(dir, name)); err != nil {
						t.Fatal(err)
					}
				}
			}
			if tt.dir != nil {
				if err := tt.dir(dir); err != nil {
					t.Fatal(err)
				}
			}
			for name, file := range open {
				if err := file.InPlace(); !errors.Is(err, tt.want) {
					t.Errorf("%s: %v, want %v", name, err, tt.want)
				}
			}
		})
	}
}
