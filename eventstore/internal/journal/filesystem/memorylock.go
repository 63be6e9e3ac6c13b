// SPDX-License-Identifier: Apache-2.0

package filesystem

import "os"

// memoryLock is a lock that somebody has. It has no file.
type memoryLock struct {
	fs   *memoryFS
	name string
}

// Lock implements FS. Whoever has the lock is in this process.
func (f *memoryFS) Lock(name string) (LockFile, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.locks[name] != nil {
		return nil, &HeldError{Name: name, PID: os.Getpid()}
	}
	l := &memoryLock{f, name}
	f.locks[name] = l
	return l, nil
}

// Holder implements FS.
func (f *memoryFS) Holder(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.locks[name] != nil {
		return &HeldError{Name: name, PID: os.Getpid()}
	}
	return nil
}

// InPlace implements LockFile: nobody can take the name away.
func (l *memoryLock) InPlace() error { return nil }

// Close implements LockFile.
func (l *memoryLock) Close() error {
	l.fs.mu.Lock()
	defer l.fs.mu.Unlock()
	if l.fs.locks[l.name] == l {
		delete(l.fs.locks, l.name)
	}
	return nil
}
