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

// DropConsumer forgets a consumer that no service has any more, durably, and deletes the events that were kept for it
// alone from the data directory dir. If it is declared again, it begins as one that is new. The error is ErrInUse while a
// process has the directory open, fs.ErrNotExist when there is no journal in it, or says that there is no such consumer.
func DropConsumer(dir, name string) error {
	if sink, is := sinkOf(name); is {
		return fmt.Errorf("eventstore: %s is the sink %s; take it away with RemoveSink (journal remove-sink)", name, sink)
	}
	return whileShut(dir, func(j *journal.Journal) error { return j.Drop(name) })
}

// RemovedSink says what [RemoveSink] left undone.
type RemovedSink struct {
	Undelivered int64 // events that the sink has not got, and will not get
	// Quarantined counts the lines of the sink's quarantine file. The file stays, at QuarantineFile.
	Quarantined    int64
	QuarantineFile string
}

// RemoveSink takes a sink of [Config].Sinks away from the data directory dir, durably, and deletes the events that were kept for
// it alone. If it is declared again, it begins as one that is new. The errors are those of [DropConsumer].
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
			return fmt.Errorf("there is no sink %q; the command journal sinks lists those that there are", name)
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
