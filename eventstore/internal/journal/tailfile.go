// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// zeros are what lies behind the records of a half.
var zeros [format.TailBytes]byte

// reserveForTail makes sure of the file, and of room on the disk for a record of so
// many bytes at most. It reports whether both are there.
func (l *log) reserveForTail(most int64) bool {
	t, s := &l.tail, l.current
	if !l.roomInSegment(s, most) {
		return false
	}
	if t.file != nil && l.isReserved(most) {
		return true
	}
	if t.obsolete {
		return false
	}
	if t.backOff > 0 {
		t.backOff--
		return false
	}
	err := l.extend(s)
	if err == nil && t.file == nil {
		err = l.openTail()
	}
	switch {
	case err == nil:
		return l.isReserved(most)
	case errors.Is(err, errors.ErrUnsupported):
		t.disabled.Store(true)
	default:
		// A disk that is full, most likely. Without the tail, each append tells for itself.
		t.backOff = backOffAppends
	}
	return false
}

// extend reserves room behind what is in a segment and will be.
func (l *log) extend(s *segment) error {
	to := min(l.end()+reserveBytes, l.opt.SegmentBytes)
	err := s.file.Reserve(to)
	if err == nil {
		s.reserved = to
	}
	return err
}

// reserveAhead returns how long a segment shall get, when the room that is reserved
// will soon be used up; 0 when it will not.
func (l *log) reserveAhead(s *segment) int64 {
	to := min(l.end()+reserveBytes, l.opt.SegmentBytes)
	if s.reserved == 0 || s.reserved-l.end() > reserveBytes/4 || to <= s.reserved {
		return 0
	}
	return to
}

// openTail creates the file.
func (l *log) openTail() error {
	t := &l.tail
	path := filepath.Join(l.dir, tailName)
	file, err := l.fs.Map(path, format.TailBytes)
	if err != nil {
		return err
	}
	if _, err := file.WriteAt(format.AppendTailHeader(nil), 0); err != nil {
		return errors.Join(err, file.Close(), l.fs.Remove(path))
	}
	for i := range t.halves {
		t.halves[i] = newHalf(i)
	}
	t.file = file
	return nil
}

// beginHalf begins the half that is free, behind what is in the segment and in the
// other half. All that it had is in segments.
func (l *log) beginHalf() error {
	t := &l.tail
	h := &t.halves[0]
	if t.sealed == h {
		h = &t.halves[1]
	}
	start := l.end()
	h.buf = format.AppendHalfHeader(h.buf[:0], format.HalfHeader{
		Segment: l.current.number, Offset: start, FirstSeq: l.lastSeq + 1, Written: l.written,
	})
	header := append(h.buf, zeros[:terminatorBytes]...)
	h.buf = h.buf[:0]
	if _, err := t.file.WriteAt(header, h.at); err != nil {
		return err
	}
	h.segment, h.start, h.first = l.current, start, l.lastSeq+1
	h.records, h.taken, h.done, h.most = h.records[:0], 0, 0, 0
	t.active = h
	return nil
}

// store puts what is in the heap of a half from begin on into the file. What arrived of
// it when that fails is no record, and least of all when it is whole.
func (t *tail) store(h *half, begin int) error {
	end := len(h.buf)
	frame := append(h.buf, zeros[:terminatorBytes]...)[begin:min(end+terminatorBytes, h.room)]
	at := h.at + format.HalfHeaderBytes + int64(begin)
	_, err := t.file.WriteAt(frame, at)
	if err != nil {
		_, _ = t.file.WriteAt(zeros[:len(frame)], at)
	}
	return err
}

// erase takes out of the file what is in segments, and has been.
func (l *log) erase() error {
	t := &l.tail
	if err := l.flush(); err != nil || t.file == nil || t.disabled.Load() {
		return err
	}
	begin, _ := format.Half(0)
	if _, err := t.file.WriteAt(zeros[begin:], begin); err != nil {
		l.breakTail(err)
	}
	return nil
}

// breakTail gives up a file that cannot be written to. Its records are in memory
// too, and go to a segment with the next append.
func (l *log) breakTail(err error) {
	t := &l.tail
	t.disabled.Store(true)
	t.broken = fmt.Errorf("journal: tail: %w", err)
	l.leaveTail()
}

// loseTail forgets a file that has no name any more. Its records are in memory too,
// and go to a segment.
func (l *log) loseTail() {
	l.tail.file = nil
	l.leaveTail()
}

func (l *log) leaveTail() {
	t := &l.tail
	t.readOnly = t.holds()
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
	if t.holds() || l.place.err() != nil {
		return err
	}
	if removed := l.fs.Remove(filepath.Join(l.dir, tailName)); !errors.Is(removed, fs.ErrNotExist) {
		err = errors.Join(err, removed)
	}
	return err
}
