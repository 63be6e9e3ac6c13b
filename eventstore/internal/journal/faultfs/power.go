// SPDX-License-Identifier: Apache-2.0

package faultfs

import (
	"bytes"
	"math/rand/v2"
	"path/filepath"
	"slices"
)

// Loss is one way in which the machine can go down.
type Loss struct {
	Name string
	keep func(*rand.Rand, *inode) []byte
	dir  func(*rand.Rand, *directory) map[string]*inode
	made func(*rand.Rand) bool // a directory stays whose entry is not durable
}

func always(*rand.Rand) bool { return true }

func never(*rand.Rand) bool { return false }

func sometimes(r *rand.Rand) bool { return r.IntN(2) == 0 }

// Kill is the death of the process alone: everything that was written is there.
func Kill() Loss {
	return Loss{
		Name: "kill",
		keep: func(_ *rand.Rand, n *inode) []byte { return n.data },
		dir:  func(_ *rand.Rand, d *directory) map[string]*inode { return d.names },
		made: always,
	}
}

// Strict keeps only what was fsynced, names included.
func Strict() Loss {
	return Loss{
		Name: "only what is durable",
		keep: func(_ *rand.Rand, n *inode) []byte { return n.durable },
		dir:  func(_ *rand.Rand, d *directory) map[string]*inode { return d.durable },
		made: never,
	}
}

// Entries keeps all names, and of the content only what was fsynced.
func Entries() Loss {
	return Loss{
		Name: "names without content",
		keep: func(_ *rand.Rand, n *inode) []byte { return n.durable },
		dir:  func(_ *rand.Rand, d *directory) map[string]*inode { return d.names },
		made: always,
	}
}

// Prefix keeps a random prefix of the changes since the last fsync of each file
// and directory; the last write of each may be torn.
func Prefix() Loss {
	return Loss{Name: "prefix", dir: someNames, made: sometimes, keep: func(r *rand.Rand, n *inode) []byte {
		data := bytes.Clone(n.durable)
		count := r.IntN(len(n.pending) + 1)
		for i, c := range n.pending[:count] {
			if i == count-1 && len(c.data) > 0 {
				c.data = c.data[:1+r.IntN(len(c.data))]
			}
			data = c.apply(data)
		}
		return data
	}}
}

// Zeros keeps the lengths of all files but writes only the first part of what
// was not fsynced: the rest of it is zeros.
func Zeros() Loss {
	return Loss{Name: "zeros", dir: someNames, made: sometimes, keep: func(r *rand.Rand, n *inode) []byte {
		data := bytes.Clone(n.durable)
		from := len(data)
		data = resize(data, len(n.data))
		if from < len(n.data) {
			copy(data[from:from+r.IntN(len(n.data)-from+1)], n.data[from:])
		}
		return data
	}}
}

// Sectors applies the changes since the last fsync sector by sector, each or
// not, in any order: what a disk does that reorders writes.
func Sectors() Loss {
	const sector = 512
	return Loss{Name: "sectors", dir: someNames, made: sometimes, keep: func(r *rand.Rand, n *inode) []byte {
		data := bytes.Clone(n.durable)
		var pieces []change
		for _, c := range n.pending {
			if c.data == nil {
				if r.IntN(2) == 0 {
					pieces = append(pieces, c)
				}
				continue
			}
			for at := 0; at < len(c.data); {
				end := min(len(c.data), at+sector-int(c.offset+int64(at))%sector)
				if r.IntN(4) > 0 {
					pieces = append(pieces, change{c.offset + int64(at), c.data[at:end]})
				}
				at = end
			}
		}
		for _, c := range pieces {
			data = c.apply(data)
		}
		return data
	}}
}

// Losses returns all of them.
func Losses() []Loss {
	return []Loss{Kill(), Strict(), Entries(), Prefix(), Zeros(), Sectors()}
}

func someNames(r *rand.Rand, d *directory) map[string]*inode {
	names := clone(d.durable)
	for _, e := range d.pending[:r.IntN(len(d.pending)+1)] {
		if e.node == nil {
			delete(names, e.name)
		} else {
			names[e.name] = e.node
		}
	}
	return names
}

// After returns what a loss leaves: a new file system in which everything that
// is left is durable. The seed makes the loss the same each time.
func (f *FS) After(loss Loss, seed uint64) *FS {
	f.mu.Lock()
	defer f.mu.Unlock()
	r := rand.New(rand.NewPCG(seed, seed))
	left := New()
	left.mapping = f.mapping
	for _, path := range sortedKeys(f.dirs) {
		parent := filepath.Dir(path)
		if was := f.dirs[path]; !left.isDir(parent) || !was.entered && !loss.made(r) {
			continue
		}
		d := newDirectory()
		d.entered = true
		names := loss.dir(r, f.dirs[path])
		for _, name := range sortedKeys(names) {
			data := bytes.Clone(loss.keep(r, names[name]))
			d.names[name] = &inode{data: data, durable: bytes.Clone(data)}
		}
		d.durable = clone(d.names)
		left.dirs[path] = d
	}
	return left
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
