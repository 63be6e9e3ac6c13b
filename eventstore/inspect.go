// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/internal/background"
)

// JournalReport is what [InspectJournal] found in a data directory.
type JournalReport struct {
	Dir string // the journal's directory
	// Held says that a process has the journal open, and Holder which: its id, 0 when the lock file does not name it.
	Held   bool
	Holder int
	// Checkpoint is the sequence number up to which everything is delivered, in quarantine or lost, and LastSeq the last one
	// that was given out.
	Checkpoint, LastSeq uint64
	Segments            []JournalSegment
	Bytes               int64 // of all segments

	Pending      int64            // events behind the checkpoint that can be read
	PendingTypes map[string]int64 // the same by Event.Type
	Oldest       time.Time        // when the oldest of them was accepted; zero without any

	// Consumers are the consumers besides the first sink, which the numbers here are about. See [Consumer].
	Consumers []JournalConsumer
	// Sinks are the sinks of Config.Sinks, by their names there. See [SinkConfig].
	Sinks []JournalConsumer

	// Damage lists the places that cannot be read, and Lost counts the events behind the checkpoint that they cost.
	Damage []JournalDamage
	Lost   int64
	// TornBytes belong to appends that a crash interrupted before they were acknowledged, or that are under way. They are
	// no damage.
	TornBytes int64
	// SetAside are the damaged segments of earlier, of which everything that could be read is done.
	SetAside []JournalFile
	// Foreign names files that are not the journal's.
	Foreign []string
}

// JournalSegment is one file of the journal.
type JournalSegment struct {
	Number            uint64
	FirstSeq, LastSeq uint64    // of the records that can be read; both 0 without any
	Records, Pending  int64     // that can be read; those of them behind the checkpoint
	Bytes             int64     // of the file
	Created           time.Time // zero when the header cannot be read
}

// JournalConsumer says how far a [Consumer] or a sink is, as the checkpoint has it.
type JournalConsumer struct {
	Name       string
	Checkpoint uint64    // it is done up to here
	Pending    int64     // events behind that, readable or not
	Bytes      int64     // of those that can be read
	Oldest     time.Time // when the oldest of them was accepted; zero without any
}

// JournalDamage is one place that cannot be read.
type JournalDamage struct {
	Segment           uint64 // 0: the checkpoint file
	Offset, Bytes     int64  // within the segment's file; 0 bytes when all of it is missing
	Reason            string
	FirstSeq, LastSeq uint64 // the pending events that are lost here; both 0 when none is
}

// JournalFile is a file in the journal's folder of damaged segments.
type JournalFile struct {
	Path  string
	Bytes int64
}

// InspectOption is a setting of [InspectJournal].
type InspectOption interface{ apply(*journal.InspectOptions) }

type inspectOption func(*journal.InspectOptions)

func (o inspectOption) apply(i *journal.InspectOptions) { o(i) }

// WithInspectProgress has f called with the bytes that were read so far, and how many there are. Reading begins anew once
// when there is damage in a journal that is in use.
func WithInspectProgress(f func(read, total int64)) InspectOption {
	return inspectOption(func(i *journal.InspectOptions) { i.Read = f })
}

// InspectJournal looks at the journal in a data directory ([Config.Dir]) and tells what Open would find. It writes
// nothing, takes no lock that keeps a service out, and may be called while a service uses the directory: what that
// appends or deletes meanwhile is not taken for damage, and the report is about the moment when it began.
//
// It reads all segments, which takes as long as the disk needs for [Config.JournalBytes] at most, and returns ctx's error
// when that ends before. Its memory is bounded, except for a name and a number for each type of pending events. The error of
// a directory without a journal is fs.ErrNotExist.
func InspectJournal(ctx context.Context, dir string, options ...InspectOption) (JournalReport, error) {
	r := JournalReport{Dir: filepath.Join(dir, journalDir)}
	var o journal.InspectOptions
	for _, option := range options {
		if option != nil {
			option.apply(&o)
		}
	}
	o.Restart = func() { r.PendingTypes, r.Oldest = make(map[string]int64), time.Time{} }
	o.Backlog = func(entry journal.Entry) {
		if r.Oldest.IsZero() {
			r.Oldest = time.Unix(0, entry.Time).UTC()
		}
		e, _ := parseEvent(entry.Payload)
		r.PendingTypes[e.Type]++
	}
	found, err := journal.Inspect(background.Or(ctx), r.Dir, o)
	if err != nil {
		return JournalReport{}, noJournal(dir, err)
	}
	r.Held, r.Holder = found.Held, found.Holder
	r.Checkpoint, r.LastSeq, r.Pending = found.Checkpoint, found.LastSeq, int64(found.Backlog)
	r.Lost, r.TornBytes, r.Foreign = int64(found.Recovery.Lost), found.Recovery.TornBytes, found.Recovery.Foreign
	for _, s := range found.Segments {
		segment := JournalSegment{
			Number: s.Number, FirstSeq: s.FirstSeq, LastSeq: s.LastSeq,
			Records: int64(s.Records), Pending: int64(s.Backlog), Bytes: s.Bytes,
		}
		if s.Created != 0 {
			segment.Created = time.Unix(0, s.Created).UTC()
		}
		r.Bytes += s.Bytes
		r.Segments = append(r.Segments, segment)
	}
	for _, c := range found.Consumers {
		consumer := JournalConsumer{Name: c.Name, Checkpoint: c.Checkpoint, Pending: int64(found.LastSeq - min(c.Checkpoint, found.LastSeq)), Bytes: c.Bytes}
		if c.Oldest != 0 {
			consumer.Oldest = time.Unix(0, c.Oldest).UTC()
		}
		if sink, is := sinkOf(c.Name); is {
			consumer.Name = sink
			r.Sinks = append(r.Sinks, consumer)
		} else {
			r.Consumers = append(r.Consumers, consumer)
		}
	}
	for _, d := range found.Recovery.Damage {
		r.Damage = append(r.Damage, JournalDamage{
			Segment: d.Segment, Offset: d.Offset, Bytes: d.Bytes, Reason: d.Reason, FirstSeq: d.FirstSeq, LastSeq: d.LastSeq,
		})
	}
	for _, file := range found.Damaged {
		r.SetAside = append(r.SetAside, JournalFile{Path: filepath.Join(found.DamagedDir, file.Name), Bytes: file.Size})
	}
	return r, nil
}

// noJournal says what a data directory is to somebody who named another.
func noJournal(dir string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("eventstore: %s has no journal; name the data directory of a service, which has the folder %s in it: %w", dir, journalDir, err)
	}
	return fmt.Errorf("eventstore: %w", err)
}
