// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
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
	journal  *Journal
	consumer *Consumer

	mu      sync.Mutex // guards what follows, against Close and NewReader
	closed  bool
	segment *segment
	file    filesystem.File
	decoder format.Decoder
	buf     []byte
	payload []byte // of a record that is read from the tail
	next    uint64 // the sequence number that is expected next
}

// Rewind goes back to the record behind the checkpoint.
func (r *Reader) Rewind() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.release()
	r.segment = nil
	r.next = r.consumer.progress.next()
}

// Next returns the next record and waits for one. The error is that of ctx,
// ErrClosed, or why a segment could not be opened, in which case the next call
// tries again.
func (r *Reader) Next(ctx context.Context) (Entry, error) {
	j, waits := r.journal, &r.consumer.readers
	for {
		if e, ok, err := r.TryNext(); ok || err != nil {
			return e, err
		}
		// Whoever appends looks at the flag after the record is in: either it
		// is seen here or its sender sees the flag.
		waits.waiting.Store(true)
		e, ok, err := r.TryNext()
		if !ok && err == nil {
			select {
			case <-waits.wake:
			case <-ctx.Done():
				err = ctx.Err()
			case <-j.lifecycle.closing:
				err = ErrClosed
			}
		}
		waits.waiting.Store(false)
		if ok || err != nil {
			return e, err
		}
	}
}

// Watch returns a channel that receives when there may be another record, for
// whoever waits for other things too: call TryNext once more, then wait, then
// call Unwatch.
func (r *Reader) Watch() <-chan struct{} {
	r.consumer.readers.waiting.Store(true)
	return r.consumer.readers.wake
}

// Unwatch ends Watch: appends need not wake the reader.
func (r *Reader) Unwatch() { r.consumer.readers.waiting.Store(false) }

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
		var item format.Item
		switch ok, err := r.load(&item); {
		case item.Kind == format.Record:
			return r.deliver(item), true, nil
		case !ok || err != nil:
			return Entry{}, false, err
		}
	}
}

func (r *Reader) deliver(item format.Item) Entry {
	e := Entry{Seq: item.Seq, Time: item.Time, Payload: item.Payload}
	if item.Seq > r.next {
		e.Lost = r.consumer.markLost(r.next, item.Seq-1)
	}
	r.next = item.Seq + 1
	return e
}

// load gets the decoder more bytes, of this segment or the next; false means
// that there are none yet, or that item is a record that can be read from memory alone.
func (r *Reader) load(item *format.Item) (bool, error) {
	l := &r.journal.log
	l.mu.Lock()
	finished := r.consumer.progress.next() - 1
	s := r.segment
	if s == nil {
		s = l.nextReadable(0, finished)
	}
	var following *segment
	var size int64
	var last uint64
	written := l.written
	if s != nil {
		size, last = s.size, s.lastSeq
		if s.sealed {
			following = l.nextReadable(s.number, finished)
		}
	}
	l.mu.Unlock()
	if s == nil {
		return r.flush(written, item), nil
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
		r.consumer.markLost(r.next, last)
	}
	if following == nil {
		return r.flush(written, item), nil
	}
	return true, r.enter(following)
}

// enter goes on with a segment.
func (r *Reader) enter(s *segment) error {
	r.release()
	r.segment = nil
	file, err := r.open(s)
	if err != nil {
		return fmt.Errorf("journal: read: %w", err)
	}
	j := r.journal
	j.log.mu.Lock()
	offset := s.find(r.next).offset
	j.log.mu.Unlock()
	r.segment, r.file = s, file
	r.decoder.Reset(s.number, offset, s.limit)
	return nil
}

// open opens a segment for reading, or joins the log when that has it open.
func (r *Reader) open(s *segment) (filesystem.File, error) {
	j := r.journal
	j.log.mu.Lock()
	if s.file != nil {
		defer j.log.mu.Unlock()
		return s.file.join(), nil
	}
	j.log.mu.Unlock()
	file, err := j.fs.Open(filepath.Join(j.dir, format.SegmentName(s.number)))
	if errors.Is(err, fs.ErrNotExist) {
		return absent{}, nil // deleted since, or lost
	}
	return file, err
}

func (r *Reader) release() {
	if r.file != nil {
		r.journal.report(r.file.Close())
		r.file = nil
	}
}

// leave moves behind a segment of which all is done.
func (r *Reader) leave(s *segment) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.segment == s {
		r.release()
		r.segment = nil
	}
}

func (r *Reader) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	r.release()
}

// markCorrupt notes damage in the segment that is read.
func (r *Reader) markCorrupt(err error) {
	if r.journal.log.markCorrupt(r.segment) {
		r.journal.report(err)
	}
}
