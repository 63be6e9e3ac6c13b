// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
	"github.com/otelanalytics/otelanalytics-go/internal/mongosafe"
)

// attempt inserts the events once. It counts those that MongoDB now has, sets those aside that it will
// never take, and returns the others with the reason; no others, no error.
func (w *writer) attempt(ctx context.Context, events []*pending) (left []*pending, err error) {
	events, err = w.withoutBroken(events)
	if len(events) == 0 || err != nil {
		return events, err
	}
	insert, cancel := context.WithTimeout(ctx, w.store.config.WriteTimeout)
	defer cancel()
	if err = w.insert(insert, events); err == nil {
		w.stored(events, false)
		return nil, nil
	}
	var bulk mongo.BulkWriteException
	if !errors.As(err, &bulk) || bulk.WriteConcernError != nil {
		return events, err
	}
	return w.sort(ctx, events, bulk)
}

// sort goes through the errors of single documents. Those without one are stored.
func (w *writer) sort(ctx context.Context, events []*pending, bulk mongo.BulkWriteException) (left []*pending, err error) {
	refused := make(map[int]struct{}, len(bulk.WriteErrors))
	var delivered, duplicates []*pending
	for _, we := range bulk.WriteErrors {
		if we.Index < 0 || we.Index >= len(events) {
			return events, bulk // not an answer to this insert
		}
		refused[we.Index] = struct{}{}
		e := events[we.Index]
		switch v := classifyCode(we.Code); {
		case v == duplicate && onID(we.Raw):
			delivered = append(delivered, e)
			continue
		case v == duplicate:
			duplicates = append(duplicates, e)
			continue
		case v == unclear:
			w.store.tally.failed("write", mongosafe.Text(bulk, w.store.config.URI))
			w.suspect(e, codeReason(we.Code), we)
			continue
		case v == outage:
			left, err = append(left, e), bulk
			continue
		}
		if aside := w.setAside(e, codeReason(we.Code), we); aside != nil {
			left, err = append(left, e), aside
		}
	}
	taken := make([]*pending, 0, len(events)-len(refused))
	for i, e := range events {
		if _, ok := refused[i]; !ok {
			taken = append(taken, e)
		}
	}
	w.stored(taken, false)
	w.stored(delivered, true)
	unsettled, e := w.settle(ctx, duplicates)
	return append(left, unsettled...), errors.Join(err, e)
}

// onID reports that a duplicate key error names _id as the only key. MongoDB does so since 4.4.
func onID(writeError bson.Raw) bool {
	pattern, ok := writeError.Lookup("keyPattern").DocumentOK()
	if !ok {
		return false
	}
	keys, err := pattern.Elements()
	return err == nil && len(keys) == 1 && keys[0].Key() == eventdoc.FieldID
}

// settle decides on documents that a unique index refused, when the server does not say which one. One that
// is there by its _id was delivered before; one that is not collides on another index, and always will.
func (w *writer) settle(ctx context.Context, events []*pending) (left []*pending, err error) {
	if len(events) == 0 {
		return nil, nil
	}
	there, err := w.present(ctx, events)
	if err != nil {
		return events, err
	}
	var delivered []*pending
	for _, e := range events {
		if _, ok := there[e.ID]; ok {
			delivered = append(delivered, e)
		} else if aside := w.setAside(e, "duplicate_key", errDuplicateKey); aside != nil {
			left, err = append(left, e), aside
		}
	}
	w.stored(delivered, true)
	return left, err
}

// presentPatience is how many times WriteTimeout present may take: a server that does not say which index
// refused a document may also scan its collection for an _id.
const presentPatience = 10

// present returns the ids of those of the events that are in the collection.
func (w *writer) present(ctx context.Context, events []*pending) (map[[16]byte]struct{}, error) {
	ctx, cancel := context.WithTimeout(ctx, presentPatience*w.store.config.WriteTimeout)
	defer cancel()
	ids := make(bson.A, len(events))
	for i, e := range events {
		ids[i] = bson.Binary{Subtype: bson.TypeBinaryUUID, Data: e.ID[:]}
	}
	cursor, err := w.collection.Find(ctx, bson.D{{Key: eventdoc.FieldID, Value: bson.D{{Key: "$in", Value: ids}}}},
		options.Find().SetProjection(bson.D{{Key: eventdoc.FieldID, Value: 1}}))
	if err != nil {
		return nil, err
	}
	var found []struct {
		ID bson.Binary `bson:"_id"`
	}
	if err := cursor.All(ctx, &found); err != nil {
		return nil, err
	}
	there := make(map[[16]byte]struct{}, len(found))
	for _, f := range found {
		if len(f.ID.Data) == len(Event{}.ID) {
			there[[16]byte(f.ID.Data)] = struct{}{}
		}
	}
	return there, nil
}

var errDuplicateKey = errors.New("a unique index other than _id has another document with the same key")

// errQuarantine: the quarantine file cannot be written. The event stays in the journal until it can.
var errQuarantine = errors.New("quarantine file")

// stored counts events that MongoDB has.
func (w *writer) stored(events []*pending, before bool) {
	t := w.store.tally
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, e := range events {
		t.stored[e.Type]++
	}
	w.taken += uint64(len(events))
	w.store.settled.Add(int64(len(events)))
	if before {
		t.redelivered += int64(len(events))
	}
}

// withoutBroken sets records aside that are not events. The journal's checksums exclude damage, so that
// only another version of the SDK can have written them.
func (w *writer) withoutBroken(events []*pending) ([]*pending, error) {
	var err error
	kept := make([]*pending, 0, len(events))
	for _, e := range events {
		if !e.broken {
			kept = append(kept, e)
			continue
		}
		if aside := w.setAside(e, "unreadable", errUnreadable); aside != nil {
			kept, err = append(kept, e), aside
		}
	}
	return kept, err
}

var errUnreadable = errors.New("the journal's record is not an event of this version")

// setAside puts an event into the quarantine file and counts it.
func (w *writer) setAside(e *pending, reason string, cause error) error {
	if err := w.store.quarantine.add(e, reason, cause); err != nil {
		return fmt.Errorf("%w: %w", errQuarantine, err)
	}
	w.batch.quarantined[e.seq] = struct{}{}
	w.store.acks.fail(e.seq, ErrQuarantined)
	w.store.settled.Add(1)
	t := w.store.tally
	t.mu.Lock()
	t.quarantined[Quarantine{e.Type, reason}]++
	t.mu.Unlock()
	w.store.log.mongodb.Error("mongodb: event quarantined", "event_type", e.Type, "reason", reason, "file", w.store.quarantine.path)
	return nil
}
