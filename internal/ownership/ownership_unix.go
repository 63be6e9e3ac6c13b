// SPDX-License-Identifier: Apache-2.0

//go:build unix

package ownership

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// inherit goes by the open file, and not by its name, which the directory's owner may have given to another file meanwhile.
func inherit(f *os.File) {
	if os.Geteuid() != 0 {
		return
	}
	info, err := os.Stat(filepath.Dir(f.Name()))
	if err != nil {
		return
	}
	if s, ok := info.Sys().(*syscall.Stat_t); ok && s.Uid != 0 {
		_ = f.Chown(int(s.Uid), int(s.Gid)) // not every system lets root do that, and the file is of use to this process
	}
}

func inheritDir(name string) {
	if os.Geteuid() != 0 {
		return
	}
	f, err := os.OpenFile(name, os.O_RDONLY|syscall.O_DIRECTORY|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return
	}
	defer f.Close()
	inherit(f)
}

// Keep gives a new file, which is to replace another one, the owner, the group and the permissions of that one. The error
// says that the replacement would lock somebody out.
func Keep(f *os.File, of fs.FileInfo) error {
	const group = 0o070
	want, ok := of.Sys().(*syscall.Stat_t)
	info, err := f.Stat()
	if err != nil {
		return err
	}
	have, known := info.Sys().(*syscall.Stat_t)
	if ok && known && (have.Uid != want.Uid || have.Gid != want.Gid) {
		err := f.Chown(int(want.Uid), int(want.Gid))
		if err != nil && (have.Uid != want.Uid || of.Mode()&group != 0) {
			return fmt.Errorf("%s is of user %d and group %d, and has to stay theirs; run this as that user, or as root: %w", of.Name(), want.Uid, want.Gid, err)
		}
	}
	return f.Chmod(of.Mode().Perm())
}
