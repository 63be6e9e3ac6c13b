// SPDX-License-Identifier: Apache-2.0

package ownership_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/otelanalytics/otelanalytics-go/internal/ownership"
)

// The user and group of a service.
const service, group = 12345, 12346

// asRoot skips a test that has to make files of other users.
func asRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skipf("%s: needs root, to make files of other users", t.Name())
	}
}

func owned(t *testing.T, path string) (uid, gid int, mode fs.FileMode) {
	t.Helper()
	info, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	s := info.Sys().(*syscall.Stat_t)
	return int(s.Uid), int(s.Gid), info.Mode().Perm()
}

func serviceDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Chown(dir, service, group); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestMadeByRoot: what root makes in a service's directory is the service's.
func TestMadeByRoot(t *testing.T) {
	asRoot(t)
	dir := serviceDir(t)
	sub := filepath.Join(dir, "sub")
	if err := ownership.Mkdir(sub, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, create := range map[string]func(string, int, fs.FileMode) (*os.File, error){
		"created": ownership.Create, "opened": ownership.OpenOrCreate, "sub/below": ownership.Create,
	} {
		f, err := create(filepath.Join(dir, name), os.O_RDWR, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		_ = f.Close()
	}
	for _, name := range []string{"sub", "created", "opened", "sub/below"} {
		if uid, gid, mode := owned(t, filepath.Join(dir, name)); uid != service || gid != group || mode&0o077 != 0 {
			t.Errorf("%s is of %d:%d, %v", name, uid, gid, mode)
		}
	}
	if _, err := ownership.Create(filepath.Join(dir, "created"), os.O_RDWR, 0o600); !errors.Is(err, fs.ErrExist) {
		t.Errorf("created twice: %v", err)
	}
	// One that is there stays whose it is.
	theirs := filepath.Join(dir, "theirs")
	if err := os.WriteFile(theirs, nil, 0o640); err != nil {
		t.Fatal(err)
	}
	f, err := ownership.OpenOrCreate(theirs, os.O_RDWR, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	_ = f.Close()
	if uid, _, mode := owned(t, theirs); uid != 0 || mode != 0o640 {
		t.Errorf("a file that was there is of %d, %v", uid, mode)
	}
}

// TestKeep: a replacement has owner, group and permissions of what it replaces, or there is none.
func TestKeep(t *testing.T) {
	asRoot(t)
	dir := serviceDir(t)
	for _, open := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(open, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	old := filepath.Join(dir, "old")
	if err := os.WriteFile(old, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(old, service, group); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(old, 0o660); err != nil {
		t.Fatal(err)
	}
	replace := func(name string) error {
		info, err := os.Stat(old)
		if err != nil {
			t.Fatal(err)
		}
		f, err := os.OpenFile(filepath.Join(dir, name), os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		return ownership.Keep(f, info)
	}
	if err := replace("by root"); err != nil {
		t.Fatal(err)
	}
	if uid, gid, mode := owned(t, filepath.Join(dir, "by root")); uid != service || gid != group || mode != 0o660 {
		t.Errorf("of %d:%d, %v", uid, gid, mode)
	}
	for user, want := range map[int]bool{service + 1: false, service: true} {
		// Of the goroutine's thread alone; the owner of a file may give it to nobody.
		runtime.LockOSThread()
		if _, err := unix.SetfsuidRetUid(user); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(old, 0o600); user == service && err != nil {
			t.Error(err)
		}
		err := replace(map[bool]string{true: "by the service", false: "by another"}[want])
		if _, failed := unix.SetfsuidRetUid(0); failed != nil {
			t.Fatal(failed)
		}
		runtime.UnlockOSThread()
		if (err == nil) != want {
			t.Errorf("as user %d: %v", user, err)
		}
	}
}
