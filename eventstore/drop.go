// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/kept"
)

// DropConsumer removes a consumer that no service declares any more from the data directory dir, durably. It deletes the events that
// were kept for this consumer alone. If the consumer is declared again, it begins as a new one.
//
// The error is ErrInUse while a process uses the directory, and fs.ErrNotExist when dir has no journal. Another error reports
// that there is no such consumer.
func DropConsumer(dir, name string) error {
	if sink, is := sinkOf(name); is {
		return fmt.Errorf("eventstore: %s is the sink %s; remove it with RemoveSink (journal remove-sink)", name, sink)
	}
	return whileShut(dir, func(j *journal.Journal) error { return j.Drop(name) })
}

// RemovedSink reports the events that a sink did not get before [RemoveSink].
type RemovedSink struct {
	Undelivered int64 // events that the sink did not get, and will not get
	// Quarantined counts the lines of the sink's quarantine file. The file remains, at QuarantineFile.
	Quarantined    int64
	QuarantineFile string
}

// RemoveSink removes a sink of [Config].Sinks from the data directory dir, durably. It deletes the events that were kept for
// this sink alone. If the sink is declared again, it begins as a new one. The errors are the same as for [DropConsumer].
func RemoveSink(dir, name string) (r RemovedSink, err error) {
	r.QuarantineFile = filepath.Join(dir, sinkQuarantineFile(name))
	err = whileShut(dir, func(j *journal.Journal) error {
		known := false
		for _, c := range j.Consumers() {
			if c.Name == consumerOf(name) {
				r.Undelivered, known = int64(c.Backlog), true
			}
		}
		if !known {
			return fmt.Errorf("there is no sink %q; the command journal sinks lists the sinks of the directory", name)
		}
		return j.Drop(consumerOf(name))
	})
	if err != nil {
		return RemovedSink{}, err
	}
	for _, err := range ReadSinkQuarantine(dir, name) {
		if err != nil {
			return r, err
		}
		r.Quarantined++
	}
	return r, nil
}

// whileShut calls f with the journal of a data directory that no process has open.
func whileShut(dir string, f func(*journal.Journal) error) error {
	path := filepath.Join(dir, journalDir)
	if _, err := os.Stat(path); err != nil {
		return noJournal(dir, err)
	}
	// Refused events may be in a segment that is deleted now.
	index := kept.New(filesystem.OS(), path)
	j, err := journal.Open(path, journal.Options{Keep: index.Keep, Stays: func(string) bool { return true }})
	switch {
	case errors.Is(err, journal.ErrLocked):
		return fmt.Errorf("%w: %w", ErrInUse, err)
	case err != nil:
		return fmt.Errorf("eventstore: %w", err)
	}
	if err = index.Load(); err == nil {
		err = f(j)
	}
	if err := errors.Join(err, j.Close(), index.Close()); err != nil {
		return fmt.Errorf("eventstore: %w", err)
	}
	return nil
}
