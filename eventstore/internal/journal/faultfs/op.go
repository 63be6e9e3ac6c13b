// SPDX-License-Identifier: Apache-2.0

package faultfs

import "errors"

// Kind is a kind of operation.
type Kind string

// The operations that a Hook sees. Those from Create on change something and
// are counted.
const (
	Open     Kind = "open"
	ReadDir  Kind = "readdir"
	Read     Kind = "read"
	Stat     Kind = "stat"
	Create   Kind = "create"
	Write    Kind = "write"
	Truncate Kind = "truncate"
	Sync     Kind = "sync"
	Rename   Kind = "rename"
	Remove   Kind = "remove"
	SyncDir  Kind = "syncdir"
	Mkdir    Kind = "mkdir"
	Map      Kind = "map"
	Reserve  Kind = "reserve"
)

func (k Kind) changes() bool { return k != Open && k != ReadDir && k != Read && k != Stat }

// Op is an operation that is about to happen.
type Op struct {
	Kind   Kind
	Name   string // path as given
	Offset int64  // of Read, Write; the size of Truncate
	Len    int    // of Read, Write
	Index  int    // counts the operations that change something, from 0
}

// Fault is how an operation fails.
type Fault struct {
	Err error
	// Bytes of a Write that happen before it fails; one byte is always missing.
	Bytes int
	// Lie makes a Write happen as a whole and say that nothing did.
	Lie bool
}

// Hook decides about each operation; nil lets it happen. It runs under the lock
// of the file system and must not call it.
type Hook func(Op) *Fault

// ErrCrashed is what every operation returns after the crash.
var ErrCrashed = errors.New("faultfs: crashed")
