// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"sort"
	"sync"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// Entry is one record.
type Entry struct {
	Seq     uint64
	Time    int64  // of append, nanoseconds since 1970; strictly rising with Seq
	Payload []byte // valid until the next call of the reader
	Lost    uint64 // sequence numbers before this one that damage made unreadable
}

// Reader reads the records of a journal in order. It sees whole records that
// Append has acknowledged and nothing else. Its methods may be called from one
// goroutine at a time, concurrently with those of the journal.
type Reader struct {
	journal *Journal

	mu      sync.Mutex // against Close
	closed  bool
	segment *segment
	file    filesystem.File
	decoder format.Decoder
	buf     []byte
	next    uint64 // the sequence number that is expected next
}

// NewReader returns a reader that begins behind the checkpoint. A journal has
// one reader: the one before it gets ErrClosed.
func (j *Journal) NewReader() *Reader {
	r := &Reader{journal: j, buf: make([]byte, chunkBytes)}
	j.mu.Lock()
	before := j.reader
	j.reader = r
	r.closed = j.isClosing
	r.next = j.finished + 1
	j.mu.Unlock()
	if before != nil {
		before.close()
	}
	return r
}

// Rewind goes back to the record behind the checkpoint.
func (r *Reader) Rewind() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.release()
	r.segment = nil
	r.journal.mu.Lock()
	r.next = r.journal.finished + 1
	r.journal.mu.Unlock()
}

// Next returns the next record and waits for one. The error is that of ctx,
// ErrClosed, or why a segment could not be opened, in which case the next call
// tries again.
func (r *Reader) Next(ctx context.Context) (Entry, error) {
	j := r.journal
	for {
		if e, ok, err := r.TryNext(); ok || err != nil {
			return e, err
		}
		// Whoever appends looks at the flag after the record is in: either it
		// is seen here or its sender sees the flag.
		j.waiting.Store(true)
		e, ok, err := r.TryNext()
		if !ok && err == nil {
			select {
			case <-j.wakeNext:
			case <-ctx.Done():
				err = ctx.Err()
			case <-j.closing:
				err = ErrClosed
			}
		}
		j.waiting.Store(false)
		if ok || err != nil {
			return e, err
		}
	}
}

// TryNext returns the next record; ok is false when there is none yet. The
// error is as for Next. It never waits.
func (r *Reader) TryNext() (e Entry, ok bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return Entry{}, false, ErrClosed
	}
	for {
		if r.segment != nil {
			switch item := r.decoder.Next(); item.Kind {
			case format.Record:
				if item.Seq >= r.next {
					return r.deliver(item), true, nil
				}
				continue
			case format.Damage:
				r.markCorrupt(fmt.Errorf("%w: segment %d, %d bytes from %d: %s", ErrCorrupt, r.segment.number, item.Bytes, item.Offset, item.Reason))
				continue
			}
		}
		if ok, err := r.load(); !ok || err != nil {
			return Entry{}, false, err
		}
	}
}

func (r *Reader) deliver(item format.Item) Entry {
	e := Entry{Seq: item.Seq, Time: item.Time, Payload: item.Payload}
	if item.Seq > r.next {
		e.Lost = r.journal.markLost(r.next, item.Seq-1)
	}
	r.next = item.Seq + 1
	return e
}

// load gets the decoder more bytes, of this segment or the next; false means
// that there are none yet.
func (r *Reader) load() (bool, error) {
	j := r.journal
	j.mu.Lock()
	s := r.segment
	if s == nil {
		s = j.nextReadable(0)
	}
	var following *segment
	var size int64
	var last uint64
	if s != nil {
		size, last = s.size, s.lastSeq
		if s.sealed {
			following = j.nextReadable(s.number)
		}
	}
	j.mu.Unlock()
	if s == nil {
		return j.more()
	}
	if r.segment == nil {
		return true, r.enter(s)
	}
	if offset := r.decoder.Offset(); offset < size {
		data, err := readChunk(r.file, r.buf, offset, size)
		if err != nil {
			r.markCorrupt(fmt.Errorf("%w: segment %d: %w", ErrCorrupt, s.number, err))
		}
		r.decoder.Load(data)
		return true, nil
	}
	if following != nil {
		last = max(last, following.firstSeq-1)
	}
	if r.next <= last {
		j.markLost(r.next, last)
	}
	if following == nil {
		return j.more()
	}
	return true, r.enter(following)
}

// more gets the reader what lies in the tail; false means that nothing does.
func (j *Journal) more() (bool, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.tail.records) == 0 {
		return false, nil
	}
	if err := j.flush(); err != nil {
		return false, fmt.Errorf("journal: read: %w", err)
	}
	return true, nil
}

// enter goes on with a segment.
func (r *Reader) enter(s *segment) error {
	r.release()
	r.segment = nil
	j := r.journal
	file, err := j.fs.Open(filepath.Join(j.dir, format.SegmentName(s.number)))
	if errors.Is(err, fs.ErrNotExist) {
		// Deleted since, or lost.
		file, err = absent{}, nil
	}
	if err != nil {
		return fmt.Errorf("journal: read: %w", err)
	}
	j.mu.Lock()
	offset := s.find(r.next).offset
	j.mu.Unlock()
	r.segment, r.file = s, file
	r.decoder.Reset(s.number, offset, s.limit)
	return nil
}

// markCorrupt notes damage in the segment that is read. Nothing more is written to
// it: damage costs the rest of its block to whoever reads the file again.
func (r *Reader) markCorrupt(err error) {
	r.journal.mu.Lock()
	known := r.segment.corrupt
	r.segment.corrupt = true
	if r.segment == r.journal.current {
		r.journal.seal()
	}
	r.journal.mu.Unlock()
	if !known {
		r.journal.report(err)
	}
}

func (r *Reader) release() {
	if r.file != nil {
		r.journal.report(r.file.Close())
		r.file = nil
	}
}

func (r *Reader) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	r.release()
}

// following returns the first segment with something in it whose number is
// above the given one; nil when there is none.
func (j *Journal) nextReadable(number uint64) *segment {
	i := sort.Search(len(j.segments), func(i int) bool { return j.segments[i].number > number })
	for ; i < len(j.segments); i++ {
		if s := j.segments[i]; s.size > s.start && s.lastSeq > j.finished {
			return s
		}
	}
	return nil
}

// markLost notes that sequence numbers are lost and returns how many of them were
// not done.
func (j *Journal) markLost(first, last uint64) uint64 {
	j.mu.Lock()
	first = max(first, j.finished+1)
	if first > last {
		j.mu.Unlock()
		return 0
	}
	added := j.lost.add(first, last)
	j.lostCount += added
	j.advance(j.checkpoint)
	j.mu.Unlock()
	if added > 0 {
		j.report(fmt.Errorf("%w: records %d to %d are lost", ErrCorrupt, first, last))
	}
	return last - first + 1
}
