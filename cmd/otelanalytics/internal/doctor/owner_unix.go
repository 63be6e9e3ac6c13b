// SPDX-License-Identifier: Apache-2.0

//go:build unix

package doctor

import (
	"os"
	"syscall"
)

const hasOwners = true

// owner is the user that a file belongs to.
func owner(info os.FileInfo) (uid uint32, known bool) {
	s, known := info.Sys().(*syscall.Stat_t)
	if !known {
		return 0, false
	}
	return s.Uid, true
}
