// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"context"
	"errors"
	"fmt"
)

// AppendBatch writes records, each the concatenation of its parts, with
// consecutive sequence numbers, one write for each segment that they touch.
// What it leaves in the files is what as many calls of Append leave that come
// at the same moment.
//
// n is how many were appended, from the front; the first has the sequence
// number first. Without an error these are all. An error is about the record n:
// it and those behind it were not appended, as with Append. ErrTooLarge and
// ErrClosed come before anything is written; ErrFull comes when the rest does
// not fit, after what does. A write that fails leaves those that it wrote
// whole. A kill in the midst leaves some from the front.
func (j *Journal) AppendBatch(records [][][]byte) (first uint64, n int, err error) {
	return j.appendBatch(nil, records)
}

func (j *Journal) appendBatch(t *Turn, records [][][]byte) (first uint64, n int, err error) {
	if i, size := j.tooLarge(records); i >= 0 {
		return 0, 0, fmt.Errorf("%w: record %d of the batch has %d bytes", ErrTooLarge, i, size)
	}
	j.mu.Lock()
	before := j.lastSeq
	err = j.appendAll(t, records)
	n = int(j.lastSeq - before)
	if t != nil && n > 0 && errors.Is(err, ErrFull) {
		j.turn = t
	}
	j.mu.Unlock()
	if n > 0 {
		j.wakeReader()
	}
	return before + 1, n, err
}

func (j *Journal) appendAll(t *Turn, records [][][]byte) error {
	if err := j.begin(t); err != nil {
		return err
	}
	now := j.opt.Now().UnixNano()
	for _, parts := range records {
		err := j.reserve(total(parts))
		if err == nil {
			err = j.stage(j.nextTime(now), parts...)
		}
		if err != nil {
			return err
		}
	}
	return j.commit()
}

// tooLarge returns the first record that can never be appended, -1 for none.
func (j *Journal) tooLarge(records [][][]byte) (i, size int) {
	for i, parts := range records {
		if n := total(parts); n > MaxRecordBytes || aloneBytes(n) > j.opt.MaxBytes {
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

// Turn keeps a batch together that waits for room in its midst: from the
// moment when some of its records were appended and ErrFull was returned for
// the rest, every other append gets ErrFull too, until End. So the sequence
// numbers of the batch follow each other, and later appends cannot starve it.
// One goroutine may use a Turn.
type Turn struct {
	journal *Journal
	ended   chan struct{}
}

// NewTurn returns a turn, to be ended by its End.
func (j *Journal) NewTurn() *Turn { return &Turn{journal: j, ended: make(chan struct{})} }

// AppendBatch is [Journal.AppendBatch] within the turn.
func (t *Turn) AppendBatch(records [][][]byte) (first uint64, n int, err error) {
	return t.journal.appendBatch(t, records)
}

// WaitSpace is [Journal.WaitSpace] within the turn.
func (t *Turn) WaitSpace(ctx context.Context) error { return t.journal.waitSpace(ctx, t) }

// End lets others in again. It is called once.
func (t *Turn) End() {
	j := t.journal
	j.mu.Lock()
	if j.turn == t {
		j.turn = nil
	}
	j.mu.Unlock()
	close(t.ended)
}
