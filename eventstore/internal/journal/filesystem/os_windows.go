// SPDX-License-Identifier: Apache-2.0

package filesystem

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// SyncDir does nothing: Windows has no fsync for directories, NTFS journals
// its entries.
func (osFS) SyncDir(string) error { return nil }

// lockFile locks one byte far behind the process id, because a locked range
// can not be read by others on Windows.
func lockFile(f *os.File, exclusive bool) error {
	const beyond = 1 << 30
	flags := uint32(windows.LOCKFILE_FAIL_IMMEDIATELY)
	if exclusive {
		flags |= windows.LOCKFILE_EXCLUSIVE_LOCK
	}
	err := windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, &windows.Overlapped{Offset: beyond})
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, windows.ERROR_IO_PENDING) {
		return errHeld
	}
	return err
}
