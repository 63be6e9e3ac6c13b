// SPDX-License-Identifier: Apache-2.0

//go:build !linux

package filesystem

import (
	"errors"
	"fmt"
	"os"
)

// Map is for Linux only.
func (osFS) Map(name string, _ int64) (File, error) {
	return nil, fmt.Errorf("map %s: %w", name, errors.ErrUnsupported)
}

// Reserve is for Linux only.
func (f osFile) Reserve(size int64) error { return Reserve(f.File, size) }

// Reserve is for Linux only.
func Reserve(f *os.File, _ int64) error {
	return fmt.Errorf("allocate %s: %w", f.Name(), errors.ErrUnsupported)
}
