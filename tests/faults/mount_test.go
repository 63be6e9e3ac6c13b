// SPDX-License-Identifier: Apache-2.0

//go:build linux

package faults

import (
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
)

// disk is a small file system that a test can fill and make read-only.
type disk struct {
	dir     string
	ballast string
}

// mounted gives a test a file system of that many bytes, and ends it where it may not mount one.
func mounted(t *testing.T, bytes int) *disk {
	t.Helper()
	d, why := mount(t.TempDir(), bytes)
	if d == nil {
		skip(t, why)
	}
	t.Cleanup(d.unmount)
	return d
}

// mount returns why it cannot.
func mount(dir string, bytes int) (*disk, string) {
	if err := syscall.Mount("none", dir, "tmpfs", 0, "size="+strconv.Itoa(bytes)); err != nil {
		return nil, "needs to mount a tmpfs, as root: " + err.Error()
	}
	return &disk{dir: dir, ballast: filepath.Join(dir, "ballast")}, ""
}

func (d *disk) unmount() { _ = syscall.Unmount(d.dir, syscall.MNT_DETACH) }

// data is the service's data directory.
func (d *disk) data() string { return filepath.Join(d.dir, "data") }

// fill leaves no room.
func (d *disk) fill() error {
	f, err := os.OpenFile(d.ballast, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil // not even room for its name
	}
	defer f.Close()
	for block := make([]byte, 64<<10); len(block) > 0; {
		if _, err := f.Write(block); err != nil {
			block = block[:len(block)/2]
		}
	}
	return nil
}

// free gives the room back.
func (d *disk) free() error { return os.Remove(d.ballast) }

// room is how many bytes are free.
func (d *disk) room() (int64, error) {
	var s syscall.Statfs_t
	err := syscall.Statfs(d.dir, &s)
	return int64(s.Bavail) * int64(s.Bsize), err
}

// readOnly remounts.
func (d *disk) readOnly(on bool) error {
	flags := uintptr(syscall.MS_REMOUNT)
	if on {
		flags |= syscall.MS_RDONLY
	}
	return syscall.Mount("none", d.dir, "tmpfs", flags, "")
}
