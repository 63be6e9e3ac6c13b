// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// tail reads the records that the tail begins with and that follow each other.
// Most of the time an earlier process took all of them to a segment, and there
// is none: what does not look like a record was never one, or is none any more.
// The error is ErrVersion, or why the file could not be opened.
func (s *scan) tail(dir string) (records []Entry, err error) {
	path := filepath.Join(dir, tailName)
	file, err := s.fs.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	size, err := file.Size()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	data, err := readChunk(file, s.buf, 0, min(size, tailBytes))
	if err != nil {
		s.list(Damage{Reason: fmt.Sprintf("the tail cannot be read: %v", err)})
	}
	switch _, err := format.DecodeSegmentHeader(data, tailSegment); {
	case errors.Is(err, format.ErrVersion):
		return nil, fmt.Errorf("%s: %w", path, err)
	case err != nil:
		return nil, nil // it was never finished
	}
	s.decoder.Reset(tailSegment, format.SegmentHeaderBytes, unlimited)
	s.decoder.Load(data[format.SegmentHeaderBytes:])
	for {
		item := s.decoder.Next()
		if item.Kind != format.Record || len(records) > 0 && item.Seq != records[len(records)-1].Seq+1 {
			return records, nil
		}
		records = append(records, Entry{Seq: item.Seq, Time: item.Time, Payload: bytes.Clone(item.Payload)})
	}
}

// follow goes on with the records of the tail that are in no segment, and
// returns them. They prove how far the segments went.
func (s *scan) follow(tail []Entry) []Entry {
	for len(tail) > 0 && tail[0].Seq < s.expected {
		tail = tail[1:]
	}
	if len(tail) == 0 {
		return nil
	}
	if first := tail[0].Seq; first > s.expected {
		s.resolve(first-1, Damage{Segment: max(s.previous, 1), Reason: "sequence ends too early"})
	}
	s.tear()
	last := tail[len(tail)-1]
	s.expected = last.Seq + 1
	s.readable += uint64(len(tail))
	s.lastTime = max(s.lastTime, last.Time)
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
	for _, r := range records {
		t.payload = append(t.payload, r.Payload...)
		t.records = append(t.records, tailRecord{len(t.payload), r.Time})
		t.most += format.MostRecordBytes(len(r.Payload))
	}
	l.markDirty()
	if last := records[len(records)-1].Seq; last == l.lastSeq {
		return nil
	}
	// What follows them is lost. The next number is another segment's.
	t.gap = true
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
