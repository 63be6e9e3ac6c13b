// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"errors"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// The conditions that callers tell apart. They may be wrapped: compare
// with errors.Is.
var (
	// ErrFull says that the record would lead past Options.MaxBytes. Nothing
	// was written. WaitSpace tells when to try again.
	ErrFull = errors.New("journal: full")
	// ErrClosed says that Close was called.
	ErrClosed = errors.New("journal: closed")
	// ErrLocked says that another process has the directory open. The error
	// around it names the directory and the process.
	ErrLocked = errors.New("journal: directory is locked")
	// ErrDisplaced says that files were removed, renamed or replaced while the
	// journal was open: its directory, the lock in it, or a segment with records that are not done.
	ErrDisplaced = errors.New("journal: files were removed or replaced while they were in use")
	// ErrReplaced says that a file was replaced by another one while it was in use.
	ErrReplaced = filesystem.ErrReplaced
	// ErrTooLarge says that the record is over MaxRecordBytes or, in a journal
	// with a lower bound, would not fit into an empty one.
	ErrTooLarge = errors.New("journal: record too large")
	// ErrVersion says that a file was written in a format that this build does
	// not know. Open touched nothing.
	ErrVersion = format.ErrVersion
	// ErrCorrupt marks what OnError hears about damage.
	ErrCorrupt = errors.New("journal: corrupt")
)
