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

// JournalReport is the state of the journal in a data directory, as [InspectJournal] found it.
type JournalReport struct {
	Dir string // the journal's directory
	// Held is true when a process uses the journal. Holder is the id of that process, 0 when the lock file does not name it.
	Held   bool
	Holder int
	// Checkpoint is the sequence number up to which every event is delivered, in quarantine or lost. LastSeq is the last
	// sequence number that was used.
	Checkpoint, LastSeq uint64
	Segments            []JournalSegment
	Bytes               int64 // of all segments

	Pending      int64            // events after the checkpoint that can be read
	PendingTypes map[string]int64 // the same by Event.Type
	Oldest       time.Time        // when the oldest pending event was accepted; zero without any

	// Consumers are the consumers in addition to the first sink. The figures of this report are about the first sink. See [Consumer].
	Consumers []JournalConsumer
	// Sinks are the sinks of Config.Sinks, by their names in it. See [SinkConfig].
	Sinks []JournalConsumer

	// Damage lists the places that cannot be read. Lost counts the events after the checkpoint that are lost there.
	Damage []JournalDamage
	Lost   int64
	// TornBytes belong to appends that a crash interrupted before they were acknowledged, or to appends in progress. They are
	// not damage.
	TornBytes int64
	// SetAside are segments that were found damaged earlier. All their readable events are done.
	SetAside []JournalFile
	// Foreign names files that do not belong to the journal.
	Foreign []string
}

// JournalSegment is one file of the journal.
type JournalSegment struct {
	Number            uint64
	FirstSeq, LastSeq uint64    // of the records that can be read; both 0 without any
	Records, Pending  int64     // readable records; readable records after the checkpoint
	Bytes             int64     // of the file
	Created           time.Time // zero when the header cannot be read
}

// JournalConsumer reports the progress of a [Consumer] or a sink, as the checkpoint records it.
type JournalConsumer struct {
	Name       string
	Checkpoint uint64    // it is done with every event up to here
	Pending    int64     // events after that, readable or not
	Bytes      int64     // of the readable pending events
	Oldest     time.Time // when the oldest pending event was accepted; zero without any
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

// WithInspectProgress calls f with the number of bytes read so far and the total. When there is damage in a journal
// that is in use, reading restarts once.
func WithInspectProgress(f func(read, total int64)) InspectOption {
	return inspectOption(func(i *journal.InspectOptions) { i.Read = f })
}

// InspectJournal examines the journal in a data directory ([Config.Dir]) and reports what Open would find there. It writes
// nothing and takes no lock that excludes a service. You can call it while a service uses the directory. The report describes the
// moment when the call began: concurrent appends and deletions are not reported as damage.
//
// InspectJournal reads all segments, at most [Config.JournalBytes]. When ctx ends first, it returns ctx's error. Its memory is
// bounded, except for a name and a number for each type of pending events. The error for a directory without a journal is
// fs.ErrNotExist.
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
