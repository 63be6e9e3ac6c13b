// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// Rotate ends the current segment and returns the last sequence number: what is
// appended from now on goes to other files than what is there already. The
// error is that of the file system, with which the segment goes on.
func (j *Journal) Rotate() (uint64, error) {
	l := &j.log
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.flush(); err != nil {
		return 0, fmt.Errorf("journal: rotate: %w", err)
	}
	if l.current != nil && l.current.size > 0 {
		l.seal()
	}
	return l.lastSeq, nil
}

// rotate writes what is staged, and ends the current segment.
func (l *log) rotate() error {
	err := l.commit()
	if err == nil {
		l.seal()
	}
	return err
}

// rotateIfDone ends the current segment when nothing in it is needed and its room
// is: a journal whose reader has caught up has all of its room again.
func (l *log) rotateIfDone() {
	if l.consumers.done() != l.lastSeq || l.current == nil || l.current.size == 0 {
		return
	}
	if l.room.full || l.room.disk || l.bytes > l.opt.MaxBytes/2 {
		l.seal()
	}
}

// seal ends the current segment. Its file stays open until it is fsynced.
func (l *log) seal() {
	s := l.current
	s.sealed = true
	l.current = nil
	l.unsynced = append(l.unsynced, s)
	l.markUnsynced(s)
}

// create begins a segment; its header comes with the first record.
func (l *log) create() error {
	if err := l.place.err(); err != nil {
		return err
	}
	// The checkpoint's place on the disk is taken first: on a disk that is full
	// of segments it must still be possible to say that they are done.
	if err := l.checkpointFile.ensure(l.fs, l.dir, l.position()); err != nil {
		return err
	}
	if !l.hasDamaged {
		// And so is that of the folder for corrupt segments.
		err := l.fs.Mkdir(filepath.Join(l.dir, damagedName))
		l.hasDamaged = err == nil || errors.Is(err, fs.ErrExist)
	}
	for {
		number := l.nextSegment
		path := filepath.Join(l.dir, format.SegmentName(number))
		f, err := l.fs.Create(path)
		if errors.Is(err, fs.ErrExist) {
			// Somebody's file, or what a failed creation left.
			l.nextSegment++
			continue
		}
		if err != nil {
			return err
		}
		l.nextSegment++
		s := &segment{
			number: number, path: path, file: share(f), limit: unlimited,
			firstSeq: l.written + 1, lastSeq: l.written, synced: l.written,
			start: format.SegmentHeaderBytes,
			marks: make([]mark, 0, min(l.opt.SegmentBytes/format.BlockBytes, 1024)),
		}
		l.segments = append(l.segments, s)
		l.current = s
		return nil
	}
}
