// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"time"

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
// Append waits for other appends but for no fsync, and allocates nothing.
func (j *Journal) Append(parts ...[]byte) (uint64, error) {
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	if n > MaxRecordBytes {
		return 0, fmt.Errorf("%w: %d bytes, at most %d", ErrTooLarge, n, MaxRecordBytes)
	}
	j.mu.Lock()
	seq, err := j.append(n, parts)
	j.mu.Unlock()
	if err != nil {
		return 0, err
	}
	if j.waiting.Load() {
		select {
		case j.more <- struct{}{}:
		default:
		}
	}
	return seq, nil
}

// keepBytes is the append buffer that is kept for the next record.
const keepBytes = 1 << 20

func (j *Journal) append(n int, parts [][]byte) (uint64, error) {
	if j.isClosing {
		return 0, ErrClosed
	}
	if err := j.reserve(n); err != nil {
		return 0, err
	}
	if j.current == nil {
		if err := j.create(); err != nil {
			return 0, fmt.Errorf("journal: new segment: %w", err)
		}
	}
	s := j.current
	seq, stamp := j.lastSeq+1, max(time.Now().UnixNano(), j.lastTime+1)
	buf, offset := j.buffer[:0], s.size
	if offset == 0 {
		// Header and record are one write, so that a segment has both or none.
		buf = format.AppendSegmentHeader(buf, format.SegmentHeader{Segment: s.number, FirstSeq: seq, Created: stamp})
		offset = format.SegmentHeaderBytes
		s.firstSeq, s.lastSeq, s.synced = seq, seq-1, seq-1
	}
	buf = format.AppendRecord(buf, s.number, offset, seq, stamp, parts...)
	if cap(buf) <= keepBytes {
		j.buffer = buf
	}
	// Even a refused record uses up its time: what it may have left in the file
	// must not look like a part of the next.
	j.lastTime = stamp
	// What counts is what was taken: a record is refused only when a part of it
	// is missing, so that it can never be found whole, come what may.
	if written, err := s.file.WriteAt(buf, s.size); written != len(buf) {
		if err == nil {
			err = io.ErrShortWrite
		}
		return 0, fmt.Errorf("journal: append: %w", errors.Join(err, j.undo()))
	}
	if j.lastSeq == j.checkpoint {
		j.age.set(j.checkpoint, stamp)
	}
	s.note(seq, offset, stamp)
	s.size += int64(len(buf))
	s.bytes = s.size
	s.lastSeq = seq
	j.bytes += int64(len(buf))
	j.lastSeq = seq
	j.touch(s)
	return seq, nil
}

// reserve makes sure that n bytes of payload stay within the bound and go to a
// segment that they fit into.
func (j *Journal) reserve(n int) error {
	const header = format.SegmentHeaderBytes
	alone := header + format.RecordBytes(header, n)
	need := alone
	cut := false
	if s := j.current; s != nil && s.size > 0 {
		need = format.RecordBytes(s.size, n)
		if s.size+need > j.opt.SegmentBytes {
			need, cut = alone, true
		}
	}
	if alone > j.opt.MaxBytes {
		return fmt.Errorf("%w: %d bytes, and the journal holds %d", ErrTooLarge, n, j.opt.MaxBytes)
	}
	if j.bytes+need > j.opt.MaxBytes {
		j.becomeFull()
		return ErrFull
	}
	if cut {
		j.seal()
	}
	return nil
}

// touch notes that a segment waits for an fsync.
func (j *Journal) touch(s *segment) {
	s.unsynced = true
	if !j.dirty {
		j.dirty = true
		j.wake()
	}
}

// undo takes back what a failed write may have left behind the last good
// offset. When that fails too, the segment ends here: the next one begins with
// the sequence number that was refused, which makes it void in this one.
func (j *Journal) undo() error {
	s := j.current
	if err := s.file.Truncate(s.size); err != nil {
		j.seal()
		return fmt.Errorf("taking it back: %w", err)
	}
	if s.size > 0 {
		j.touch(s)
	}
	return nil
}

// seal ends the current segment. Its file stays open until it is fsynced.
func (j *Journal) seal() {
	s := j.current
	s.sealed = true
	j.current = nil
	j.queue = append(j.queue, s)
	j.touch(s)
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
			firstSeq: j.lastSeq + 1, lastSeq: j.lastSeq, synced: j.lastSeq,
			start: format.SegmentHeaderBytes,
			marks: make([]mark, 0, min(j.opt.SegmentBytes/format.BlockBytes, 1024)),
		}
		j.segments = append(j.segments, s)
		j.current = s
		return nil
	}
}
