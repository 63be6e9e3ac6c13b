// SPDX-License-Identifier: Apache-2.0

package faultfs

import "path/filepath"

// What people do to the files of a process that runs. None of it counts as an
// operation.

// RemoveLock takes away the file of a lock: who has it keeps it, and another one can
// be taken.
func (f *FS) RemoveLock(name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.locks, name)
}

// Unlink takes away the name of a file. Who has it open keeps it.
func (f *FS) Unlink(name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if d := f.dirs[filepath.Dir(name)]; d != nil {
		d.set(filepath.Base(name), nil)
	}
}

// Replace puts a copy of a file in its place.
func (f *FS) Replace(name string) {
	data := f.Get(name)
	f.Unlink(name)
	f.Put(name, data)
}

// RemoveDir takes away a directory and what is in it.
func (f *FS) RemoveDir(dir string) { f.RenameDir(dir, "") }

// RenameDir gives a directory another name, and takes it away when that is empty.
// What is in it goes with it.
func (f *FS) RenameDir(from, to string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	move(f.dirs, from, to)
	move(f.locks, from, to)
}

// move renames the paths within a directory, and it.
func move[V any](paths map[string]V, from, to string) {
	for path, v := range clone(paths) {
		within, err := filepath.Rel(from, path)
		if err != nil || !filepath.IsLocal(within) {
			continue
		}
		delete(paths, path)
		if to != "" {
			paths[filepath.Join(to, within)] = v
		}
	}
}
