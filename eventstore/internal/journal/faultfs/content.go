// SPDX-License-Identifier: Apache-2.0

package faultfs

import (
	"bytes"
	"path/filepath"
)

// Names lists the files of a directory in order.
func (f *FS) Names(dir string) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	d, ok := f.dirs[dir]
	if !ok {
		return nil
	}
	return sortedKeys(d.names)
}

// Get returns the content of a file, nil when there is none.
func (f *FS) Get(name string) []byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	_, node, err := f.lookup(name)
	if err != nil || node == nil {
		return nil
	}
	return bytes.Clone(node.data)
}

// Put gives a file a content, durably, without counting as an operation. Nil
// deletes it.
func (f *FS) Put(name string, data []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	path, base := filepath.Dir(name), filepath.Base(name)
	if f.dirs[path] == nil {
		f.prepare(path)
	}
	d := f.dirs[path]
	if data == nil {
		delete(d.names, base)
		delete(d.durable, base)
		return
	}
	node := d.names[base]
	if node == nil {
		node = &inode{}
	}
	node.data, node.durable, node.pending = bytes.Clone(data), bytes.Clone(data), nil
	d.names[base], d.durable[base] = node, node
}
