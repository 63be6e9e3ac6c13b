// SPDX-License-Identifier: Apache-2.0

package faultfs

import (
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
)

// lock is a lock that somebody has. It has no file.
type lock struct {
	fs   *FS
	name string
	dir  *directory
}

// Lock implements filesystem.FS.
func (f *FS) Lock(name string) (filesystem.LockFile, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.crashed {
		return nil, ErrCrashed
	}
	if f.locks[name] != nil {
		return nil, &filesystem.HeldError{Name: name, PID: 1}
	}
	l := &lock{fs: f, name: name, dir: f.dirs[filepath.Dir(name)]}
	f.locks[name] = l
	f.open++
	return l, nil
}

// InPlace implements filesystem.LockFile.
func (l *lock) InPlace() error {
	l.fs.mu.Lock()
	defer l.fs.mu.Unlock()
	if fault := l.fs.before(Stat, l.name, 0, 0); fault != nil {
		return fault.Err
	}
	switch now := l.fs.locks[l.name]; {
	case l.fs.dirs[filepath.Dir(l.name)] != l.dir || now == nil:
		return &fs.PathError{Op: "stat", Path: l.name, Err: fs.ErrNotExist}
	case now != l:
		return fmt.Errorf("%s: %w", l.name, filesystem.ErrReplaced)
	}
	return nil
}

// Close implements filesystem.LockFile.
func (l *lock) Close() error {
	l.fs.mu.Lock()
	defer l.fs.mu.Unlock()
	if l.fs.locks[l.name] == l {
		delete(l.fs.locks, l.name)
	}
	l.fs.open--
	return nil
}

// Holder implements filesystem.FS.
func (f *FS) Holder(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.locks[name] != nil {
		return &filesystem.HeldError{Name: name, PID: 1}
	}
	return nil
}
