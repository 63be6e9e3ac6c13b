// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"errors"
	"sync/atomic"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// tail holds the last records of the journal: those that are accepted and in no
// segment yet. They lie in a file in mapped memory, which survives the death of
// the process as what write(2) was given does, and is no system call. One
// write(2) then takes all of them to the current segment: when the tail is full,
// before an fsync, when the reader wants them, and before anything that goes to
// the segments directly. The room in the segment is reserved before a record is
// accepted.
//
// The mutex of the log guards it.
type tail struct {
	file filesystem.File // nil while there is none

	size    int64 // of what is in the file
	most    int64 // that the records take in a segment, at most
	records []tailRecord
	since   elapsed // the first of them
	payload []byte  // of the records, one after the other
	frame   []byte  // the record that is put into the file

	readOnly bool        // the file is not for use: an earlier process's, or broken
	obsolete bool        // nor is anything in it needed, once the segments are synced
	disabled atomic.Bool // there will be no file
	broken   error       // why, for OnError
	backOff  int         // so many appends make no attempt to have one
	closed   bool        // nothing is written any more
	gap      bool        // behind the records there are numbers that are lost
}

// tailRecord is a record in the tail.
type tailRecord struct {
	end  int // of its payload
	time int64
}

const (
	// tailBytes is the size of the file: what is written to a segment at once.
	tailBytes = 2 * format.BlockBytes
	// tailSegment is the number of the tail where a segment has its own.
	tailSegment = 0
	// maxTailRecord is the largest record that takes its way through the tail.
	maxTailRecord = 16 << 10
	// reserveBytes is what is reserved at once.
	reserveBytes = 1 << 20
	// backOffAppends is how many appends pass before it is tried again to get what a full disk refused.
	backOffAppends = 1000
)

// zeros are what a tail without records has.
var zeros [tailBytes]byte

// appendToTail accepts a record into the tail, where there is one and room.
func (l *log) appendToTail(now int64, n int, parts [][]byte) (seq uint64, ok bool, err error) {
	if n > maxTailRecord || l.tail.disabled.Load() {
		return 0, false, nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.admit(nil); err != nil {
		return 0, false, err
	}
	if l.tail.disabled.Load() {
		return 0, false, nil // it broke meanwhile
	}
	if ok, err := l.roomInTail(n); !ok || err != nil {
		return 0, false, err
	}
	t := &l.tail
	time := l.nextTime(now)
	t.frame = format.AppendRecord(t.frame[:0], tailSegment, t.size, l.lastSeq+1, time, parts...)
	if _, err := t.file.WriteAt(t.frame, t.size); err != nil {
		// What arrived of it is no record, and least of all when it is whole.
		_, _ = t.file.WriteAt(zeros[:len(t.frame)], t.size)
		l.breakTail(err)
		return 0, false, nil
	}
	if checkpoint := l.first.checkpoint.Load(); checkpoint == l.lastSeq {
		l.first.setOldest(checkpoint, time)
	}
	if len(t.records) == 0 {
		t.since = l.birth.elapsed()
	}
	for _, p := range parts {
		t.payload = append(t.payload, p...)
	}
	t.records = append(t.records, tailRecord{len(t.payload), time})
	t.size += int64(len(t.frame))
	t.most += format.MostRecordBytes(n)
	l.lastSeq++
	l.markDirty()
	return l.lastSeq, true, nil
}

// roomInTail reports whether a record of n bytes finds room in the tail, and
// will find room in the current segment, within the bound and on the disk.
func (l *log) roomInTail(n int) (bool, error) {
	t := &l.tail
	most := format.MostRecordBytes(n)
	if t.readOnly || t.size+most > tailBytes {
		if err := l.flush(); err != nil {
			return false, err
		}
	}
	s := l.current
	if s == nil || s.size+t.most+most > l.opt.SegmentBytes || l.bytes+t.most+most+format.SegmentHeaderBytes > l.opt.MaxBytes {
		return false, nil
	}
	if t.file != nil && s.size+t.most+most <= s.reserved {
		return true, nil
	}
	if t.obsolete {
		return false, nil
	}
	if t.backOff > 0 {
		t.backOff--
		return false, nil
	}
	err := l.extend(s)
	if err == nil && t.file == nil {
		err = l.openTail()
	}
	switch {
	case err == nil:
		return s.size+t.most+most <= s.reserved, nil
	case errors.Is(err, errors.ErrUnsupported):
		t.disabled.Store(true)
	default:
		// A disk that is full, most likely. Without the tail, each append tells for itself.
		t.backOff = backOffAppends
	}
	return false, nil
}

// flush writes what lies in the tail to segments. What it cannot write stays
// there.
func (l *log) flush() error {
	t := &l.tail
	if len(t.records) == 0 {
		return nil
	}
	if t.closed {
		return ErrClosed
	}
	before := l.written
	err := l.stageTail()
	if err == nil {
		err = l.commit()
	}
	t.drop(int(l.written - before))
	if err != nil {
		return err
	}
	l.clearTail()
	if t.gap {
		l.passGap()
	}
	return nil
}

// passGap moves behind the numbers that are lost behind a tail which is in a segment by now.
func (l *log) passGap() {
	l.tail.gap = false
	l.current.lastSeq = l.lastSeq
	l.seal()
	l.written = l.lastSeq
}

// flush writes what lies in the tail to segments, for a reader that has found nothing
// in them when the last record there was written. It reports whether there is
// something to read: what it writes itself, or what a sync pass has written since.
// When it cannot write, item is the next record in the tail, if there is one: a disk
// that is full or fails must not keep anybody from reading.
func (r *Reader) flush(written uint64, item *format.Item) bool {
	l := &r.journal.log
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.written != written {
		return true
	}
	if len(l.tail.records) == 0 {
		return false
	}
	if err := l.flush(); err == nil || l.written != written {
		return true
	}
	// The sync loop tells why.
	*item = l.tail.read(max(r.next, l.written+1), l.written+1, &r.payload)
	return false
}

// read returns a record of the tail, whose first one is given. Its payload goes to buf. Of one that is not there the kind is
// not Record.
func (t *tail) read(seq, first uint64, buf *[]byte) format.Item {
	i := seq - first
	if i >= uint64(len(t.records)) {
		return format.Item{}
	}
	start := 0
	if i > 0 {
		start = t.records[i-1].end
	}
	*buf = append((*buf)[:0], t.payload[start:t.records[i].end]...)
	return format.Item{Kind: format.Record, Seq: seq, Time: t.records[i].time, Payload: *buf}
}

func (l *log) stageTail() error {
	start := 0
	for _, r := range l.tail.records {
		payload := l.tail.payload[start:r.end]
		start = r.end
		if _, rotate := l.fit(len(payload)); rotate {
			if err := l.rotate(); err != nil {
				return err
			}
		}
		if err := l.stage(r.time, payload); err != nil {
			// Those before it go their way.
			return errors.Join(err, l.commit())
		}
	}
	return nil
}

// drop forgets the first n records.
func (t *tail) drop(n int) {
	if n == 0 {
		return
	}
	start := t.records[n-1].end
	t.most = 0
	kept := t.records[:0]
	for _, r := range t.records[n:] {
		kept = append(kept, tailRecord{r.end - start, r.time})
	}
	t.records = kept
	t.payload = append(t.payload[:0], t.payload[start:]...)
	begin := 0
	for _, r := range t.records {
		t.most += format.MostRecordBytes(r.end - begin)
		begin = r.end
	}
}

// endTail writes what lies in the tail to a segment for the last time.
func (l *log) endTail() error {
	err := l.flush()
	l.tail.closed = true
	return err
}
