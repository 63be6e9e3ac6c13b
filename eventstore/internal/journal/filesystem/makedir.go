// SPDX-License-Identifier: Apache-2.0

package filesystem

import (
	"errors"
	"io/fs"
	"path/filepath"
)

// MakeDir creates a directory and its missing parents, and makes each entry
// durable before it creates the next one within. So of the directories that are there
// already, only the entry of the last one may have been left undone by a process that
// died, and that is made durable too.
//
// unsynced are the parents whose fsync failed, from the top: until each of them was
// synced, a loss of power may take the directory away. A parent that may not be
// opened is none of them, as nothing can be done about it.
func MakeDir(files FS, dir string) (unsynced []string, err error) {
	enter := func(dir string) {
		if err := files.SyncDir(dir); err != nil && !errors.Is(err, fs.ErrPermission) {
			unsynced = append(unsynced, dir)
		}
	}
	parent := filepath.Dir(dir)
	switch err = files.Mkdir(dir); {
	case err == nil:
		enter(filepath.Dir(parent))
	case errors.Is(err, fs.ErrNotExist) && parent != dir:
		if unsynced, err = MakeDir(files, parent); err == nil {
			err = files.Mkdir(dir)
		}
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	enter(parent)
	return unsynced, nil
}
