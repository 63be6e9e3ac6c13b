// SPDX-License-Identifier: Apache-2.0

// Package format is how the journal looks on disk, as functions over bytes: it
// opens no file and knows no policy. docs/journal.md has the byte diagrams.
//
// All integers are little-endian. A segment is a sequence of blocks of
// BlockBytes; the first begins with a segment header; fragments of records fill
// the rest and never cross the end of a block.
package format

import "errors"

const (
	// BlockBytes is the length of a block: what damage costs at most, besides
	// the records that cross into it.
	BlockBytes = 32 << 10
	// Version is the one format version that this package reads and writes.
	Version = 1
	// MaxRecordBytes bounds the payload of one record: a document of 16 MiB and
	// 64 KiB around it.
	MaxRecordBytes = 16<<20 + 64<<10
	// MaxNumber bounds sequence and segment numbers. It leaves room for
	// arithmetic on whatever was read from a disk.
	MaxNumber = 1<<62 - 1
)

// ErrVersion says that a file is whole, and of a version that is not Version.
var ErrVersion = errors.New("journal: unknown format version")
