// SPDX-License-Identifier: Apache-2.0

package filesystem

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// TestFileInMemory does to a file in memory what it does to one on a disk, and reads the same from both.
func TestFileInMemory(t *testing.T) {
	name := filepath.Join(t.TempDir(), "file")
	memory := Memory()
	if _, err := MakeDir(memory, filepath.Dir(name)); err != nil {
		t.Fatal(err)
	}
	var both [2]File
	for i, files := range []FS{OS(), memory} {
		f, err := files.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		both[i] = f
	}
	const most = 5 * memoryChunk
	random := rand.New(rand.NewPCG(1, 2))
	for step := range 500 {
		at, n := random.Int64N(most), random.IntN(2*memoryChunk)
		data := bytes.Repeat([]byte{byte(step)}, n)
		var texts [2][]byte
		for i, f := range both {
			var err error
			if step%5 == 4 {
				err = f.Truncate(at)
			} else {
				_, err = f.WriteAt(data, at)
			}
			size, failed := f.Size()
			text := make([]byte, size+1)
			got, end := f.ReadAt(text, 0)
			if err != nil || failed != nil || !errors.Is(end, io.EOF) {
				t.Fatal(err, failed, end)
			}
			texts[i] = text[:got]
		}
		if !bytes.Equal(texts[0], texts[1]) {
			t.Fatalf("step %d at %d: the file on the disk has %d bytes, the one in memory %d, or others", step, at, len(texts[0]), len(texts[1]))
		}
	}
}

func TestMemoryRefuses(t *testing.T) {
	files := Memory()
	create := func(name string) File {
		t.Helper()
		f, err := files.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	root := string(os.PathSeparator)
	name := filepath.Join(root, "file")
	f := create(name)
	if lock, err := files.Lock(name); err != nil || lock.InPlace() != nil {
		t.Fatal(err)
	}
	reader, err := files.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	var held *HeldError
	_, locked := files.Lock(name)
	_, mapped := files.Map(name, 1)
	_, inNoDir := files.Create(filepath.Join(root, "none", "file"))
	_, written := reader.WriteAt([]byte{1}, 0)
	_, before := f.ReadAt(nil, -1)
	for what, ok := range map[string]bool{
		"a lock that is held":      errors.As(locked, &held) && held.PID == os.Getpid() && errors.As(files.Holder(name), &held),
		"Map":                      errors.Is(mapped, errors.ErrUnsupported),
		"Reserve":                  errors.Is(f.Reserve(1), errors.ErrUnsupported),
		"a file in no directory":   errors.Is(inNoDir, fs.ErrNotExist),
		"writing to a reader":      errors.Is(written, fs.ErrPermission),
		"reading before the start": errors.Is(before, fs.ErrInvalid),
		"removing nothing":         errors.Is(files.Remove(name+"2"), fs.ErrNotExist),
		"renaming nothing":         errors.Is(files.Rename(name+"2", name), fs.ErrNotExist),
		"a directory over a file":  errors.Is(files.Mkdir(name), fs.ErrExist),
		"syncing no directory":     errors.Is(files.SyncDir(name+"2"), fs.ErrNotExist),
	} {
		if !ok {
			t.Errorf("%s is not refused as it should be", what)
		}
	}
	if err := files.Remove(name); err != nil || !errors.Is(f.InPlace(), fs.ErrNotExist) {
		t.Errorf("removed: %v, in place: %v", err, f.InPlace())
	}
	other := create(name)
	if !errors.Is(f.InPlace(), ErrReplaced) || other.InPlace() != nil {
		t.Errorf("replaced: %v, the other: %v", f.InPlace(), other.InPlace())
	}
	if err := f.Close(); err != nil || !errors.Is(f.Close(), fs.ErrClosed) || !errors.Is(f.Sync(), fs.ErrClosed) {
		t.Errorf("a closed file: %v", err)
	}
}
