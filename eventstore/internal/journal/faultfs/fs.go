// SPDX-License-Identifier: Apache-2.0

package faultfs

import (
	"errors"
	"io/fs"
	"path/filepath"
	"sort"
	"sync"
	"syscall"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
)

// FS is the file system. It is safe for concurrent use.
type FS struct {
	mu      sync.Mutex
	dirs    map[string]*directory
	locks   map[string]*lock
	hook    Hook
	ops     int
	crashAt int // -1: never
	crashed bool
	space   int64 // -1: unbounded
	mapping bool  // Map is supported
	open    int   // open files and locks
	handles map[*inode]int
}

var _ filesystem.FS = (*FS)(nil)

// directory keeps what names there are, and what was durable and happened since.
type directory struct {
	names   map[string]*inode
	durable map[string]*inode
	pending []entry
	entered bool // its own entry in its parent is durable
}

// entry is one change of a name; a nil inode removes it.
type entry struct {
	name string
	node *inode
}

// New returns an empty file system.
func New() *FS {
	return &FS{dirs: map[string]*directory{}, locks: map[string]*lock{}, handles: map[*inode]int{}, crashAt: -1, space: -1, mapping: true}
}

// SetHook installs a hook; nil removes it.
func (f *FS) SetHook(h Hook) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.hook = h
}

// SetSpace lets the files together have that many bytes; -1 is unbounded.
func (f *FS) SetSpace(bytes int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.space = bytes
}

// SetMapping says whether there is Map, as there is from the beginning.
func (f *FS) SetMapping(is bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.mapping = is
}

// CrashAt makes the operation with that index the one during which the process
// dies: a write happens by half, anything else not at all.
func (f *FS) CrashAt(index int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.crashAt = index
}

// Crashed tells whether that happened.
func (f *FS) Crashed() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.crashed
}

// Ops counts the operations that changed something or tried to.
func (f *FS) Ops() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.ops
}

// OpenFiles counts the files and locks that are open.
func (f *FS) OpenFiles() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.open
}

// before decides about an operation.
func (f *FS) before(kind Kind, name string, offset int64, n int) *Fault {
	if f.crashed {
		return &Fault{Err: ErrCrashed}
	}
	op := Op{Kind: kind, Name: name, Offset: offset, Len: n, Index: f.ops}
	if kind.changes() {
		f.ops++
		if op.Index == f.crashAt {
			f.crashed = true
			return &Fault{Err: ErrCrashed, Bytes: n / 2}
		}
	}
	if f.hook != nil {
		return f.hook(op)
	}
	return nil
}

func (f *FS) lookup(name string) (*directory, *inode, error) {
	dir, ok := f.dirs[filepath.Dir(name)]
	if !ok {
		return nil, nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return dir, dir.names[filepath.Base(name)], nil
}

// Mkdir implements filesystem.FS.
func (f *FS) Mkdir(dir string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	parent := filepath.Dir(dir)
	switch _, there := f.dirs[dir]; {
	case there || dir == parent:
		return &fs.PathError{Op: "mkdir", Path: dir, Err: fs.ErrExist}
	case !f.isDir(parent):
		return &fs.PathError{Op: "mkdir", Path: dir, Err: fs.ErrNotExist}
	}
	if fault := f.before(Mkdir, dir, 0, 0); fault != nil {
		return fault.Err
	}
	f.dirs[dir] = newDirectory()
	return nil
}

// isDir reports whether there is a directory. The roots are always there.
func (f *FS) isDir(dir string) bool {
	_, there := f.dirs[dir]
	return there || dir == filepath.Dir(dir)
}

// MkdirAll prepares a directory, durably and without counting as an operation.
func (f *FS) MkdirAll(dir string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.prepare(dir)
}

func (f *FS) prepare(dir string) {
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if f.dirs[dir] == nil {
			f.dirs[dir] = newDirectory()
		}
		f.dirs[dir].entered = true
	}
}

func newDirectory() *directory {
	return &directory{names: map[string]*inode{}, durable: map[string]*inode{}}
}

// ReadDir implements filesystem.FS.
func (f *FS) ReadDir(dir string) ([]filesystem.Entry, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if fault := f.before(ReadDir, dir, 0, 0); fault != nil {
		return nil, fault.Err
	}
	d, ok := f.dirs[dir]
	if !ok {
		return nil, &fs.PathError{Op: "readdir", Path: dir, Err: fs.ErrNotExist}
	}
	var list []filesystem.Entry
	for name, node := range d.names {
		list = append(list, filesystem.Entry{Name: name, Size: int64(len(node.data)), Regular: true})
	}
	for name := range f.dirs {
		if name != dir && filepath.Dir(name) == dir {
			list = append(list, filesystem.Entry{Name: filepath.Base(name)})
		}
	}
	sort.Slice(list, func(a, b int) bool { return list[a].Name < list[b].Name })
	return list, nil
}

// Create implements filesystem.FS.
func (f *FS) Create(name string) (filesystem.File, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	d, node, err := f.lookup(name)
	if err != nil {
		return nil, err
	}
	if fault := f.before(Create, name, 0, 0); fault != nil {
		return nil, fault.Err
	}
	if node != nil {
		return nil, &fs.PathError{Op: "create", Path: name, Err: fs.ErrExist}
	}
	return f.add(d, name)
}

func (f *FS) add(d *directory, name string) (*file, error) {
	if f.space == 0 {
		return nil, &fs.PathError{Op: "create", Path: name, Err: syscall.ENOSPC}
	}
	node := &inode{}
	d.set(filepath.Base(name), node)
	f.open++
	f.handles[node]++
	return &file{fs: f, name: name, node: node, writable: true}, nil
}

// Map implements filesystem.FS. The file is as any other: a write to it may
// fail, and is torn by a crash.
func (f *FS) Map(name string, size int64) (filesystem.File, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	d, node, err := f.lookup(name)
	if err != nil {
		return nil, err
	}
	if !f.mapping {
		return nil, errors.ErrUnsupported
	}
	if fault := f.before(Map, name, 0, 0); fault != nil {
		return nil, fault.Err
	}
	if node != nil {
		return nil, &fs.PathError{Op: "map", Path: name, Err: fs.ErrExist}
	}
	if room := f.room(); room >= 0 && room < size {
		return nil, &fs.PathError{Op: "map", Path: name, Err: syscall.ENOSPC}
	}
	mapped, err := f.add(d, name)
	if err != nil {
		return nil, err
	}
	mapped.node.change(change{0, make([]byte, size)})
	return mapped, nil
}

func (d *directory) set(name string, node *inode) {
	if node == nil {
		delete(d.names, name)
	} else {
		d.names[name] = node
	}
	d.pending = append(d.pending, entry{name, node})
}

// Open implements filesystem.FS.
func (f *FS) Open(name string) (filesystem.File, error) { return f.reopen(name, false) }

// Edit implements filesystem.FS.
func (f *FS) Edit(name string) (filesystem.File, error) { return f.reopen(name, true) }

func (f *FS) reopen(name string, writable bool) (filesystem.File, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if fault := f.before(Open, name, 0, 0); fault != nil {
		return nil, fault.Err
	}
	_, node, err := f.lookup(name)
	if err != nil {
		return nil, err
	}
	if node == nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	f.open++
	f.handles[node]++
	return &file{fs: f, name: name, node: node, writable: writable}, nil
}

// Rename implements filesystem.FS.
func (f *FS) Rename(from, to string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if fault := f.before(Rename, from, 0, 0); fault != nil {
		return fault.Err
	}
	d, node, err := f.lookup(from)
	if err != nil {
		return err
	}
	into, _, err := f.lookup(to)
	if err != nil {
		return err
	}
	if node == nil {
		return &fs.PathError{Op: "rename", Path: from, Err: fs.ErrNotExist}
	}
	into.set(filepath.Base(to), node)
	d.set(filepath.Base(from), nil)
	return nil
}

// Remove implements filesystem.FS.
func (f *FS) Remove(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	d, node, err := f.lookup(name)
	if err != nil {
		return err
	}
	if node == nil {
		return &fs.PathError{Op: "remove", Path: name, Err: fs.ErrNotExist}
	}
	if fault := f.before(Remove, name, 0, 0); fault != nil {
		return fault.Err
	}
	d.set(filepath.Base(name), nil)
	return nil
}

// SyncDir implements filesystem.FS.
func (f *FS) SyncDir(dir string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if fault := f.before(SyncDir, dir, 0, 0); fault != nil {
		return fault.Err
	}
	if !f.isDir(dir) {
		return &fs.PathError{Op: "syncdir", Path: dir, Err: fs.ErrNotExist}
	}
	for path, d := range f.dirs {
		if filepath.Dir(path) == dir {
			d.entered = true
		}
	}
	if d := f.dirs[dir]; d != nil {
		d.durable = clone(d.names)
		d.pending = nil
	}
	return nil
}

func clone[K comparable, V any](m map[K]V) map[K]V {
	c := make(map[K]V, len(m))
	for k, v := range m {
		c[k] = v
	}
	return c
}
