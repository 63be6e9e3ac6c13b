// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"fmt"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// Append writes one record, the concatenation of parts, and returns its
// sequence number: one more than that of the record before. On nil the
// operating system has the bytes, so that they survive the death of the
// process; WaitSynced tells when they survive the loss of power too.
//
// On an error nothing was appended, and nothing of it ever will be: the
// sequence number goes to the next record. ErrFull, ErrTooLarge and ErrClosed
// are returned before anything is written, and so is ErrDisplaced, once a sync pass
// found the directory or the last segment gone; any other error is that of the file system.
// Append is never broken for good: each call tries anew.
//
// Append waits for other appends but for no fsync, and allocates nothing. Most
// calls make no system call: see tail.
func (j *Journal) Append(parts ...[]byte) (uint64, error) { return j.AppendAt(0, parts...) }

// AppendAt is [Journal.Append] for a caller that has read the clock, in nanoseconds since 1970. 0 is now.
func (j *Journal) AppendAt(now int64, parts ...[]byte) (uint64, error) {
	n := total(parts)
	if n > MaxRecordBytes {
		return 0, fmt.Errorf("%w: %d bytes, at most %d", ErrTooLarge, n, MaxRecordBytes)
	}
	seq, err := j.log.append(now, n, parts)
	if j.place.isBack(err) {
		seq, err = j.log.append(now, n, parts)
	}
	if err != nil {
		return 0, err
	}
	j.consumers.notify()
	return seq, nil
}

func (l *log) append(now int64, n int, parts [][]byte) (uint64, error) {
	seq, ok, err := l.appendToTail(now, n, parts)
	if err == nil && !ok {
		seq, err = l.appendOne(now, n, parts)
	}
	return seq, err
}

func (l *log) appendOne(now int64, n int, parts [][]byte) (uint64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.begin(nil); err != nil {
		return 0, err
	}
	if err := l.reserve(n); err != nil {
		return 0, err
	}
	if err := l.stage(l.nextTime(now), parts...); err != nil {
		return 0, err
	}
	if err := l.commit(); err != nil {
		return 0, err
	}
	return l.lastSeq, nil
}

// admit says whether an append may begin.
func (l *log) admit(t *Turn) error {
	switch {
	case l.closed:
		return ErrClosed
	case l.room.turn != nil && l.room.turn != t:
		return ErrFull
	case l.place.err() != nil:
		return l.place.err()
	default:
		return l.withoutName()
	}
}

// begin is the beginning of an append to the segments: what was accepted before
// comes before it. It gives up the mutex while somebody writes a half, and keeps it from
// then on.
func (l *log) begin(t *Turn) error {
	l.awaitWriter()
	if err := l.admit(t); err != nil {
		return err
	}
	return l.flush()
}

// reserve makes sure that n bytes of payload stay within the bound and go to a
// segment that they fit into. What is staged for a segment is written before
// that segment ends.
func (l *log) reserve(n int) error {
	if alone := aloneBytes(n); alone > l.opt.MaxBytes {
		return fmt.Errorf("%w: %d bytes, and the journal holds %d", ErrTooLarge, n, l.opt.MaxBytes)
	}
	need, rotate := l.fit(n)
	if l.bytes+int64(len(l.staging.buf))+need > l.opt.MaxBytes {
		if err := l.commit(); err != nil {
			return err
		}
		l.markFull()
		return ErrFull
	}
	if rotate {
		return l.rotate()
	}
	return nil
}

// fit returns what n bytes of payload take behind what is staged, and whether
// they go to a new segment.
func (l *log) fit(n int) (need int64, rotate bool) {
	s := l.current
	if s == nil {
		return aloneBytes(n), false
	}
	end := s.size + int64(len(l.staging.buf))
	if end == 0 {
		return aloneBytes(n), false
	}
	if need = format.RecordBytes(end, n); end+need > l.opt.SegmentBytes {
		return aloneBytes(n), true
	}
	return need, false
}

// aloneBytes is the size of a segment with one record of n bytes.
func aloneBytes(n int) int64 {
	return format.SegmentHeaderBytes + format.RecordBytes(format.SegmentHeaderBytes, n)
}
