// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"errors"
	"fmt"
)

// AppendBatch writes records, each the concatenation of its parts, with
// consecutive sequence numbers, one write for each segment that they touch.
// What it leaves in the files is what as many calls of Append at the same moment
// leave.
//
// n is how many were appended, from the front; the first has the sequence
// number first. Without an error these are all. An error is about the record n:
// it and those behind it were not appended, as with Append. ErrTooLarge and
// ErrClosed are returned before anything is written, ErrFull when the rest does
// not fit, after what does. A write that fails leaves those that it wrote
// whole. A kill in the midst leaves some from the front.
func (j *Journal) AppendBatch(records [][][]byte) (first uint64, n int, err error) {
	return j.appendBatch(nil, 0, records)
}

func (j *Journal) appendBatch(t *Turn, now int64, records [][][]byte) (first uint64, n int, err error) {
	if i, size := j.log.tooLarge(records); i >= 0 {
		return 0, 0, fmt.Errorf("%w: record %d of the batch has %d bytes", ErrTooLarge, i, size)
	}
	first, n, err = j.log.appendBatch(t, now, records)
	if n == 0 && j.place.isBack(err) {
		first, n, err = j.log.appendBatch(t, now, records)
	}
	if n > 0 {
		j.consumers.notify()
	}
	return first, n, err
}

func (l *log) appendBatch(t *Turn, now int64, records [][][]byte) (first uint64, n int, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.awaitWriter() // others append meanwhile, and no more after it
	before := l.lastSeq
	err = l.appendAll(t, now, records)
	n = int(l.lastSeq - before)
	if t != nil && n > 0 && errors.Is(err, ErrFull) {
		l.room.turn = t
	}
	return before + 1, n, err
}

func (l *log) appendAll(t *Turn, now int64, records [][][]byte) error {
	if err := l.begin(t); err != nil {
		return err
	}
	if now == 0 {
		now = l.opt.Now().UnixNano()
	}
	for _, parts := range records {
		err := l.reserve(total(parts))
		if err == nil {
			err = l.stage(l.nextTime(now), parts...)
		}
		if err != nil {
			return err
		}
	}
	return l.commit()
}

// tooLarge returns the first record that can never be appended, -1 for none.
func (l *log) tooLarge(records [][][]byte) (i, size int) {
	for i, parts := range records {
		if n := total(parts); n > MaxRecordBytes || aloneBytes(n) > l.opt.MaxBytes {
			return i, n
		}
	}
	return -1, 0
}

func total(parts [][]byte) int {
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	return n
}
