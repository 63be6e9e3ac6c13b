// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"fmt"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// scan goes through the segments behind the checkpoint as a reader will, and
// counts.
type scan struct {
	fs         FS
	report     func(error)
	recovery   *Recovery
	buf        []byte
	decoder    format.Decoder
	checkpoint format.Position
	known      bool // there is a checkpoint

	expected uint64 // the next sequence number
	readable uint64
	lastTime int64
	lost     ranges
	previous uint64 // number of the segment before
	left     *segment
	proved   uint64 // what the fragments of that segment prove to have been
	pending  []flaw // since the last readable record

	// For whoever only looks: what is done is read too, a file that vanishes is no error, and records are shown.
	whole bool
	seen  func(*segment, format.Item)
	read  func(bytes int) error // an error ends the scan
}

// flaw is damage of which it is not known yet what it cost. An append that a
// kill or a power failure interrupted leaves bytes that end too early or are zeros.
type flaw struct {
	Damage
	torn bool
}

// open opens a segment for reading.
func (s *scan) open(seg *segment) (filesystem.File, int64, error) {
	file, err := s.fs.Open(seg.path)
	if err != nil {
		return nil, 0, err
	}
	size, err := file.Size()
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", seg.path, err)
	}
	return file, size, nil
}

// head reads the bytes of a segment's header.
func (s *scan) head(seg *segment) ([]byte, error) {
	file, size, err := s.open(seg)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, _ := readChunk(file, s.buf, 0, min(size, format.SegmentHeaderBytes))
	return data, nil
}

// guess finds the first sequence number of a segment without its header.
func (s *scan) guess(seg *segment) error {
	file, size, err := s.open(seg)
	if err != nil {
		return err
	}
	defer file.Close()
	s.decoder.Reset(seg.number, format.SegmentHeaderBytes, unlimited)
	for s.decoder.First() == 0 {
		switch s.decoder.Next().Kind {
		case format.More:
			if s.decoder.Offset() >= size {
				return nil
			}
			data, _ := readChunk(file, s.buf, s.decoder.Offset(), size)
			s.decoder.Load(data)
		}
	}
	seg.firstSeq = s.decoder.First()
	return nil
}

// segment reads a segment from the checkpoint, or from its beginning.
func (s *scan) segment(seg *segment) error {
	file, size, err := s.open(seg)
	if err != nil {
		return err
	}
	defer file.Close()
	if s.known && seg.number == s.checkpoint.Segment && !s.whole {
		seg.unread = s.checkpoint.Offset > seg.start
		seg.start = max(seg.start, s.checkpoint.Offset)
	}
	end := size
	if s.whole && s.known && seg.number == s.checkpoint.Segment && s.checkpoint.Offset > seg.start {
		end = min(end, s.checkpoint.Offset)
	}
	s.enter(seg, size)
	seg.size = seg.start
	d := &s.decoder
	d.Reset(seg.number, seg.start, seg.limit)
	for {
		item := d.Next()
		switch item.Kind {
		case format.Record:
			s.record(seg, item)
			continue
		case format.Damage:
			s.damage(seg, item)
			continue
		case format.More:
			if offset := d.Offset(); offset < end {
				data, err := readChunk(file, s.buf, offset, end)
				if err != nil {
					s.report(fmt.Errorf("%w: %s: %w", ErrCorrupt, seg.path, err))
				}
				d.Load(data)
				if s.read != nil {
					if err := s.read(len(data)); err != nil {
						return err
					}
				}
				continue
			}
		}
		if item, ok := d.Finish(); ok {
			s.damage(seg, item)
		}
		if item.Kind == format.More && end < size {
			// Damage in what is done goes no further: whoever reads begins here.
			if len(s.pending) > 0 {
				s.resolve(0, Damage{})
			}
			d.Reset(seg.number, end, seg.limit)
			end = size
			continue
		}
		s.leave(seg)
		return nil
	}
}

// enter begins a segment. Its header proves how far those before it went.
func (s *scan) enter(seg *segment, size int64) {
	if s.proved >= s.expected {
		s.resolveProved()
		s.left.lastSeq = max(s.left.lastSeq, s.expected-1)
	}
	if seg.firstSeq > s.expected && seg.headerDamage == "" {
		if missing := s.previous + 1; len(s.pending) == 0 && missing != seg.number && (s.known || s.previous != 0) {
			s.pending = append(s.pending, flaw{Damage: Damage{Segment: missing, Reason: "segment file is missing"}})
		}
		s.resolve(seg.firstSeq-1, Damage{Segment: max(s.previous, 1), Reason: "sequence ends too early"})
	}
	s.tear()
	if seg.headerDamage != "" && seg.start == format.SegmentHeaderBytes {
		d := Damage{Segment: seg.number, Bytes: min(size, format.SegmentHeaderBytes), Reason: seg.headerDamage}
		s.pending = append(s.pending, flaw{d, seg.headerTorn})
	}
	s.previous = seg.number
	seg.lastSeq = s.expected - 1
}

// leave ends a segment: what its fragments prove to have been there was there. It may be in the tail, so that this is
// resolved with the next segment, or at the end.
func (s *scan) leave(seg *segment) {
	s.left, s.proved = seg, s.decoder.Proved()
	seg.lastSeq = max(seg.lastSeq, s.expected-1)
}

// resolveProved puts down as lost what the fragments of the segment before prove.
func (s *scan) resolveProved() {
	s.resolve(s.proved, Damage{Segment: s.left.number, Reason: "sequence ends too early"})
}

func (s *scan) record(seg *segment, item format.Item) {
	seg.size = item.Offset + item.Bytes
	seg.note(item.Seq, item.Offset, item.Time, 0)
	s.lastTime = max(s.lastTime, item.Time)
	if s.seen != nil {
		s.seen(seg, item)
	}
	if item.Seq < s.expected {
		if s.whole && len(s.pending) > 0 {
			s.resolve(0, Damage{}) // before something that is done: nothing that waits is lost there
		}
		return
	}
	if item.Seq > s.expected || len(s.pending) > 0 {
		s.resolve(item.Seq-1, Damage{Segment: seg.number, Offset: item.Offset, Reason: "gap in the sequence"})
	}
	s.expected = item.Seq + 1
	s.readable++
	seg.lastSeq = item.Seq
}

func (s *scan) damage(seg *segment, item format.Item) {
	if n := len(s.pending); n > 0 {
		if d := &s.pending[n-1]; d.Segment == seg.number && d.Offset+d.Bytes == item.Offset {
			d.Bytes += item.Bytes
			d.torn = d.torn && item.Torn
			return
		}
	}
	d := Damage{Segment: seg.number, Offset: item.Offset, Bytes: item.Bytes, Reason: item.Reason}
	s.pending = append(s.pending, flaw{d, item.Torn})
}

// resolve puts the damage since the last readable record down as the reason
// why everything up to last is lost; otherwise is the reason when there is none.
func (s *scan) resolve(last uint64, otherwise Damage) {
	if len(s.pending) == 0 {
		s.pending = append(s.pending, flaw{Damage: otherwise})
	}
	if last >= s.expected {
		s.pending[0].FirstSeq, s.pending[0].LastSeq = s.expected, last
		s.lost.add(s.expected, last)
		s.expected = last + 1
	}
	for _, d := range s.pending {
		s.list(d.Damage)
	}
	s.pending = s.pending[:0]
}

// tear drops flaws at the end of a segment behind which nothing is known to
// have been. Most come from an append that was never acknowledged; what does
// not look like that is listed, and kept.
func (s *scan) tear() {
	for _, d := range s.pending {
		if d.torn {
			s.recovery.TornBytes += d.Bytes
		} else {
			s.list(d.Damage)
		}
	}
	s.pending = s.pending[:0]
}

func (s *scan) list(d Damage) {
	s.recovery.Damage = append(s.recovery.Damage, d)
}

// end ends the scan. The last segment and the checkpoint prove how far the journal went.
func (s *scan) end(c format.Checkpoint) {
	if s.proved >= s.expected {
		s.resolveProved()
	}
	last, segment := c.LastSeq, s.previous
	for _, p := range c.Consumers {
		last, segment = max(last, p.Seq), max(segment, p.Segment)
	}
	if last >= s.expected {
		s.resolve(last, Damage{Segment: segment, Reason: "sequence ends too early"})
	}
	s.tear()
}

// markCorrupt marks the segments in which there is damage.
func (s *scan) markCorrupt(found []*segment) {
	for _, d := range s.recovery.Damage {
		for _, seg := range found {
			if seg.number == d.Segment && d.Bytes > 0 {
				seg.corrupt = true
			}
		}
	}
}
