// SPDX-License-Identifier: Apache-2.0

package filesystem

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"
	"sync/atomic"
)

// memoryChunk is how much a file in memory grows at a time.
const memoryChunk = 32 << 10

// memoryContent is what is in a file, in chunks that never move.
type memoryContent struct {
	mu     sync.RWMutex // guards what follows
	chunks [][]byte     // of memoryChunk each; zeros behind size
	size   int64
}

func (c *memoryContent) length() int64 {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.size
}

// readAt copies what there is.
func (c *memoryContent) readAt(p []byte, offset int64) (n int) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	p = p[:max(min(int64(len(p)), c.size-offset), 0)]
	for n < len(p) {
		at := offset + int64(n)
		n += copy(p[n:], c.chunks[at/memoryChunk][at%memoryChunk:])
	}
	return n
}

func (c *memoryContent) writeAt(p []byte, offset int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.grow(offset + int64(len(p)))
	for n := 0; n < len(p); {
		at := offset + int64(n)
		n += copy(c.chunks[at/memoryChunk][at%memoryChunk:], p[n:])
	}
}

// grow makes the file at least so long.
func (c *memoryContent) grow(size int64) {
	for int64(len(c.chunks))*memoryChunk < size {
		c.chunks = append(c.chunks, make([]byte, memoryChunk))
	}
	c.size = max(c.size, size)
}

func (c *memoryContent) truncate(size int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if size >= c.size {
		c.grow(size)
		return
	}
	chunks := int((size + memoryChunk - 1) / memoryChunk)
	clear(c.chunks[chunks:])
	c.chunks = c.chunks[:chunks]
	if within := size % memoryChunk; within > 0 {
		clear(c.chunks[chunks-1][within:])
	}
	c.size = size
}

// memoryFile is an open file.
type memoryFile struct {
	fs       *memoryFS
	name     string
	content  *memoryContent
	writable bool
	closed   atomic.Bool
}

var _ File = (*memoryFile)(nil)

// check returns what speaks against an operation at an offset.
func (f *memoryFile) check(op string, offset int64, writes bool) error {
	var err error
	switch {
	case f.closed.Load():
		err = fs.ErrClosed
	case offset < 0:
		err = fs.ErrInvalid
	case writes && !f.writable:
		err = fs.ErrPermission
	default:
		return nil
	}
	return &fs.PathError{Op: op, Path: f.name, Err: err}
}

// ReadAt implements File.
func (f *memoryFile) ReadAt(p []byte, offset int64) (int, error) {
	if err := f.check("read", offset, false); err != nil {
		return 0, err
	}
	n := f.content.readAt(p, offset)
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// WriteAt implements File.
func (f *memoryFile) WriteAt(p []byte, offset int64) (int, error) {
	if err := f.check("write", offset, true); err != nil {
		return 0, err
	}
	f.content.writeAt(p, offset)
	return len(p), nil
}

// Truncate implements File.
func (f *memoryFile) Truncate(size int64) error {
	if err := f.check("truncate", size, true); err != nil {
		return err
	}
	f.content.truncate(size)
	return nil
}

// Reserve implements File: there is no other who could take the room.
func (f *memoryFile) Reserve(int64) error {
	return fmt.Errorf("allocate %s: %w", f.name, errors.ErrUnsupported)
}

// Sync implements File. There is nothing to do.
func (f *memoryFile) Sync() error { return f.check("sync", 0, false) }

// Size implements File.
func (f *memoryFile) Size() (int64, error) {
	return f.content.length(), f.check("size", 0, false)
}

// InPlace implements File.
func (f *memoryFile) InPlace() error {
	if err := f.check("stat", 0, false); err != nil {
		return err
	}
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	switch f.fs.files[f.name] {
	case f.content:
		return nil
	case nil:
		return &fs.PathError{Op: "stat", Path: f.name, Err: fs.ErrNotExist}
	default:
		return fmt.Errorf("%s: %w", f.name, ErrReplaced)
	}
}

// Close implements File.
func (f *memoryFile) Close() error {
	if f.closed.Swap(true) {
		return &fs.PathError{Op: "close", Path: f.name, Err: fs.ErrClosed}
	}
	return nil
}
