// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// maxFileBytes bounds an event map: twenty times a large one, and small enough that the worst file
// is refused within seconds.
const maxFileBytes = 1 << 20

// readAll reads a file, but never much more than an event map can hold, so that a device or a wrong file does not fill
// the memory. checkInput refuses longer input.
func readAll(name string, f fs.File, err error) ([]byte, error) {
	if err != nil {
		return nil, readError(name, err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFileBytes+1))
	if err != nil {
		return nil, readError(name, err)
	}
	return data, nil
}

// readError names the file, once.
func readError(name string, err error) error {
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		return fmt.Errorf("eventmap: %w", err)
	}
	return fmt.Errorf("eventmap: read %s: %w", name, err)
}
