// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"fmt"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// Walk calls f with the records behind the checkpoint, in order, until it returns false. It writes nothing and does not
// open the journal, as [Inspect]: what is appended meanwhile may be missing, and so may be what is delivered meanwhile.
// Damage is passed over; Lost of an entry is not set. files nil is the operating system's.
func Walk(dir string, files FS, f func(Entry) bool) error {
	if files == nil {
		files = filesystem.OS()
	}
	latest, known, _, err := readCheckpoint(files, dir)
	if err != nil {
		return fmt.Errorf("journal: walk: %w", err)
	}
	p := latest.First()
	s := &scan{fs: present{files}, report: func(error) {}, recovery: &Recovery{}, buf: make([]byte, chunkBytes), expected: p.Seq + 1}
	// Before the segments are listed: what leaves it for one meanwhile is found there.
	tail, err := s.tail(dir)
	if err != nil {
		return fmt.Errorf("journal: walk: %w", err)
	}
	entries, err := files.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("journal: walk: %w", err)
	}
	found, _, _ := list(dir, entries)
	if err := s.headers(found); err != nil {
		return err
	}
	if !known {
		s.begin(found, tail)
	}
	for _, seg := range found {
		if known && seg.number < p.Segment {
			continue
		}
		if known && seg.number == p.Segment {
			seg.start = max(seg.start, p.Offset)
		}
		if more, err := s.walk(seg, f); !more || err != nil {
			return err
		}
	}
	for _, e := range tail.records {
		if e.Seq >= s.expected && !f(e) {
			return nil
		}
	}
	return nil
}

func (s *scan) walk(seg *segment, f func(Entry) bool) (more bool, err error) {
	file, size, err := s.open(seg)
	if err != nil {
		return false, err
	}
	defer file.Close()
	d := &s.decoder
	d.Reset(seg.number, seg.start, seg.limit)
	// What was before it and cannot be read is lost.
	s.expected = max(s.expected, s.proved+1)
	if seg.headerDamage == "" {
		s.expected = max(s.expected, seg.firstSeq)
	}
	defer func() { s.proved = d.Proved() }()
	for {
		switch item := d.Next(); item.Kind {
		case format.Record:
			if item.Seq < s.expected {
				continue
			}
			s.expected = item.Seq + 1
			if !f(Entry{Seq: item.Seq, Time: item.Time, Payload: item.Payload}) {
				return false, nil
			}
		case format.End:
			return true, nil
		case format.More:
			offset := d.Offset()
			if offset >= size {
				return true, nil
			}
			data, _ := readChunk(file, s.buf, offset, size)
			d.Load(data)
		}
	}
}
