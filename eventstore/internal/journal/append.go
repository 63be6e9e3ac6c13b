// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// Append writes one record, the concatenation of parts, and returns its
// sequence number: one more than that of the record before. On nil the
// operating system has the bytes, so that they survive the death of the
// process; WaitSynced tells when they survive the loss of power too.
//
// On an error nothing was appended, and nothing of it ever will be: the
// sequence number goes to the next record. ErrFull, ErrTooLarge and ErrClosed
// come before anything is written; any other error is that of the file system.
// Append is never broken for good: each call tries anew.
//
// Append waits for other appends but for no fsync, and allocates nothing. Most
// calls make no system call: see tail.
func (j *Journal) Append(parts ...[]byte) (uint64, error) {
	n := total(parts)
	if n > MaxRecordBytes {
		return 0, fmt.Errorf("%w: %d bytes, at most %d", ErrTooLarge, n, MaxRecordBytes)
	}
	seq, ok, err := j.appendToTail(n, parts)
	if err == nil && !ok {
		seq, err = j.appendOne(n, parts)
	}
	if err != nil {
		return 0, err
	}
	j.wakeReader()
	return seq, nil
}

// wakeReader tells a reader that waits that there are records.
func (j *Journal) wakeReader() {
	if j.waiting.Load() {
		select {
		case j.wakeNext <- struct{}{}:
		default:
		}
	}
}

func (j *Journal) appendOne(n int, parts [][]byte) (uint64, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.begin(nil); err != nil {
		return 0, err
	}
	if err := j.reserve(n); err != nil {
		return 0, err
	}
	if err := j.stage(j.nextTime(j.opt.Now().UnixNano()), parts...); err != nil {
		return 0, err
	}
	if err := j.commit(); err != nil {
		return 0, err
	}
	return j.lastSeq, nil
}

// admit says whether an append may begin.
func (j *Journal) admit(t *Turn) error {
	switch {
	case j.isClosing:
		return ErrClosed
	case j.turn != nil && j.turn != t:
		return ErrFull
	default:
		return nil
	}
}

// begin is the beginning of an append to the segments: what was accepted before
// comes before it.
func (j *Journal) begin(t *Turn) error {
	if err := j.admit(t); err != nil {
		return err
	}
	return j.flush()
}

// reserve makes sure that n bytes of payload stay within the bound and go to a
// segment that they fit into. What is staged for a segment is written before
// that segment ends.
func (j *Journal) reserve(n int) error {
	if alone := aloneBytes(n); alone > j.opt.MaxBytes {
		return fmt.Errorf("%w: %d bytes, and the journal holds %d", ErrTooLarge, n, j.opt.MaxBytes)
	}
	need, rotate := j.fit(n)
	if j.bytes+int64(len(j.staging.buf))+need > j.opt.MaxBytes {
		if err := j.commit(); err != nil {
			return err
		}
		j.markFull()
		return ErrFull
	}
	if rotate {
		return j.rotate()
	}
	return nil
}

// fit returns what n bytes of payload take behind what is staged, and whether
// they go to a new segment.
func (j *Journal) fit(n int) (need int64, rotate bool) {
	s := j.current
	if s == nil {
		return aloneBytes(n), false
	}
	end := s.size + int64(len(j.staging.buf))
	if end == 0 {
		return aloneBytes(n), false
	}
	if need = format.RecordBytes(end, n); end+need > j.opt.SegmentBytes {
		return aloneBytes(n), true
	}
	return need, false
}

// rotate writes what is staged, and ends the segment.
func (j *Journal) rotate() error {
	err := j.commit()
	if err == nil {
		j.seal()
	}
	return err
}

// aloneBytes is the size of a segment with one record of n bytes.
func aloneBytes(n int) int64 {
	return format.SegmentHeaderBytes + format.RecordBytes(format.SegmentHeaderBytes, n)
}

// markUnsynced marks a segment for the next sync pass.
func (j *Journal) markUnsynced(s *segment) {
	s.unsynced = true
	j.markDirty()
}

// markDirty says that something needs a sync pass, and wakes the sync loop.
func (j *Journal) markDirty() {
	if !j.dirty {
		j.dirty = true
		j.wakeSyncer()
	}
}

// rollBack truncates what a failed write may have left behind the last good
// offset. When that fails too, the segment ends here: the next one begins with
// the sequence number that was refused, which makes it void in this one. One
// without a record is removed.
func (j *Journal) rollBack() error {
	s := j.current
	s.reserved = 0 // truncating gives it back
	if err := s.file.Truncate(s.size); err != nil {
		if s.size > 0 || j.fs.Remove(s.path) != nil {
			j.seal()
		} else {
			j.current, j.segments = nil, j.segments[:len(j.segments)-1]
			err = errors.Join(err, s.file.Close())
		}
		return fmt.Errorf("rolling back: %w", err)
	}
	if s.size > 0 {
		j.markUnsynced(s)
	}
	return nil
}

// seal ends the current segment. Its file stays open until it is fsynced.
func (j *Journal) seal() {
	s := j.current
	s.sealed = true
	j.current = nil
	j.queue = append(j.queue, s)
	j.markUnsynced(s)
}

// create begins a segment; its header comes with the first record.
func (j *Journal) create() error {
	// The checkpoint's place on the disk is taken first: on a disk that is full
	// of segments it must still be possible to say that they are done.
	if err := j.file.ensure(j.fs, j.dir); err != nil {
		return err
	}
	for {
		number := j.nextSegment
		path := filepath.Join(j.dir, format.SegmentName(number))
		f, err := j.fs.Create(path)
		if errors.Is(err, fs.ErrExist) {
			// Somebody's file, or what a failed creation left.
			j.nextSegment++
			continue
		}
		if err != nil {
			return err
		}
		j.nextSegment++
		s := &segment{
			number: number, path: path, file: f, limit: unlimited,
			firstSeq: j.written + 1, lastSeq: j.written, synced: j.written,
			start: format.SegmentHeaderBytes,
			marks: make([]mark, 0, min(j.opt.SegmentBytes/format.BlockBytes, 1024)),
		}
		j.segments = append(j.segments, s)
		j.current = s
		return nil
	}
}
