// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// leftTail is what stands in the file of a tail.
type leftTail struct {
	records []Entry // in order; numbers between them may be missing
	written uint64  // everything up to here was in segments when the last half began
}

// tail reads the records of a tail. What does not look like a record was never one, or
// is none any more. The error is ErrVersion, or why the file could not be opened.
func (s *scan) tail(dir string) (leftTail, error) {
	path := filepath.Join(dir, tailName)
	file, err := s.fs.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return leftTail{}, nil
	}
	if err != nil {
		return leftTail{}, err
	}
	defer file.Close()
	size, err := file.Size()
	if err != nil {
		return leftTail{}, fmt.Errorf("%s: %w", path, err)
	}
	data, err := s.tailBytes(file, min(size, format.TailBytes))
	if err != nil {
		s.list(Damage{Reason: fmt.Sprintf("the tail cannot be read: %v", err)})
	}
	switch version, err := format.DecodeTailHeader(data); {
	case errors.Is(err, format.ErrVersion):
		return leftTail{}, fmt.Errorf("%s: %w", path, err)
	case err != nil:
		return leftTail{}, nil // it was never finished
	case version == 1:
		return s.tail1(data), nil
	default:
		return s.tail2(data), nil
	}
}

// tailAttempts is how often a tail is read again in which a half began meanwhile: its
// process takes longer for that than a reader for all of it, but for a moment.
const tailAttempts = 1000

// tailBytes reads the file of a tail. Its process may append to it meanwhile; that it
// begins a half shows in the headers.
func (s *scan) tailBytes(file filesystem.File, size int64) (data []byte, err error) {
	for range tailAttempts {
		before := halfHeaders(file, size)
		data, err = readChunk(file, s.buf, 0, size)
		if err != nil || bytes.Equal(before, halfHeaders(file, size)) {
			break
		}
		runtime.Gosched()
	}
	return data, err
}

// halfHeaders reads the headers of both halves.
func halfHeaders(file filesystem.File, size int64) []byte {
	headers := make([]byte, format.TailHalves*format.HalfHeaderBytes)
	for i := range format.TailHalves {
		if at, _ := format.Half(i); at+format.HalfHeaderBytes <= size {
			_, _ = file.ReadAt(headers[i*format.HalfHeaderBytes:][:format.HalfHeaderBytes], at)
		}
	}
	return headers
}

// tail1 finds the records of a tail of version 1.
func (s *scan) tail1(data []byte) leftTail {
	if _, err := format.DecodeSegmentHeader(data, 0); err != nil {
		return leftTail{}
	}
	records := s.run(0, format.SegmentHeaderBytes, data[format.SegmentHeaderBytes:min(len(data), 2*format.BlockBytes)], 0)
	if len(records) == 0 {
		return leftTail{}
	}
	return leftTail{records, records[0].Seq - 1}
}

// tail2 finds the records of both halves.
func (s *scan) tail2(data []byte) (left leftTail) {
	var runs [][]Entry
	for i := range format.TailHalves {
		begin, end := format.Half(i)
		half := data[min(begin, int64(len(data))):min(end, int64(len(data)))]
		header, err := format.DecodeHalfHeader(half)
		if err != nil {
			continue // it was never begun, or is being begun
		}
		left.written = max(left.written, header.Written)
		if run := s.run(header.Segment, header.Offset, half[format.HalfHeaderBytes:], header.FirstSeq); len(run) > 0 {
			runs = append(runs, run)
		}
	}
	if len(runs) == format.TailHalves && runs[0][0].Seq > runs[1][0].Seq {
		runs[0], runs[1] = runs[1], runs[0]
	}
	for _, run := range runs {
		for _, e := range run {
			if n := len(left.records); n == 0 || e.Seq > left.records[n-1].Seq {
				left.records = append(left.records, e)
			}
		}
	}
	return left
}

// run returns the records at the beginning of data that follow each other, from a
// sequence number on, or with 0 from the one that the first of them has.
func (s *scan) run(segment uint64, offset int64, data []byte, seq uint64) (records []Entry) {
	s.decoder.Reset(segment, offset, unlimited)
	s.decoder.Load(data)
	for {
		item := s.decoder.Next()
		if item.Kind != format.Record || seq != 0 && item.Seq != seq {
			return records
		}
		records = append(records, Entry{Seq: item.Seq, Time: item.Time, Payload: bytes.Clone(item.Payload)})
		seq = item.Seq + 1
	}
}

// first returns the number of the first record that was in no segment, or else of the
// first that there is; 0 without any.
func (t *leftTail) first() uint64 {
	if len(t.records) == 0 {
		return 0
	}
	for _, e := range t.records {
		if e.Seq > t.written {
			return e.Seq
		}
	}
	return t.records[0].Seq
}

// follow goes on with the records of the tail that are in no segment, and
// returns them. They prove how far the segments went.
func (s *scan) follow(left leftTail) []Entry {
	tail := left.records
	for len(tail) > 0 && tail[0].Seq < s.expected {
		tail = tail[1:]
	}
	for i, e := range tail {
		if e.Seq > s.expected {
			s.resolve(e.Seq-1, Damage{Segment: max(s.previous, 1), Reason: "sequence ends too early"})
		}
		if i == 0 {
			s.tear()
		}
		s.expected = e.Seq + 1
		s.readable++
		s.lastTime = max(s.lastTime, e.Time)
	}
	return tail
}

// adoptTail makes the tail of an earlier process that of this one. The file, when
// there is one, stays until all of it is durable in a segment.
func (l *log) adoptTail(records []Entry, there bool) error {
	t := &l.tail
	if len(records) == 0 {
		if t.obsolete = there; there {
			l.markDirty()
		}
		return nil
	}
	t.readOnly = true
	t.adopted.records = records
	l.markDirty()
	if last := records[len(records)-1].Seq; last == l.lastSeq {
		return nil
	}
	// What follows them is lost.
	t.adopted.behind = l.lastSeq
	switch err := l.flush(); {
	case err == nil:
		return nil
	case filesystem.IsFull(err):
		return nil // it is tried again before anything is appended
	default:
		for _, s := range l.segments {
			if s.file != nil {
				err = errors.Join(err, s.file.Close())
			}
		}
		return err
	}
}
