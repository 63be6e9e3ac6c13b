// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// Inspection is what [Inspect] found.
type Inspection struct {
	Held   bool // a process has the journal open
	Holder int  // its id, 0 when that could not be read

	// Consumers are the consumers after the first one, whose checkpoint the others
	// of these numbers are about.
	Consumers     []ConsumerPosition
	HasCheckpoint bool
	Checkpoint    uint64 // everything up to here is done
	LastSeq       uint64 // the last number that was given out
	Backlog       uint64 // records behind the checkpoint that can be read
	Segments      []SegmentInfo
	// Recovery is what Open would find.
	Recovery Recovery
	// Damaged are the files in DamagedDir, the folder of damaged segments.
	DamagedDir string
	Damaged    []filesystem.Entry
}

// ConsumerPosition says how far a consumer is.
type ConsumerPosition struct {
	Name       string
	Checkpoint uint64 // everything up to here is done
	Bytes      int64  // of the records behind that, as far as they can be read
	Oldest     int64  // when the first of them was appended; nanoseconds since 1970, 0 without one
}

// see counts a record that the consumer has not done.
func (c *ConsumerPosition) see(seq uint64, time int64, payload []byte) {
	if seq <= c.Checkpoint {
		return
	}
	c.Bytes += int64(len(payload))
	if c.Oldest == 0 {
		c.Oldest = time
	}
}

// SegmentInfo is what there is to say of a segment's file.
type SegmentInfo struct {
	Number            uint64
	FirstSeq, LastSeq uint64 // of the records that can be read; both 0 without any
	Records           uint64 // that can be read
	Backlog           uint64 // those of them behind the checkpoint
	Bytes             int64
	Created           int64 // nanoseconds since 1970; 0 when the header cannot be read
}

// InspectOptions are the settings of [Inspect]. The zero value is ready for use.
type InspectOptions struct {
	FS      FS                 // nil is the operating system's
	Restart func()             // before records are shown from the first on
	Backlog func(Entry)        // each record behind the checkpoint that can be read, in order
	Read    func(of, to int64) // how many bytes were read, of how many
}

// Inspect looks at a journal without opening it: it writes nothing, and does not keep anybody from opening it. Another
// process may have it open, append to it and delete from it meanwhile. What it tells is then that of the moment when it
// began, and what only looks damaged because it was written or deleted while it was read is not told.
//
// It reads all segments; once more, when it found damage in a journal that is open.
func Inspect(ctx context.Context, dir string, o InspectOptions) (Inspection, error) {
	if o.FS == nil {
		o.FS = filesystem.OS()
	}
	found, err := o.pass(ctx, dir)
	if err != nil || len(found.Recovery.Damage) == 0 || !found.Held {
		return found, err
	}
	again, err := o.pass(ctx, dir)
	if err != nil {
		return again, err
	}
	again.confirm(found.Recovery.Damage)
	return again, nil
}

// place names damage across two passes.
type place struct {
	segment uint64
	offset  int64
	reason  string
}

// confirm drops damage that was not there before.
func (i *Inspection) confirm(before []Damage) {
	known := make(map[place]bool, len(before))
	for _, d := range before {
		known[place{d.Segment, d.Offset, d.Reason}] = true
	}
	i.keep(func(d *Damage) bool { return known[place{d.Segment, d.Offset, d.Reason}] })
}

// keep drops damage, and counts again what is lost.
func (i *Inspection) keep(is func(*Damage) bool) {
	r := &i.Recovery
	kept := r.Damage[:0]
	r.Lost = 0
	for _, d := range r.Damage {
		if !is(&d) {
			continue
		}
		kept = append(kept, d)
		if d.FirstSeq > 0 {
			r.Lost += d.LastSeq - d.FirstSeq + 1
		}
	}
	r.Damage = kept
}

// pass looks once.
func (o *InspectOptions) pass(ctx context.Context, dir string) (Inspection, error) {
	var i Inspection
	if o.Restart != nil {
		o.Restart()
	}
	var held *filesystem.HeldError
	if err := o.FS.Holder(filepath.Join(dir, lockName)); errors.As(err, &held) {
		i.Held, i.Holder = true, held.PID
	} else if err != nil {
		return i, fmt.Errorf("journal: inspect %s: %w", dir, err)
	}
	// In this order: the checkpoint knows of no record that is not in the files by now.
	latest, known, damage, err := readCheckpoint(o.FS, dir)
	if err != nil {
		return i, fmt.Errorf("journal: inspect: %w", err)
	}
	p := latest.First()
	s := &scan{
		fs: present{o.FS}, report: func(error) {}, recovery: &i.Recovery, whole: true,
		buf: make([]byte, chunkBytes), checkpoint: p, known: known, expected: p.Seq + 1, previous: max(p.Segment, 1) - 1,
	}
	if damage != "" && !known {
		s.list(Damage{Reason: "checkpoint: " + damage})
	}
	// Before the segments are listed: what leaves it for one meanwhile is found there.
	tail, err := s.tail(dir)
	if err != nil {
		return i, fmt.Errorf("journal: inspect: %w", err)
	}
	entries, err := o.FS.ReadDir(dir)
	if err != nil {
		return i, fmt.Errorf("journal: inspect: %w", err)
	}
	found, total, foreign := list(dir, entries)
	i.Recovery.Foreign = foreign
	if err := s.headers(found); err != nil {
		return i, err
	}
	if !known {
		s.begin(found, tail)
	}
	i.HasCheckpoint, i.Checkpoint = known, s.expected-1
	for _, c := range latest.Consumers {
		if c.Name != "" {
			i.Consumers = append(i.Consumers, ConsumerPosition{Name: c.Name, Checkpoint: c.Seq})
		}
	}
	var info SegmentInfo
	s.seen = func(_ *segment, item format.Item) {
		info.Records++
		info.LastSeq = item.Seq
		if info.FirstSeq == 0 {
			info.FirstSeq = item.Seq
		}
		for k := range i.Consumers {
			i.Consumers[k].see(item.Seq, item.Time, item.Payload)
		}
		if item.Seq < s.expected {
			return
		}
		info.Backlog++
		i.Backlog++
		if o.Backlog != nil {
			o.Backlog(Entry{Seq: item.Seq, Time: item.Time, Payload: item.Payload})
		}
	}
	done := int64(0)
	s.read = func(bytes int) error {
		done += int64(bytes)
		if o.Read != nil {
			o.Read(done, max(total, done))
		}
		return ctx.Err()
	}
	for _, seg := range found {
		info = SegmentInfo{Number: seg.number, Bytes: seg.bytes, Created: seg.created}
		if err := s.segment(seg); err != nil {
			return i, err
		}
		i.Segments = append(i.Segments, info)
	}
	for _, e := range s.follow(tail) {
		i.Backlog++
		for k := range i.Consumers {
			i.Consumers[k].see(e.Seq, e.Time, e.Payload)
		}
		if o.Backlog != nil {
			o.Backlog(e)
		}
	}
	s.end(latest)
	i.LastSeq = s.expected - 1
	i.Recovery.Recovered = i.LastSeq - i.Checkpoint
	if i.Held {
		if err := i.overtaken(o.FS, dir); err != nil {
			return i, err
		}
	}
	i.keep(func(*Damage) bool { return true })
	damaged, err := o.FS.ReadDir(filepath.Join(dir, damagedName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return i, fmt.Errorf("journal: inspect: %w", err)
	}
	i.DamagedDir, i.Damaged = filepath.Join(dir, damagedName), damaged
	return i, nil
}

// overtaken drops what is missing because it was delivered, and its segment deleted, since the pass began.
func (i *Inspection) overtaken(files FS, dir string) error {
	now, known, _, err := readCheckpoint(files, dir)
	if err != nil {
		return fmt.Errorf("journal: inspect: %w", err)
	}
	entries, err := files.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("journal: inspect: %w", err)
	}
	found, _, _ := list(dir, entries)
	there := make(map[uint64]bool, len(found))
	for _, seg := range found {
		there[seg.number] = true
	}
	kept := i.Segments[:0]
	for _, s := range i.Segments {
		if there[s.Number] {
			kept = append(kept, s)
		}
	}
	i.Segments = kept
	i.keep(func(d *Damage) bool {
		if !known || d.Segment == 0 || d.Bytes > 0 && there[d.Segment] {
			return true
		}
		d.FirstSeq = max(d.FirstSeq, now.First().Seq+1)
		return d.LastSeq >= d.FirstSeq
	})
	return nil
}

// readCheckpoint reads the checkpoint of a journal that somebody else may have open. known is false without one, and
// damage says why when there is something else.
func readCheckpoint(files FS, dir string) (p format.Checkpoint, known bool, damage string, err error) {
	path := filepath.Join(dir, checkpointName)
	file, err := files.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return p, false, "", nil
	}
	if err != nil {
		return p, false, "", err
	}
	defer file.Close()
	all, damage, err := slots(file)
	if err != nil {
		return p, false, "", fmt.Errorf("%s: %w", path, err)
	}
	for _, got := range all {
		if got != nil && (!known || got.IsNewer(&p)) {
			p, known = *got, true
		}
	}
	return p, known, damage, nil
}

// present is a file system in which a file that vanished is empty.
type present struct{ FS }

func (p present) Open(name string) (filesystem.File, error) {
	f, err := p.FS.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return absent{}, nil
	}
	return f, err
}
