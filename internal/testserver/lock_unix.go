// SPDX-License-Identifier: Apache-2.0

//go:build unix && !solaris && !aix

package testserver

import (
	"os"
	"syscall"
)

// lock waits for the exclusive use of what the file stands for. The operating
// system gives it up when the process dies.
func lock(name string) (unlock func(), err error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
		if err != syscall.EINTR {
			break
		}
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return func() { _ = f.Close() }, nil
}
