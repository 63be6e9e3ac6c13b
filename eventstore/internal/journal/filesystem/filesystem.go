// SPDX-License-Identifier: Apache-2.0

package filesystem

import (
	"errors"
	"io"
)

// ErrInUse says that another process has a file open, and that the system deletes
// none that is.
var ErrInUse = errors.New("another process has the file open")

// FS is what the journal needs of a file system. Implementations are safe for
// concurrent use.
type FS interface {
	// Mkdir creates a directory in one that is there; it fails with fs.ErrExist
	// when the name is taken.
	Mkdir(dir string) error
	// ReadDir lists a directory in the order of the names. Only a regular file
	// has Regular set.
	ReadDir(dir string) ([]Entry, error)
	// Create creates a new file for reading and writing; it fails with
	// fs.ErrExist when the name is taken.
	Create(name string) (File, error)
	// Open opens an existing file for reading.
	Open(name string) (File, error)
	// Edit opens an existing file for reading and writing.
	Edit(name string) (File, error)
	// Map creates a new file of size zeros that lies in memory which outlives
	// the process: writing to it, at an offset within the size, is no system
	// call. It fails with fs.ErrExist when the name is taken, and with
	// errors.ErrUnsupported where there is no such thing.
	Map(name string, size int64) (File, error)
	// Rename gives a file another name, replacing what had it before. Its error
	// wraps ErrInUse as Remove's does.
	Rename(from, to string) error
	// Remove deletes a file. The error wraps ErrInUse where another process keeps
	// it from being deleted by having it open.
	Remove(name string) error
	// SyncDir makes the entries of a directory durable: creations, renames and
	// removals. Where a system has no such call it does nothing.
	SyncDir(dir string) error
	// Lock takes the named file as an exclusive lock between processes,
	// creating it when missing, and leaves the own process id in it. It waits
	// 50 ms at most, since Holder has a lock for an instant: one that somebody
	// has is a *HeldError.
	Lock(name string) (LockFile, error)
	// Holder tells whether a process has the lock, and which: the error is then
	// a *HeldError, and nil when nobody has it. It writes nothing.
	Holder(name string) error
}

// LockFile is a lock that is held until Close.
type LockFile interface {
	io.Closer
	placed
}

// placed is an open file that knows its name.
type placed interface {
	// InPlace returns nil while the name that the file was opened by leads to this
	// file. Otherwise its error wraps fs.ErrNotExist when the name leads nowhere,
	// and ErrReplaced when it leads to another file: what is written then is not
	// found by that name.
	InPlace() error
}

// File is an open file.
type File interface {
	io.ReaderAt
	io.WriterAt
	io.Closer
	placed
	// Size returns the length in bytes.
	Size() (int64, error)
	// Truncate shortens or extends the file.
	Truncate(size int64) error
	// Reserve takes room on the disk, so that the file can grow to size bytes
	// whatever else fills the disk. Its length stays. Truncate gives the room
	// back. It fails with errors.ErrUnsupported where there is no such thing.
	Reserve(size int64) error
	// Sync makes the content durable. After an error nothing that was written
	// since the last success may be taken for durable, whatever a later call
	// returns.
	Sync() error
}

// Entry is one name in a directory.
type Entry struct {
	Name     string
	Size     int64
	Modified int64 // when it was last written to, nanoseconds since 1970; 0 when nobody knows
	Regular  bool
}
