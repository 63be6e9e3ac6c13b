// SPDX-License-Identifier: Apache-2.0

//go:build unix

package filesystem

import (
	"errors"
	"syscall"
)

// IsFull reports whether an error says that a disk, or what one may have of it, is full.
func IsFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}
