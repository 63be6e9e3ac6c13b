// SPDX-License-Identifier: Apache-2.0

package filesystem

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// Memory returns an empty file system in the memory of the process. It takes any number of bytes: its user bounds them. What
// is in it is gone with the process, whatever was synced. It has neither Map nor Reserve.
func Memory() FS {
	return &memoryFS{dirs: make(map[string]bool), files: make(map[string]*memoryContent), locks: make(map[string]*memoryLock)}
}

type memoryFS struct {
	// mu guards the names. That of a content is taken after it.
	mu    sync.Mutex
	dirs  map[string]bool
	files map[string]*memoryContent
	locks map[string]*memoryLock
}

var _ FS = (*memoryFS)(nil)

// Mkdir implements FS.
func (f *memoryFS) Mkdir(dir string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.isDir(dir) || f.files[dir] != nil:
		return &fs.PathError{Op: "mkdir", Path: dir, Err: fs.ErrExist}
	case !f.isDir(filepath.Dir(dir)):
		return &fs.PathError{Op: "mkdir", Path: dir, Err: fs.ErrNotExist}
	}
	f.dirs[dir] = true
	return nil
}

// isDir reports whether there is a directory. The roots are always there.
func (f *memoryFS) isDir(dir string) bool { return f.dirs[dir] || dir == filepath.Dir(dir) }

// ReadDir implements FS.
func (f *memoryFS) ReadDir(dir string) ([]Entry, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.isDir(dir) {
		return nil, &fs.PathError{Op: "readdir", Path: dir, Err: fs.ErrNotExist}
	}
	var entries []Entry
	for name, content := range f.files {
		if filepath.Dir(name) == dir {
			entries = append(entries, Entry{Name: filepath.Base(name), Size: content.length(), Regular: true})
		}
	}
	for name := range f.dirs {
		if name != dir && filepath.Dir(name) == dir {
			entries = append(entries, Entry{Name: filepath.Base(name)})
		}
	}
	slices.SortFunc(entries, func(a, b Entry) int { return strings.Compare(a.Name, b.Name) })
	return entries, nil
}

// Create implements FS.
func (f *memoryFS) Create(name string) (File, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.isDir(filepath.Dir(name)) {
		return nil, &fs.PathError{Op: "create", Path: name, Err: fs.ErrNotExist}
	}
	if f.files[name] != nil || f.isDir(name) {
		return nil, &fs.PathError{Op: "create", Path: name, Err: fs.ErrExist}
	}
	content := new(memoryContent)
	f.files[name] = content
	return &memoryFile{fs: f, name: name, content: content, writable: true}, nil
}

// Open implements FS.
func (f *memoryFS) Open(name string) (File, error) { return f.open(name, false) }

// Edit implements FS.
func (f *memoryFS) Edit(name string) (File, error) { return f.open(name, true) }

func (f *memoryFS) open(name string, writable bool) (File, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	content := f.files[name]
	if content == nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return &memoryFile{fs: f, name: name, content: content, writable: writable}, nil
}

// Map implements FS: nothing here outlives the process.
func (f *memoryFS) Map(name string, _ int64) (File, error) {
	return nil, fmt.Errorf("map %s: %w", name, errors.ErrUnsupported)
}

// Rename implements FS.
func (f *memoryFS) Rename(from, to string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	content := f.files[from]
	if content == nil || !f.isDir(filepath.Dir(to)) {
		return &fs.PathError{Op: "rename", Path: from, Err: fs.ErrNotExist}
	}
	delete(f.files, from)
	f.files[to] = content
	return nil
}

// Remove implements FS. The memory is free once nobody has the file open.
func (f *memoryFS) Remove(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.files[name] == nil {
		return &fs.PathError{Op: "remove", Path: name, Err: fs.ErrNotExist}
	}
	delete(f.files, name)
	return nil
}

// SyncDir implements FS. There is nothing to do.
func (f *memoryFS) SyncDir(dir string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.isDir(dir) {
		return &fs.PathError{Op: "syncdir", Path: dir, Err: fs.ErrNotExist}
	}
	return nil
}
