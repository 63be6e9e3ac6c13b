// SPDX-License-Identifier: Apache-2.0

package filesystem

import (
	"errors"
	"fmt"
	"os"
)

// ErrReplaced says that the name of an open file leads to another file.
var ErrReplaced = errors.New("another file has this name")

// InPlace implements File and LockFile.
func (f osFile) InPlace() error {
	own, err := f.Stat()
	if err != nil {
		return err
	}
	there, err := os.Stat(f.Name())
	if err != nil {
		return err
	}
	if !os.SameFile(own, there) {
		return fmt.Errorf("%s: %w", f.Name(), ErrReplaced)
	}
	return nil
}
