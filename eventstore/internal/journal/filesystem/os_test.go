// SPDX-License-Identifier: Apache-2.0

package filesystem

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

func TestFileSystems(t *testing.T) {
	for name, files := range map[string]FS{"operating system": OS(), "memory": Memory()} {
		t.Run(name, func(t *testing.T) { testFileSystem(t, files, filepath.Join(t.TempDir(), "a", "b")) })
	}
}

func testFileSystem(t *testing.T, files FS, dir string) {
	t.Helper()
	for range 2 {
		if unsynced, err := MakeDir(files, dir); len(unsynced) > 0 || err != nil {
			t.Fatal(unsynced, err)
		}
	}
	if err := files.Mkdir(dir); !errors.Is(err, fs.ErrExist) {
		t.Fatal(err)
	}
	if err := files.Mkdir(filepath.Join(dir, "none", "sub")); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "file")
	if _, err := files.Open(name); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	f, err := files.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := files.Create(name); !errors.Is(err, fs.ErrExist) {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte("0123456789"), 0); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.Truncate(7), f.Sync(), files.SyncDir(dir)); err != nil {
		t.Fatal(err)
	}
	if n, err := f.Size(); n != 7 || err != nil {
		t.Fatal(n, err)
	}
	if err := errors.Join(f.Close(), files.Mkdir(filepath.Join(dir, "sub"))); err != nil {
		t.Fatal(err)
	}
	list, err := files.ReadDir(dir)
	if err != nil || len(list) != 2 || list[0] != (Entry{"file", 7, list[0].Modified, true}) || list[1].Regular {
		t.Fatal(list, err)
	}
	if at := list[0].Modified; at != 0 && time.Since(time.Unix(0, at)).Abs() > time.Minute {
		t.Fatal(at)
	}
	if err := errors.Join(files.Rename(name, name+"2"), files.Remove(name+"2")); err != nil {
		t.Fatal(err)
	}
}

func TestMap(t *testing.T) {
	files, dir := OS(), t.TempDir()
	name := filepath.Join(dir, "mapped")
	const size = 1 << 16
	m, err := files.Map(name, size)
	if errors.Is(err, errors.ErrUnsupported) {
		if runtime.GOOS == "linux" {
			t.Fatal(err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := files.Map(name, size); !errors.Is(err, fs.ErrExist) {
		t.Fatal(err)
	}
	for _, at := range []int64{0, 4095, size - 5} {
		if n, err := m.WriteAt([]byte("hello"), at); n != 5 || err != nil {
			t.Fatal(n, err)
		}
	}
	// What is in memory is in the file, for whoever reads it.
	data, err := os.ReadFile(name)
	if err != nil || len(data) != size || string(data[4095:4100]) != "hello" || string(data[size-5:]) != "hello" || data[100] != 0 {
		t.Fatal(len(data), err)
	}
	for _, at := range []int64{-1, size - 4, size + 1} {
		if n, err := m.WriteAt([]byte("hello"), at); n != 0 || !errors.Is(err, io.ErrShortWrite) {
			t.Fatal(n, err)
		}
	}
	// A page that is gone, for whatever reason, is an error and not the end.
	if err := os.Truncate(name, 4096); err != nil {
		t.Fatal(err)
	}
	if n, err := m.WriteAt(make([]byte, 8192), 0); n != 0 || err == nil {
		t.Fatal(n, err)
	}
	if n, err := m.WriteAt([]byte("hello"), 0); n != 5 || err != nil {
		t.Fatal(n, err)
	}
	if err := errors.Join(m.Sync(), m.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := files.Map(filepath.Join(dir, "none", "mapped"), size); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
}

// Room that is reserved does not show in the length, and is given back.
func TestReserve(t *testing.T) {
	files, name := OS(), filepath.Join(t.TempDir(), "file")
	f, err := files.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt([]byte("hello"), 0); err != nil {
		t.Fatal(err)
	}
	err = f.Reserve(1 << 20)
	if errors.Is(err, errors.ErrUnsupported) {
		return // of the system, or of what the folder for such files lies on
	}
	if err != nil {
		t.Fatal(err)
	}
	if n, err := f.Size(); n != 5 || err != nil {
		t.Fatal(n, err)
	}
	if err := f.Truncate(5); err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(name); string(data) != "hello" {
		t.Fatal(data, err)
	}
	if err := f.Reserve(1 << 62); err == nil {
		t.Fatal("there is no such disk")
	}
}

func TestLock(t *testing.T) {
	files, name := OS(), filepath.Join(t.TempDir(), "lock")
	if err := os.WriteFile(name, []byte("a stale text that is longer than a process id\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	lock, err := files.Lock(name)
	if err != nil {
		t.Fatal(err)
	}
	var held *HeldError
	if _, err := files.Lock(name); !errors.As(err, &held) || held.PID != os.Getpid() || held.Name != name {
		t.Fatal(err)
	}
	if err := files.Holder(name); !errors.As(err, &held) || held.PID != os.Getpid() {
		t.Fatal(err)
	}
	if err := lock.Close(); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(files.Holder(name), files.Holder(name+" that is not there")); err != nil {
		t.Fatal(err)
	}
	if lock, err = files.Lock(name); err != nil {
		t.Fatal(err)
	}
	if err := lock.Close(); err != nil {
		t.Fatal(err)
	}
}

// Whoever looks has the lock for an instant. That must not keep a service from its journal.
func TestLookingDoesNotKeepAnyoneOut(t *testing.T) {
	files, name := OS(), filepath.Join(t.TempDir(), "lock")
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	stop, stopped := make(chan struct{}), make(chan error)
	go func() {
		for {
			select {
			case <-stop:
				stopped <- nil
				return
			default:
			}
			var held *HeldError
			if err := files.Holder(name); err != nil && !errors.As(err, &held) {
				stopped <- err
				return
			}
		}
	}()
	for range 200 {
		lock, err := files.Lock(name)
		if err != nil {
			t.Error(err)
			break
		}
		if err := lock.Close(); err != nil {
			t.Error(err)
			break
		}
	}
	close(stop)
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}
