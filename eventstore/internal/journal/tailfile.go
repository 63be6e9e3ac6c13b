// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// extend reserves room behind what is in a segment and will be.
func (l *log) extend(s *segment) error {
	to := min(s.size+l.tail.most+reserveBytes, l.opt.SegmentBytes)
	err := s.file.Reserve(to)
	if err == nil {
		s.reserved = to
	}
	return err
}

// openTail creates the file.
func (l *log) openTail() error {
	path := filepath.Join(l.dir, tailName)
	file, err := l.fs.Map(path, tailBytes)
	if err != nil {
		return err
	}
	header := format.AppendSegmentHeader(nil, format.SegmentHeader{Segment: tailSegment, FirstSeq: l.lastSeq + 1, Created: l.lastTime})
	if _, err := file.WriteAt(header, 0); err != nil {
		return errors.Join(err, file.Close(), l.fs.Remove(path))
	}
	l.tail.file, l.tail.size = file, format.SegmentHeaderBytes
	return nil
}

// clearTail takes out of the file what is in segments.
func (l *log) clearTail() {
	t := &l.tail
	switch {
	case t.readOnly:
		// What stays there is known by its numbers.
		t.readOnly, t.obsolete = false, true
	case t.file != nil:
		if _, err := t.file.WriteAt(zeros[:t.size-format.SegmentHeaderBytes], format.SegmentHeaderBytes); err != nil {
			l.breakTail(err)
		}
		t.size = format.SegmentHeaderBytes
	}
}

// breakTail gives up a file that cannot be written to. Its records are in memory
// too, and go to a segment with the next append.
func (l *log) breakTail(err error) {
	t := &l.tail
	t.disabled.Store(true)
	t.broken = fmt.Errorf("journal: tail: %w", err)
	t.readOnly = len(t.records) > 0
	t.obsolete = !t.readOnly
	l.markDirty()
}

// loseTail forgets a file that has no name any more. Its records are in memory too,
// and go to a segment.
func (l *log) loseTail() {
	t := &l.tail
	t.file, t.size = nil, 0
	t.readOnly = len(t.records) > 0
	t.obsolete = !t.readOnly
	l.markDirty()
}

// removeTail removes a file in which nothing is needed. Only the sync loop calls
// it, after a pass that synced what was in it: until then it may be the only
// place on the disk.
func (l *log) removeTail() error {
	err := l.fs.Remove(filepath.Join(l.dir, tailName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("journal: remove tail: %w", err)
	}
	l.mu.Lock()
	l.tail.obsolete = false
	l.mu.Unlock()
	return nil
}

// closeTail removes the file unless there is something in it that is in no
// segment, which the next process finds.
func (l *log) closeTail() error {
	t := &l.tail
	t.disabled.Store(true)
	if t.file == nil {
		return nil
	}
	err := t.file.Close()
	t.file = nil
	if len(t.records) > 0 || l.place.err() != nil {
		return err
	}
	if removed := l.fs.Remove(filepath.Join(l.dir, tailName)); !errors.Is(removed, fs.ErrNotExist) {
		err = errors.Join(err, removed)
	}
	return err
}
