// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"iter"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
)

// PendingEvent is an event in a journal that has not been delivered yet.
type PendingEvent struct {
	Seq  uint64
	Time time.Time // when it was accepted
	ID   string    // the document's _id
	Type string    // as in Event.Type
	// Document is valid until the next event. It is nil when another version of the SDK wrote the record.
	Document []byte // BSON
}

// ReadPending reads the events in the journal of a data directory that are not delivered yet, in their order. Like
// [InspectJournal] it writes nothing and may run while a service uses the directory. Events that the service appends or delivers
// meanwhile may be missing. Damaged places are skipped: InspectJournal reports them. An error ends the sequence. ReadPending has
// one event in memory at a time.
func ReadPending(dir string) iter.Seq2[PendingEvent, error] {
	return func(yield func(PendingEvent, error) bool) {
		err := journal.Walk(filepath.Join(dir, journalDir), nil, func(entry journal.Entry) bool {
			p := PendingEvent{Seq: entry.Seq, Time: time.Unix(0, entry.Time).UTC()}
			if e, ok := parseEvent(entry.Payload); ok {
				p.ID, p.Type, p.Document = uuid.UUID(e.ID).String(), e.Type, e.Document
			}
			return yield(p, nil)
		})
		if err != nil {
			yield(PendingEvent{}, noJournal(dir, err))
		}
	}
}
