// SPDX-License-Identifier: Apache-2.0

package procdir

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
)

const removedPrefix = ".removed-"

// Hide gives the directory of a process a name under which nobody looks for one, durably, and returns that. The caller has the
// lock in the directory: whoever waits for it finds that its name leads nowhere. It fails on a system that renames no
// directory with an open file, such as Windows; then the directory stays for the next process.
func Hide(dir string) (hidden string, err error) {
	parent, name := filepath.Split(dir)
	hidden = filepath.Join(parent, removedPrefix+name)
	if err := os.Rename(dir, hidden); err != nil {
		return "", err
	}
	if d, err := os.Open(filepath.Clean(parent)); err == nil {
		_ = d.Sync() // without it, the directory may be there again after a loss of power, and is empty
		_ = d.Close()
	}
	return hidden, nil
}

// Sweep deletes what was hidden by a process that died before it had deleted it.
func Sweep(parent string) error {
	entries, err := os.ReadDir(parent)
	if err != nil {
		return err
	}
	var errs []error
	for _, e := range entries {
		name, hidden := strings.CutPrefix(e.Name(), removedPrefix)
		if _, ok := MarkOf(name); hidden && ok {
			errs = append(errs, os.RemoveAll(filepath.Join(parent, e.Name())))
		}
	}
	return errors.Join(errs...)
}
