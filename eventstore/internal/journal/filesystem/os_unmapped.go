// SPDX-License-Identifier: Apache-2.0

//go:build !linux

package filesystem

import (
	"errors"
	"fmt"
)

// Map is for Linux only.
func (osFS) Map(name string, _ int64) (File, error) {
	return nil, fmt.Errorf("map %s: %w", name, errors.ErrUnsupported)
}

// Reserve is for Linux only.
func (f osFile) Reserve(int64) error {
	return fmt.Errorf("allocate %s: %w", f.Name(), errors.ErrUnsupported)
}
