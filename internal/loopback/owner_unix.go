// SPDX-License-Identifier: Apache-2.0

//go:build unix

package loopback

import (
	"io/fs"
	"os"
	"syscall"
)

// owned reports whether a file is this process's user's, or root's.
func owned(info fs.FileInfo) bool {
	s, ok := info.Sys().(*syscall.Stat_t)
	return !ok || s.Uid == 0 || int(s.Uid) == os.Geteuid()
}
