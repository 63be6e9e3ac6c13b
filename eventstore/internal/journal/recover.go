// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// recover finds out what earlier processes left. It refuses what a later
// version wrote before it changes anything; it never changes a segment.
func (j *Journal) recover() error {
	entries, err := j.fs.ReadDir(j.dir)
	if err != nil {
		return err
	}
	found, size, foreign := list(j.dir, entries)
	j.bytes, j.recovery.Foreign = size, foreign
	known, damage, err := j.file.load(j.fs, j.dir)
	if err != nil {
		return err
	}
	p := j.file.latest
	s := &scan{fs: j.fs, report: j.report, recovery: &j.recovery, buf: make([]byte, chunkBytes), checkpoint: p, known: known, expected: p.Seq + 1, previous: max(p.Segment, 1) - 1}
	if damage != "" && !known {
		s.list(Damage{Reason: "checkpoint: " + damage})
	}
	if err := s.headers(found); err != nil {
		return err
	}
	tail, err := s.tail(j.dir)
	if err != nil {
		return err
	}
	if !known {
		s.begin(found, tail)
	}
	j.finished = s.expected - 1
	for _, seg := range found {
		if known && seg.number < p.Segment {
			seg.unread = true // done; its deletion was interrupted
			continue
		}
		if err := s.segment(seg); err != nil {
			return err
		}
	}
	tail = s.follow(tail)
	s.end(p)
	j.lastSeq, j.lastTime = s.expected-1, s.lastTime
	j.written = j.lastSeq
	if len(tail) > 0 {
		j.written = tail[0].Seq - 1
	}
	j.recovery.Recovered = j.lastSeq - j.finished
	j.recovery.Lost = j.recovery.Recovered - s.readable
	j.segments = found
	j.nextSegment = max(p.Segment, p.LastSegment+1, 1)
	if n := len(found); n > 0 {
		found[n-1].lastSeq = max(found[n-1].lastSeq, j.written)
		j.nextSegment = max(j.nextSegment, found[n-1].number+1)
	}
	for _, span := range s.lost.spans {
		j.lostCount += span.last - span.first + 1
	}
	j.lost = s.lost
	j.advance(j.finished)
	s.markCorrupt(found)
	j.copyAllCorrupt()
	j.adopt()
	there := slices.ContainsFunc(entries, func(e filesystem.Entry) bool { return e.Name == tailName })
	return j.take(tail, there)
}

// list tells the segments in a directory, their bytes, and what is not the journal's.
func list(dir string, entries []filesystem.Entry) (found []*segment, bytes int64, foreign []string) {
	for _, e := range entries {
		number, ok := format.ParseSegmentName(e.Name)
		switch {
		case ok && e.Regular:
			found = append(found, &segment{
				number: number, path: filepath.Join(dir, e.Name),
				start: format.SegmentHeaderBytes, bytes: e.Size, sealed: true,
			})
			bytes += e.Size
		case e.Name != lockName && e.Name != checkpointName && e.Name != tailName && e.Name != damagedName:
			foreign = append(foreign, e.Name)
		}
	}
	return found, bytes, foreign
}

// copyAllCorrupt copies the corrupt segments. What cannot be copied now is
// kept until it can.
func (j *Journal) copyAllCorrupt() {
	for _, s := range j.segments {
		if !s.corrupt {
			continue
		}
		to, err := j.copyCorrupt(s)
		if err != nil {
			j.report(fmt.Errorf("journal: copying corrupt segment: %w", err))
			continue
		}
		s.copied = to
		for i, d := range j.recovery.Damage {
			if d.Segment == s.number {
				j.recovery.Damage[i].CopiedTo = to
			}
		}
	}
}

// adopt leaves to the sync loop what earlier processes had no time for: their
// records may still be in the page cache alone, and segments that are done may
// still be there.
func (j *Journal) adopt() {
	j.resolved = j.finished
	for _, s := range j.segments {
		s.synced = j.finished
		if s.lastSeq > j.checkpoint {
			s.unsynced, j.dirty = true, true
			j.queue = append(j.queue, s)
		}
	}
	if len(j.queue) == 0 {
		j.resolved = j.written
	}
	if j.truncatable() > 0 {
		j.truncateDue = true
		j.wakeSyncer()
	}
}

// headers reads the headers of all segments.
func (s *scan) headers(found []*segment) error {
	broken := make(map[*segment]bool)
	for _, seg := range found {
		data, err := s.head(seg)
		if err != nil {
			return err
		}
		h, err := format.DecodeSegmentHeader(data, seg.number)
		if errors.Is(err, format.ErrVersion) {
			return fmt.Errorf("%s: %w", seg.path, err)
		}
		if err != nil {
			seg.headerDamage = err.Error()
			seg.headerTorn = len(data) < format.SegmentHeaderBytes || len(bytes.Trim(data, "\x00")) == 0
			broken[seg] = true
			continue
		}
		seg.firstSeq, seg.created = h.FirstSeq, h.Created
	}
	limit := uint64(unlimited)
	for i := len(found) - 1; i >= 0; i-- {
		seg := found[i]
		if broken[seg] {
			// What the header said, as far as the records tell.
			if err := s.guess(seg); err != nil {
				return err
			}
		}
		seg.limit = limit
		if seg.firstSeq != 0 {
			limit = seg.firstSeq
		}
	}
	return nil
}

// begin decides where the journal begins when there is no checkpoint: with the
// first sequence number that its first segment names, or without one its tail.
func (s *scan) begin(found []*segment, tail []Entry) {
	if len(found) == 0 && len(tail) > 0 {
		s.expected = tail[0].Seq
	}
	if len(found) == 0 || found[0].number == 1 {
		return // 1, as ever
	}
	for _, seg := range found {
		if seg.firstSeq != 0 {
			s.expected = seg.firstSeq
			return
		}
	}
}
