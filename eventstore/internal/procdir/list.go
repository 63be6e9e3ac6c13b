// SPDX-License-Identifier: Apache-2.0

package procdir

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Dir is the directory of a process, which may be alive or not.
type Dir struct{ Path, Mark string }

// List returns the directories below a parent, oldest first. A parent that is not there has none.
func List(parent string) (dirs []Dir, err error) {
	entries, err := os.ReadDir(parent)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for _, e := range entries { // which are sorted by name
		if mark, ok := MarkOf(e.Name()); ok && e.IsDir() {
			dirs = append(dirs, Dir{filepath.Join(parent, e.Name()), mark})
		}
	}
	return dirs, nil
}
