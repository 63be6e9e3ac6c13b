// SPDX-License-Identifier: Apache-2.0

package faultfs

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"syscall"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
)

// inode is the content of a file: as everybody sees it, as it is durable, and
// what happened in between.
type inode struct {
	data    []byte
	durable []byte
	pending []change
	// reserved is how long it can get whatever else fills the disk.
	reserved int64
}

// takes is what the file takes of the disk.
func (n *inode) takes() int64 { return max(int64(len(n.data)), n.reserved) }

// change is one write, or with nil data the truncation to offset.
type change struct {
	offset int64
	data   []byte
}

func (c change) apply(to []byte) []byte {
	if c.data == nil {
		return resize(to, int(c.offset))
	}
	if end := int(c.offset) + len(c.data); end > len(to) {
		to = resize(to, end)
	}
	copy(to[c.offset:], c.data)
	return to
}

func resize(data []byte, n int) []byte {
	if n <= len(data) {
		return data[:n:n]
	}
	return append(data, make([]byte, n-len(data))...)
}

func (n *inode) change(c change) {
	n.data = c.apply(n.data)
	n.pending = append(n.pending, c)
}

type file struct {
	fs       *FS
	name     string
	node     *inode
	writable bool
	closed   bool
}

func (f *file) ReadAt(p []byte, offset int64) (int, error) {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	if f.closed {
		return 0, fs.ErrClosed
	}
	if fault := f.fs.before(Read, f.name, offset, len(p)); fault != nil {
		return 0, fault.Err
	}
	if offset >= int64(len(f.node.data)) {
		return 0, io.EOF
	}
	n := copy(p, f.node.data[offset:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (f *file) WriteAt(p []byte, offset int64) (int, error) {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	if f.closed {
		return 0, fs.ErrClosed
	}
	if !f.writable {
		return 0, fs.ErrPermission
	}
	n, err := len(p), error(nil)
	if fault := f.fs.before(Write, f.name, offset, len(p)); fault != nil {
		if fault.Lie {
			f.node.change(change{offset, bytes.Clone(p)})
			return 0, fault.Err
		}
		n, err = min(fault.Bytes, len(p)-1), fault.Err
	}
	if room := f.fs.room(); room >= 0 {
		if fits := f.node.takes() + room - offset; int64(n) > fits {
			n, err = int(max(fits, 0)), &fs.PathError{Op: "write", Path: f.name, Err: syscall.ENOSPC}
		}
	}
	if n > 0 {
		f.node.change(change{offset, bytes.Clone(p[:n])})
	}
	return n, err
}

// room is what is left on the disk, -1 for any amount. A file that is open takes room
// when it has no name any more, too.
func (f *FS) room() int64 {
	if f.space < 0 {
		return -1
	}
	left := f.space
	counted := make(map[*inode]bool)
	take := func(n *inode) {
		if !counted[n] {
			counted[n] = true
			left -= n.takes()
		}
	}
	for _, d := range f.dirs {
		for _, n := range d.names {
			take(n)
		}
	}
	for n := range f.handles {
		take(n)
	}
	return max(left, 0)
}

func (f *file) Truncate(size int64) error {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	if f.closed {
		return fs.ErrClosed
	}
	if fault := f.fs.before(Truncate, f.name, size, 0); fault != nil {
		return fault.Err
	}
	f.node.change(change{offset: size})
	f.node.reserved = 0
	return nil
}

func (f *file) Reserve(size int64) error {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	if f.closed {
		return fs.ErrClosed
	}
	if fault := f.fs.before(Reserve, f.name, size, 0); fault != nil {
		return fault.Err
	}
	if room := f.fs.room(); room >= 0 && size > f.node.takes()+room {
		return &fs.PathError{Op: "reserve", Path: f.name, Err: syscall.ENOSPC}
	}
	f.node.reserved = max(f.node.reserved, size)
	return nil
}

func (f *file) Sync() error {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	if f.closed {
		return fs.ErrClosed
	}
	if fault := f.fs.before(Sync, f.name, 0, 0); fault != nil {
		if fault.Err != ErrCrashed {
			// Like Linux: what could not be written counts as clean, and will
			// not be written by the next fsync either.
			f.node.pending = nil
		}
		return fault.Err
	}
	// What an earlier fsync failed to write stays unwritten.
	f.node.durable = slices.Clone(f.node.durable)
	for _, c := range f.node.pending {
		f.node.durable = c.apply(f.node.durable)
	}
	f.node.pending = nil
	return nil
}

// InPlace implements filesystem.File.
func (f *file) InPlace() error {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	if f.closed {
		return fs.ErrClosed
	}
	if fault := f.fs.before(Stat, f.name, 0, 0); fault != nil {
		return fault.Err
	}
	switch _, there, err := f.fs.lookup(f.name); {
	case err != nil:
		return err
	case there == nil:
		return &fs.PathError{Op: "stat", Path: f.name, Err: fs.ErrNotExist}
	case there != f.node:
		return fmt.Errorf("%s: %w", f.name, filesystem.ErrReplaced)
	}
	return nil
}

func (f *file) Size() (int64, error) {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	if f.closed {
		return 0, fs.ErrClosed
	}
	return int64(len(f.node.data)), nil
}

func (f *file) Close() error {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	if f.closed {
		return fs.ErrClosed
	}
	f.closed = true
	f.fs.open--
	if f.fs.handles[f.node]--; f.fs.handles[f.node] == 0 {
		delete(f.fs.handles, f.node)
	}
	return nil
}
