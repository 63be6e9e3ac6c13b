// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
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
// The mutex of the journal guards it.
type tail struct {
	file filesystem.File // nil while there is none

	size    int64 // of what is in the file
	most    int64 // that the records take in a segment, at most
	records []tailRecord
	payload []byte // of the records, one after the other
	frame   []byte // the record that is put into the file

	left   bool        // the file is not for use: an earlier process's, or broken
	stays  bool        // nor is anything in it needed, once the segments are synced
	none   atomic.Bool // there will be no file
	broken error       // why, for OnError
	pause  int         // so many appends make no attempt to have one
	ended  bool        // nothing is written any more
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
	// pauseAppends is how many appends pass before it is tried again to get what a full disk refused.
	pauseAppends = 1000
)

// zeros are what a tail without records has.
var zeros [tailBytes]byte

// appendToTail accepts a record into the tail, where there is one and room.
func (j *Journal) appendToTail(n int, parts [][]byte) (seq uint64, ok bool, err error) {
	if n > maxTailRecord || j.tail.none.Load() {
		return 0, false, nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.admit(nil); err != nil {
		return 0, false, err
	}
	if j.tail.none.Load() {
		return 0, false, nil // it broke meanwhile
	}
	if ok, err := j.roomInTail(n); !ok || err != nil {
		return 0, false, err
	}
	t := &j.tail
	time := j.nextTime(j.opt.Now().UnixNano())
	t.frame = format.AppendRecord(t.frame[:0], tailSegment, t.size, j.lastSeq+1, time, parts...)
	if _, err := t.file.WriteAt(t.frame, t.size); err != nil {
		// What arrived of it is no record, and least of all when it is whole.
		_, _ = t.file.WriteAt(zeros[:len(t.frame)], t.size)
		j.breakTail(err)
		return 0, false, nil
	}
	if j.lastSeq == j.checkpoint {
		j.age.set(j.checkpoint, time)
	}
	for _, p := range parts {
		t.payload = append(t.payload, p...)
	}
	t.records = append(t.records, tailRecord{len(t.payload), time})
	t.size += int64(len(t.frame))
	t.most += format.MostRecordBytes(n)
	j.lastSeq++
	j.markDirty()
	return j.lastSeq, true, nil
}

// roomInTail reports whether a record of n bytes finds room in the tail, and
// will find room in the current segment, within the bound and on the disk.
func (j *Journal) roomInTail(n int) (bool, error) {
	t := &j.tail
	most := format.MostRecordBytes(n)
	if t.left || t.size+most > tailBytes {
		if err := j.flush(); err != nil {
			return false, err
		}
	}
	s := j.current
	if s == nil || s.size+t.most+most > j.opt.SegmentBytes || j.bytes+t.most+most+format.SegmentHeaderBytes > j.opt.MaxBytes {
		return false, nil
	}
	if t.file != nil && s.size+t.most+most <= s.reserved {
		return true, nil
	}
	if t.stays {
		return false, nil
	}
	if t.pause > 0 {
		t.pause--
		return false, nil
	}
	err := j.extend(s)
	if err == nil && t.file == nil {
		err = j.openTail()
	}
	switch {
	case err == nil:
		return s.size+t.most+most <= s.reserved, nil
	case errors.Is(err, errors.ErrUnsupported):
		t.none.Store(true)
	default:
		// A disk that is full, most likely. Without the tail, each append tells for itself.
		t.pause = pauseAppends
	}
	return false, nil
}

// extend reserves room behind what is in a segment and will be.
func (j *Journal) extend(s *segment) error {
	to := min(s.size+j.tail.most+reserveBytes, j.opt.SegmentBytes)
	err := s.file.Reserve(to)
	if err == nil {
		s.reserved = to
	}
	return err
}

// openTail creates the file.
func (j *Journal) openTail() error {
	path := filepath.Join(j.dir, tailName)
	file, err := j.fs.Map(path, tailBytes)
	if err != nil {
		return err
	}
	header := format.AppendSegmentHeader(nil, format.SegmentHeader{Segment: tailSegment, FirstSeq: j.lastSeq + 1, Created: j.lastTime})
	if _, err := file.WriteAt(header, 0); err != nil {
		return errors.Join(err, file.Close(), j.fs.Remove(path))
	}
	j.tail.file, j.tail.size = file, format.SegmentHeaderBytes
	return nil
}

// flush writes what lies in the tail to segments. What it cannot write stays
// there.
func (j *Journal) flush() error {
	t := &j.tail
	if len(t.records) == 0 {
		return nil
	}
	if t.ended {
		return ErrClosed
	}
	before := j.written
	err := j.stageTail()
	if err == nil {
		err = j.commit()
	}
	t.drop(int(j.written - before))
	if err != nil {
		return err
	}
	j.clearTail()
	return nil
}

func (j *Journal) stageTail() error {
	start := 0
	for _, r := range j.tail.records {
		payload := j.tail.payload[start:r.end]
		start = r.end
		if _, rotate := j.fit(len(payload)); rotate {
			if err := j.rotate(); err != nil {
				return err
			}
		}
		if err := j.stage(r.time, payload); err != nil {
			// Those before it go their way.
			return errors.Join(err, j.commit())
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

// clearTail takes out of the file what is in segments.
func (j *Journal) clearTail() {
	t := &j.tail
	switch {
	case t.left:
		// What stays there is known by its numbers.
		t.left, t.stays = false, true
	case t.file != nil:
		if _, err := t.file.WriteAt(zeros[:t.size-format.SegmentHeaderBytes], format.SegmentHeaderBytes); err != nil {
			j.breakTail(err)
		}
		t.size = format.SegmentHeaderBytes
	}
}

// breakTail gives up a file that cannot be written to. Its records are in memory
// too, and go to a segment with the next append.
func (j *Journal) breakTail(err error) {
	t := &j.tail
	t.none.Store(true)
	t.broken = fmt.Errorf("journal: tail: %w", err)
	t.left = len(t.records) > 0
	t.stays = !t.left
	j.markDirty()
}

// removeTail removes a file in which nothing is needed. Only the sync loop calls
// it, after a pass that synced what was in it: until then it may be the only
// place on the disk.
func (j *Journal) removeTail() error {
	err := j.fs.Remove(filepath.Join(j.dir, tailName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("journal: remove tail: %w", err)
	}
	j.mu.Lock()
	j.tail.stays = false
	j.mu.Unlock()
	return nil
}

// endTail writes what lies in the tail to a segment for the last time.
func (j *Journal) endTail() error {
	err := j.flush()
	j.tail.ended = true
	return err
}

// closeTail removes the file unless there is something in it that is in no
// segment, which the next process finds.
func (j *Journal) closeTail() error {
	t := &j.tail
	t.none.Store(true)
	if t.file == nil {
		return nil
	}
	err := t.file.Close()
	t.file = nil
	if len(t.records) > 0 {
		return err
	}
	if removed := j.fs.Remove(filepath.Join(j.dir, tailName)); !errors.Is(removed, fs.ErrNotExist) {
		err = errors.Join(err, removed)
	}
	return err
}
