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
	l := &j.log
	l.bytes, j.recovery.Foreign = size, foreign
	known, damage, err := j.checkpoint.file.load(j.fs, j.dir)
	if err != nil {
		return err
	}
	latest := j.checkpoint.file.latest
	if err := j.takeUp(latest); err != nil {
		return err
	}
	p := latest.Rearmost() // some consumer reads from here on
	s := &scan{
		fs: j.fs, report: j.report, recovery: &j.recovery, buf: make([]byte, chunkBytes),
		checkpoint: p, known: known, expected: p.Seq + 1, previous: max(p.Segment, 1) - 1,
	}
	if damage != "" && !known {
		s.list(Damage{Reason: "checkpoint: " + damage})
	}
	if err := s.headers(found); err != nil {
		return err
	}
	left, err := s.tail(j.dir)
	if err != nil {
		return err
	}
	if !known {
		s.begin(found, left)
	}
	begins := s.expected - 1
	for _, seg := range found {
		if known && seg.number < p.Segment {
			seg.unread = true // done; its deletion was interrupted
			continue
		}
		if err := j.opt.Interrupted(); err != nil {
			return err
		}
		if err := s.segment(seg); err != nil {
			return err
		}
	}
	tail := s.follow(left)
	s.end(latest)
	l.lastSeq, l.lastTime = s.expected-1, s.lastTime
	l.inherited = l.lastSeq
	l.written = l.lastSeq
	if len(tail) > 0 {
		l.written = tail[0].Seq - 1
	}
	l.segments = found
	l.nextSegment = max(latest.LastSegment+1, lastKept(entries)+1)
	for _, position := range latest.Consumers {
		l.nextSegment = max(l.nextSegment, position.Segment)
	}
	if n := len(found); n > 0 {
		found[n-1].lastSeq = max(found[n-1].lastSeq, l.written)
		l.nextSegment = max(l.nextSegment, found[n-1].number+1)
	}
	placed := j.startConsumers(latest, begins, &s.lost)
	j.recovery.Recovered = l.lastSeq - j.first.progress.next() + 1
	j.recovery.Lost = j.first.progress.snapshot().lost
	s.markCorrupt(found)
	j.adopt(begins)
	there := slices.ContainsFunc(entries, func(e filesystem.Entry) bool { return e.Name == tailName })
	if placed {
		// Else a process that dies soon leaves no place, and the next one begins behind what this one appended.
		if err := j.checkpoint.save(true); err != nil {
			return fmt.Errorf("noting where a new consumer begins: %w", err)
		}
	}
	return l.adoptTail(tail, there)
}

// takeUp adds the consumers of earlier processes that this one does not declare: what
// they have not done is kept.
func (j *Journal) takeUp(latest format.Checkpoint) error {
	for _, p := range latest.Consumers {
		if p.Name != "" && j.find(p.Name) == nil {
			j.addConsumer(p.Name, false)
		}
	}
	if n := len(j.consumers.all); n > format.MaxConsumers {
		return fmt.Errorf("journal: %d consumers, those of earlier processes included; at most %d: drop those that are no more", n, format.MaxConsumers)
	}
	return nil
}

// startConsumers sets where each consumer begins. One that no checkpoint knows begins
// where the first one does, or at the end. Without a checkpoint, all begin with the
// first record there is. placed says that one begins at the end.
func (j *Journal) startConsumers(latest format.Checkpoint, begins uint64, lost *ranges) (placed bool) {
	first := begins
	if len(latest.Consumers) > 0 {
		first = latest.First().Seq
	}
	for _, c := range j.consumers.all {
		p, ok := latest.Find(c.name)
		switch {
		case ok:
		case len(latest.Consumers) > 0 && j.opt.AtEnd(c.name):
			p.Seq, placed = j.log.lastSeq, true
		default:
			p.Seq = first
		}
		var missing ranges
		missing.spans = slices.Clone(lost.spans)
		missing.drop(p.Seq)
		c.progress.start(p.Seq, missing)
	}
	return placed
}

// list tells the segments in a directory, their bytes, and what is not the journal's.
func list(dir string, entries []filesystem.Entry) (found []*segment, bytes int64, foreign []string) {
	for _, e := range entries {
		number, ok := format.ParseSegmentName(e.Name)
		switch {
		case ok && e.Regular:
			found = append(found, &segment{
				number: number, path: filepath.Join(dir, e.Name),
				start: format.SegmentHeaderBytes, bytes: e.Size, modified: e.Modified, sealed: true,
			})
			bytes += e.Size
		case e.Name != lockName && e.Name != checkpointName && e.Name != tailName && e.Name != damagedName && !IsKept(e.Name):
			foreign = append(foreign, e.Name)
		}
	}
	return found, bytes, foreign
}

// adopt leaves to the sync loop what earlier processes had no time for: their
// records may still be in the page cache alone, and segments that are done may
// still be there.
func (j *Journal) adopt(finished uint64) {
	l := &j.log
	checkpoint := j.consumers.done()
	j.syncer.resolved = finished
	for _, s := range l.segments {
		s.synced = finished
		if s.lastSeq > checkpoint {
			s.unsynced, l.dirty = true, true
			l.unsynced = append(l.unsynced, s)
		}
	}
	if len(l.unsynced) == 0 {
		j.syncer.resolved = l.written
	}
	if l.truncatable() > 0 {
		l.truncateDue = true
		l.wakeSyncer.send()
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
func (s *scan) begin(found []*segment, tail leftTail) {
	if first := tail.first(); len(found) == 0 && first > 0 {
		s.expected = first
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
