// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// KeptName is the name, in the directory of the journal, of the file in which the
// owner notes what it keeps of segments that are done. The journal leaves it alone.
const KeptName = keptName

// DamagedName is the name of the folder of damaged segments.
const DamagedName = "damaged"

// keptSuffix is behind the name of a segment that the owner keeps.
const keptSuffix = ".kept"

// KeptSegment is the name of a segment's file that its owner keeps: see Options.Keep.
// The journal never takes a number again of which there is such a file.
func KeptSegment(segment uint64) string { return format.SegmentName(segment) + keptSuffix }

// IsKept reports whether a name in the directory is KeptName or that of a segment
// which the owner keeps.
func IsKept(name string) bool {
	_, ok := ParseKeptSegment(name)
	return ok || name == keptName
}

// ParseKeptSegment is the inverse of KeptSegment; ok is false for any other name.
func ParseKeptSegment(name string) (segment uint64, ok bool) {
	name, ok = strings.CutSuffix(name, keptSuffix)
	if !ok {
		return 0, false
	}
	return format.ParseSegmentName(name)
}

// lastKept returns the highest number of a segment that is kept, 0 without any.
func lastKept(entries []filesystem.Entry) (last uint64) {
	for _, e := range entries {
		if number, ok := ParseKeptSegment(e.Name); ok {
			last = max(last, number)
		}
	}
	return last
}

// rename gives the file of a segment the name by which its owner knows it.
func (t *truncator) rename(s *segment) error {
	err := t.fs.Rename(s.path, filepath.Join(t.dir, KeptSegment(s.number)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil // somebody deleted it
	}
	return err
}

// SegmentOf returns the number of the segment that a record is in; ok is false for one
// that is in none, as it is in the tail alone or its segment is gone.
func (j *Journal) SegmentOf(seq uint64) (segment uint64, ok bool) {
	l := &j.log
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range l.segments {
		if s.firstSeq <= seq && seq <= s.lastSeq && s.unnamed == nil {
			return s.number, true
		}
	}
	return 0, false
}

// IsPressed reports whether the last append found no room, within the bound or on the
// disk, and none was made since.
func (j *Journal) IsPressed() bool {
	j.log.mu.Lock()
	defer j.log.mu.Unlock()
	return j.log.room.full || j.log.room.disk
}

// ScanSegment calls f with the records of a segment's file, in order, from an offset on
// that is the first one or that of a record. damaged says that there are places which
// are no records, other than the end of a write that was interrupted. It returns f's
// error, and that of a file that cannot be opened.
func ScanSegment(files FS, path string, segment uint64, offset int64, f func(format.Item) error) (damaged bool, err error) {
	file, err := files.Open(path)
	if err != nil {
		return false, err
	}
	defer file.Close()
	size, err := file.Size()
	if err != nil {
		return false, fmt.Errorf("%s: %w", path, err)
	}
	var d format.Decoder
	d.Reset(segment, max(offset, format.SegmentHeaderBytes), unlimited)
	buf := make([]byte, chunkBytes)
	interrupted := false // or damage, when a record follows
	for {
		switch item := d.Next(); item.Kind {
		case format.Record:
			damaged = damaged || interrupted
			if err := f(item); err != nil {
				return damaged, err
			}
		case format.Damage:
			damaged, interrupted = damaged || !item.Torn, true
		case format.End:
			return damaged, nil
		case format.More:
			if d.Offset() >= size {
				return damaged, nil
			}
			data, failed := readChunk(file, buf, d.Offset(), size)
			damaged = damaged || failed != nil
			d.Load(data)
		}
	}
}
