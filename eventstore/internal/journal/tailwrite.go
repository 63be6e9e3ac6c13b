// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"errors"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// awaitWriter waits until nobody writes a half. It gives up the mutex meanwhile.
func (l *log) awaitWriter() {
	for l.tail.writing {
		l.tail.idle.Wait()
	}
}

// write takes the records of a half to its segment, which is the current one. It gives
// up the mutex meanwhile, and nobody else writes a half. When the segment ended
// meanwhile, the records stay in the tail: they are void in that one.
func (l *log) write(h *half) error {
	t, s := &l.tail, h.segment
	records, begin, end := h.records[h.taken:], h.done, len(h.buf)
	file, data, at, ahead := s.file, h.buf[begin:end], h.start+int64(begin), l.reserveAhead(s)
	began := l.birth.elapsed()
	t.writing = true
	l.mu.Unlock()
	written, err := file.WriteAt(data, at)
	if ahead > 0 && (err != nil || file.Reserve(ahead) != nil) {
		ahead = 0
	}
	l.mu.Lock()
	t.writing = false
	t.idle.Broadcast()
	s.reserved = max(s.reserved, ahead)
	if s != l.current {
		return nil
	}
	err = l.take(h, records, begin, written, end-begin, err)
	if err == nil {
		h.since = began // what is there by now was appended meanwhile
	}
	return err
}

// writeNow is write for whoever keeps the mutex.
func (l *log) writeNow(h *half) error {
	written, err := h.segment.file.WriteAt(h.buf[h.done:], h.start+int64(h.done))
	return l.take(h, h.records[h.taken:], h.done, written, len(h.buf)-h.done, err)
}

// take accepts what the file system took of a half into the segment.
func (l *log) take(h *half, records []staged, begin, written, want int, err error) error {
	err = l.accept(h.segment, records, begin, written, want, h.since, err)
	l.leave(h)
	l.tail.failing = err != nil
	return err
}

// leave notes what of a half is in segments by now.
func (l *log) leave(h *half) {
	h.written(l.written)
	if h == l.tail.sealed && !h.waits() {
		l.tail.sealed = nil
	}
}

// writeOut writes to segments what lies in the tail by now, and gives up the mutex
// meanwhile: appends go on. What it cannot write stays there.
func (l *log) writeOut() error {
	t := &l.tail
	for target := l.lastSeq; l.written < target; {
		l.awaitWriter()
		h := t.sealed
		if !h.waits() {
			h = t.active
		}
		switch {
		case l.written >= target:
		case t.readOnly || t.closed || !h.waits() || t.isAstray(l.current):
			return l.flush()
		default:
			if err := l.write(h); err != nil {
				return err
			}
		}
	}
	return nil
}

// flush writes to segments what lies in the tail, and ends its halves: what comes next
// may go to the segments directly. It gives up the mutex while somebody writes a half,
// and keeps it from then on. What it cannot write stays there.
func (l *log) flush() error {
	l.awaitWriter()
	t := &l.tail
	if t.holds() {
		if t.closed {
			return ErrClosed
		}
		if err := l.writeAll(); err != nil {
			return err
		}
	}
	t.sealed, t.active = nil, nil
	t.failing = false
	if t.readOnly {
		// What stays in the file is known by its numbers.
		t.readOnly, t.obsolete = false, true
	}
	return nil
}

func (l *log) writeAll() error {
	t := &l.tail
	if err := l.writeAdopted(); err != nil {
		return err
	}
	for _, h := range []*half{t.sealed, t.active} {
		var err error
		switch {
		case !h.waits():
		case h.segment == l.current:
			err = l.writeNow(h)
		default:
			err = l.restage(h)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// restage writes the records of a half to another segment than the one that they were
// meant for, which has ended.
func (l *log) restage(h *half) error {
	l.staging.since = &h.since
	d := h.decode()
	var err error
	for item := d.Next(); item.Kind == format.Record && err == nil; item = d.Next() {
		err = l.stageAgain(item.Time, item.Payload)
	}
	err = errors.Join(err, l.commit()) // those before one that failed go their way
	l.staging.since = nil
	l.leave(h)
	return err
}

// stageAgain stages a record that was accepted before, behind what is staged.
func (l *log) stageAgain(time int64, payload []byte) error {
	if _, rotate := l.fit(len(payload)); rotate {
		if err := l.rotate(); err != nil {
			return err
		}
	}
	return l.stage(time, payload)
}

// writeAdopted writes what an earlier process left in its tail.
func (l *log) writeAdopted() error {
	a := &l.tail.adopted
	if len(a.records) == 0 {
		return nil
	}
	l.staging.since = new(elapsed)
	var err error
	for i := 0; i < len(a.records) && err == nil; i++ {
		e := a.records[i]
		if next := l.written + uint64(len(l.staging.records)) + 1; e.Seq > next {
			if err = l.commit(); err == nil {
				l.passGap(e.Seq - 1)
			}
		}
		if err == nil {
			err = l.stageAgain(e.Time, e.Payload)
		}
	}
	err = errors.Join(err, l.commit())
	l.staging.since = nil
	a.records = a.from(l.written + 1)
	if err != nil {
		return err
	}
	if a.behind > 0 {
		l.passGap(a.behind)
	}
	*a = adopted{}
	return nil
}

// passGap moves behind numbers that are lost, which end with last. The next number is
// another segment's.
func (l *log) passGap(last uint64) {
	if l.current != nil {
		l.current.lastSeq = last
		l.seal()
	}
	l.written = last
}

// flush writes what lies in the tail to segments, for a reader that has found nothing
// in them when the last record there was written. It reports whether there is
// something to read: what it writes itself, or what somebody else has written since.
// When it cannot write, item is the next record in the tail, if there is one: a disk
// that is full or fails must not keep anybody from reading.
func (r *Reader) flush(written uint64, item *format.Item) bool {
	l := &r.journal.log
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.written != written {
		return true
	}
	if !l.tail.holds() {
		return false
	}
	if err := l.writeOut(); err == nil || l.written != written {
		return true
	}
	// The sync loop tells why.
	*item = l.tail.read(max(r.next, l.written+1), &r.payload)
	return false
}

// endTail writes what lies in the tail to a segment for the last time.
func (l *log) endTail() error {
	err := l.flush()
	l.tail.closed = true
	return err
}
