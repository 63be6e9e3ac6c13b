// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"sync"
	"sync/atomic"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// tail holds the last records of the journal: those that are accepted and in no
// segment yet. They lie in a file in mapped memory, which survives the death of
// the process as what write(2) was given does, and is no system call.
//
//	      append         ┌────────┐  full   ┌────────┐   write(2)   ┌─────────┐
//	───────────────────▶ │ active │ ──────▶ │ sealed │ ───────────▶ │ segment │
//	 under mu, no call   └────────┘         └────────┘  without mu  └─────────┘
//
// It has two halves. One takes records while the other is written to the current
// segment. Whoever needs what lies there writes it, a sync pass and the reader, and so does an append when
// they come too late: one at a time, and the others append meanwhile.
// What goes to the segments directly comes after all of it. The room in the segment is
// reserved before a record is accepted.
//
// The mutex of the log guards it.
type tail struct {
	file filesystem.File // nil while there is none

	halves [format.TailHalves]half
	active *half // takes records; nil while there is none
	sealed *half // is full, and not in the segment yet; nil while there is none
	// adopted comes before what is in the halves, of which there is none meanwhile.
	adopted adopted

	writing bool      // somebody writes a half, without the mutex
	idle    sync.Cond // nobody does any more
	failing bool      // the last one could not

	readOnly bool        // the file is not for use: an earlier process's, or broken
	obsolete bool        // nor is anything in it needed, once the segments are synced
	disabled atomic.Bool // there will be no file
	broken   error       // why, for OnError
	backOff  int         // so many appends make no attempt to have one
	closed   bool        // nothing is written any more
}

const (
	// fullBytes is when a half is full. The other one takes what comes while it is
	// written.
	fullBytes = 56 << 10
	// overdueBytes is how much is in no segment when an append writes it: whoever reads writes less than that earlier.
	overdueBytes = 48 << 10
	// unwrittenBytes is how much may be in no segment.
	unwrittenBytes = 64 << 10
	// maxTailRecord is the largest record that takes its way through the tail.
	maxTailRecord = 16 << 10
	// reserveBytes is what is reserved at once.
	reserveBytes = 1 << 20
	// backOffAppends is how many appends pass before it is tried again to get what a full disk refused.
	backOffAppends = 1000
)

// appendToTail accepts a record into the tail, where there is one and room.
func (l *log) appendToTail(now int64, n int, parts [][]byte) (seq uint64, ok bool, err error) {
	t := &l.tail
	if n > maxTailRecord || t.disabled.Load() {
		return 0, false, nil
	}
	l.lockSoon()
	defer l.mu.Unlock()
	most := format.MostRecordBytes(n)
	h, err := l.findHalf(most)
	if h == nil || err != nil {
		return 0, false, err
	}
	time := l.nextTime(now)
	begin := len(h.buf)
	h.buf = format.AppendRecord(h.buf, h.segment.number, h.end(), l.lastSeq+1, time, parts...)
	if err := t.store(h, begin); err != nil {
		h.buf = h.buf[:begin]
		l.breakTail(err)
		return 0, false, nil
	}
	if !h.waits() {
		h.since = l.birth.elapsed()
	}
	h.records = append(h.records, staged{h.start + int64(begin), len(h.buf), time})
	h.most += most
	if checkpoint := l.first.checkpoint.Load(); checkpoint == l.lastSeq {
		l.first.setOldest(checkpoint, time)
	}
	l.lastSeq++
	l.markDirty()
	seq = l.lastSeq
	if t.sealed.waits() && !t.writing && !t.failing && t.sealed.unwritten()+t.active.unwritten() > overdueBytes {
		// The record is accepted, whatever comes of this. A sync pass tells.
		_ = l.write(t.sealed)
	}
	return seq, true, nil
}

// findHalf returns the half that a record goes to, which takes that many bytes at
// most. There is room for it in the half, in the current segment, within the bound
// and on the disk. Without a half and an error, the record goes to a segment directly.
// It gives up the mutex while there is no room in the tail.
func (l *log) findHalf(most int64) (*half, error) {
	t := &l.tail
	for {
		if err := l.admit(nil); err != nil {
			return nil, err
		}
		if t.disabled.Load() {
			return nil, nil // it broke meanwhile
		}
		if h := t.active; h != nil && t.file != nil && h.fits(most) && t.sealed.unwritten()+h.unwritten()+most <= unwrittenBytes && l.roomInSegment(h.segment, most) && l.isReserved(most) {
			return h, nil
		}
		h, again, err := l.makeHalf(most)
		if !again {
			return h, err
		}
	}
}

// makeHalf makes room in the tail for a record that takes that many bytes at most, and
// returns the half. again says that it gave up the mutex, or wrote something: look again.
func (l *log) makeHalf(most int64) (_ *half, again bool, err error) {
	t := &l.tail
	switch h := t.active; {
	case t.readOnly || t.isAstray(l.current):
		err := l.flush()
		return nil, err == nil, err
	case h != nil && !h.waits():
		t.active = nil // all of it is in a segment
	case h != nil && !h.fits(most) && t.sealed == nil:
		t.sealed, t.active = h, nil
	}
	if h := t.active; h != nil && !h.fits(most) || t.sealed.unwritten()+h.unwritten()+most > unwrittenBytes {
		if t.writing {
			t.idle.Wait()
			return nil, true, nil
		}
		err := l.write(t.sealed)
		return nil, err == nil, err
	}
	if !l.reserveForTail(most) {
		return nil, false, nil
	}
	if t.active == nil {
		if err := l.beginHalf(); err != nil {
			l.breakTail(err)
			return nil, false, nil
		}
	}
	return t.active, false, nil
}

// roomInSegment reports whether the record of which so many bytes come behind what is
// in the tail finds room in a segment, the current one, and within the bound.
func (l *log) roomInSegment(s *segment, most int64) bool {
	return s != nil && s == l.current && s.size > 0 && l.end()+most <= l.opt.SegmentBytes &&
		l.bytes+l.tail.most()+most+format.SegmentHeaderBytes <= l.opt.MaxBytes
}

// isReserved reports whether that room is there, whatever fills the disk.
func (l *log) isReserved(most int64) bool { return l.end()+most <= l.current.reserved }

// end is the offset in the current segment behind what is in it and in the tail.
func (l *log) end() int64 {
	switch t := &l.tail; {
	case t.active != nil:
		return t.active.end()
	case t.sealed != nil:
		return t.sealed.end()
	default:
		return l.current.size
	}
}

// most is what the records of the halves take in segments at most.
func (t *tail) most() int64 { return t.halves[0].most + t.halves[1].most }

// holds reports whether a record is in the tail and in no segment.
func (t *tail) holds() bool {
	return len(t.adopted.records) > 0 || t.sealed.waits() || t.active.waits()
}

// isAstray reports whether records of a half wait for another segment than the
// current one.
func (t *tail) isAstray(current *segment) bool {
	return t.sealed.waits() && t.sealed.segment != current || t.active.waits() && t.active.segment != current
}

// read returns the record seq of the tail, or the next one that is there. Its payload
// goes to buf. Of one that is not there the kind is not Record.
func (t *tail) read(seq uint64, buf *[]byte) format.Item {
	if left := t.adopted.from(seq); len(left) > 0 {
		*buf = append((*buf)[:0], left[0].Payload...)
		return format.Item{Kind: format.Record, Seq: left[0].Seq, Time: left[0].Time, Payload: *buf}
	}
	h := t.find(seq)
	if h == nil {
		return format.Item{}
	}
	item := h.decodeFrom(int(seq - h.first)).Next()
	*buf = append((*buf)[:0], item.Payload...)
	item.Payload = *buf
	return item
}

// find returns the half with a record, nil when none has it.
func (t *tail) find(seq uint64) *half {
	for _, h := range []*half{t.sealed, t.active} {
		if h != nil && seq >= h.first && seq <= h.last() {
			return h
		}
	}
	return nil
}

// time returns when the record seq was appended, or the next one that is there, and a
// record before it.
func (t *tail) time(seq uint64) (time int64, from mark) {
	if left := t.adopted.from(seq); len(left) > 0 {
		return left[0].Time, mark{time: t.adopted.records[0].Time}
	}
	if h := t.find(seq); h != nil {
		return h.records[seq-h.first].time, mark{time: h.records[min(h.taken, len(h.records)-1)].time, age: h.since}
	}
	return 0, mark{}
}
