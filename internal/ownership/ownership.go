// SPDX-License-Identifier: Apache-2.0

package ownership

import (
	"errors"
	"io/fs"
	"os"
)

// Create creates a file that is not there, as os.OpenFile does with os.O_CREATE and os.O_EXCL. Made by root, it is given to
// the owner of its directory, where the system allows that.
func Create(name string, flag int, mode fs.FileMode) (*os.File, error) {
	f, err := os.OpenFile(name, flag|os.O_CREATE|os.O_EXCL, mode)
	if err == nil {
		inherit(f)
	}
	return f, err
}

// OpenOrCreate opens a file, and creates it as Create does when it is not there.
func OpenOrCreate(name string, flag int, mode fs.FileMode) (*os.File, error) {
	const attempts = 3 // somebody else may create or remove it meanwhile
	var f *os.File
	var err error
	for range attempts {
		f, err = os.OpenFile(name, flag, mode)
		if !errors.Is(err, fs.ErrNotExist) {
			return f, err
		}
		f, err = Create(name, flag, mode)
		if !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
	return f, err
}

// Mkdir makes a directory, and gives it to the owner of the directory that it is in as Create does.
func Mkdir(name string, mode fs.FileMode) error {
	if err := os.Mkdir(name, mode); err != nil {
		return err
	}
	inheritDir(name)
	return nil
}
