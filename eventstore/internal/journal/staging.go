// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"errors"
	"fmt"
	"io"
	"sort"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// staging is what goes to the end of the current segment with the next write.
// The mutex of the log guards it; nothing is left in it between two calls.
type staging struct {
	buf     []byte
	records []staged
	since   *elapsed // when the first one was appended, where that was not now
}

// staged is where a record lies.
type staged struct {
	offset int64 // in the segment
	end    int   // in the buffer
	time   int64
}

const (
	// keepBytes and keepRecords are the memory that is kept for the next append.
	keepBytes   = 1 << 20
	keepRecords = 4096
)

func (g *staging) reset() {
	g.buf, g.records = g.buf[:0], g.records[:0]
	if cap(g.buf) > keepBytes {
		g.buf = nil
	}
	if cap(g.records) > keepRecords {
		g.records = nil
	}
}

// nextTime returns the time of the next record. Even one that is refused in the end
// uses up its time: what it may have left in the file must not look like a part
// of the next. now is what the clock says; 0 has it read.
func (l *log) nextTime(now int64) int64 {
	if now == 0 {
		now = l.opt.Now().UnixNano()
	}
	l.lastTime = max(now, l.lastTime+1)
	return l.lastTime
}

// stage prepares a record, for which there is room, to be written.
func (l *log) stage(time int64, parts ...[]byte) error {
	if l.current == nil {
		if err := l.create(); err != nil {
			l.markFullDisk(err)
			return fmt.Errorf("journal: new segment: %w", err)
		}
	}
	s, g := l.current, &l.staging
	seq := l.written + uint64(len(g.records)) + 1
	offset := s.size + int64(len(g.buf))
	if offset == 0 {
		// Header and record are one write, so that a segment has both or none.
		g.buf = format.AppendSegmentHeader(g.buf, format.SegmentHeader{Segment: s.number, FirstSeq: seq, Created: time})
		offset = format.SegmentHeaderBytes
		s.firstSeq, s.lastSeq, s.synced = seq, seq-1, seq-1
	}
	g.buf = format.AppendRecord(g.buf, s.number, offset, seq, time, parts...)
	g.records = append(g.records, staged{offset, len(g.buf), time})
	return nil
}

// commit writes what is staged. What counts is what was taken: a record is
// refused only when a part of it is missing, so that it can never be found
// whole, whatever happens later. Those before it are accepted, the error is about the
// others.
func (l *log) commit() error {
	s, g := l.current, &l.staging
	if len(g.records) == 0 {
		return nil
	}
	defer g.reset()
	age := l.birth.elapsed()
	if g.since != nil {
		age = *g.since
	}
	written, err := s.file.WriteAt(g.buf, s.size)
	return l.accept(s, g.records, 0, written, len(g.buf), age, err)
}

// accept takes into the journal what the file system has of records, which lie in a
// buffer from begin on: so many bytes were written of those wanted, and err is why.
// age is that of the first record.
func (l *log) accept(s *segment, records []staged, begin, written, wanted int, age elapsed, err error) error {
	whole := sort.Search(len(records), func(i int) bool { return records[i].end > begin+written })
	if whole > 0 {
		l.count(s, records[:whole], begin, age)
	}
	if written == wanted {
		if s.size > s.reserved {
			l.room.disk = false
		}
		return nil
	}
	if err == nil {
		err = io.ErrShortWrite
	}
	err = errors.Join(err, l.rollBack())
	l.markFullDisk(err)
	return fmt.Errorf("journal: append: %w", err)
}

// count counts records that the segment has.
func (l *log) count(s *segment, records []staged, begin int, age elapsed) {
	if checkpoint := l.first.checkpoint.Load(); checkpoint == l.written {
		l.first.setOldest(checkpoint, records[0].time)
	}
	for _, r := range records {
		l.written++
		s.note(l.written, r.offset, r.time, age)
	}
	l.lastSeq = max(l.lastSeq, l.written)
	n := int64(records[len(records)-1].end - begin)
	s.size += n
	s.bytes = s.size
	s.lastSeq = l.written
	l.bytes += n
	l.markUnsynced(s)
}

// rollBack truncates what a failed write may have left behind the last good
// offset. When that fails too, the segment ends here: the next one begins with
// the sequence number that was refused, which makes it void in this one. One
// without a record is removed.
func (l *log) rollBack() error {
	s := l.current
	s.reserved = 0 // truncating gives it back
	if err := s.file.Truncate(s.size); err != nil {
		if s.size > 0 || l.fs.Remove(s.path) != nil {
			l.seal()
		} else {
			l.current, l.segments = nil, l.segments[:len(l.segments)-1]
			err = errors.Join(err, s.file.Close())
		}
		return fmt.Errorf("rolling back: %w", err)
	}
	if s.size > 0 {
		l.markUnsynced(s)
	}
	return nil
}
