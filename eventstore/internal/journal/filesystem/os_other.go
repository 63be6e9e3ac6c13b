// SPDX-License-Identifier: Apache-2.0

//go:build !darwin && !dragonfly && !freebsd && !illumos && !linux && !netbsd && !openbsd && !windows

package filesystem

import "os"

// SyncDir does nothing where directories cannot be synced.
func (osFS) SyncDir(string) error { return nil }

// lockFile is best effort where there are no file locks: none is taken.
func lockFile(*os.File, bool) error { return nil }
