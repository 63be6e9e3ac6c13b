// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"context"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// takenID is a document that a unique index refused.
type takenID struct {
	at   int // its index in the delivery
	code int
	onID bool // the server says that the index is that of _id
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

// isRandom reports that an id is a version 7 UUID, which no two events share. A document with it is the event itself.
func isRandom(id [16]byte) bool { return id[6]>>4 == 7 }

// settle decides on documents that a unique index refused, with one query on the primary. An event whose document is there was
// delivered before. Where another document has its _id, two events were tracked with one key. One whose _id is not there
// collides on another index, and always will.
func (s *Sink) settle(ctx context.Context, events []eventstore.Event, verdicts []eventstore.Verdict, taken []takenID) error {
	if len(taken) == 0 {
		return nil
	}
	there, err := s.present(ctx, events, taken)
	if err != nil {
		return s.failure(err)
	}
	for _, t := range taken {
		e, v := &events[t.at], &verdicts[t.at]
		doc, ok := there[e.ID]
		switch {
		case ok && (isRandom(e.ID) || sameEvent(doc, e.Document)):
			v.Outcome = eventstore.Redelivered
		case ok:
			v.Outcome = eventstore.Deduplicated
		case t.onID: // the document has gone in the meantime, or mongos hides it as an orphan of its shard
			*v = eventstore.Verdict{
				Outcome: eventstore.Doubtful, Reason: codeReason(t.code),
				Message: "the server refused the _id as a duplicate, and has no document with it",
			}
		default:
			*v = eventstore.Verdict{
				Outcome: eventstore.Refused, Reason: "duplicate_key",
				Message: "a unique index other than _id has another document with the same key",
			}
		}
	}
	return nil
}

// originFields tell two events with one _id apart: when the SDK accepted the event, in which process and in which span.
func originFields() [][]string {
	return [][]string{
		{eventdoc.FieldReceivedAt},
		{eventdoc.FieldService, eventdoc.FieldServiceInstanceID},
		{eventdoc.FieldTraceID},
		{eventdoc.FieldSpanID},
	}
}

// sameEvent reports whether two documents with one _id are of the same event. The journal holds whole documents, so that an
// event that is delivered again, by whatever process, has the same fields.
func sameEvent(a, b bson.Raw) bool {
	for _, path := range originFields() {
		if !a.Lookup(path...).Equal(b.Lookup(path...)) {
			return false
		}
	}
	return true
}

// presentPatience is how many times WriteTimeout present may take: a server that does not say which index
// refused a document may also scan its collection for an _id.
const presentPatience = 10

// present returns what the collection has under the ids of those events: the fields that sameEvent compares.
func (s *Sink) present(ctx context.Context, events []eventstore.Event, taken []takenID) (map[[16]byte]bson.Raw, error) {
	ctx, cancel := context.WithTimeout(ctx, presentPatience*s.config.WriteTimeout)
	defer cancel()
	ids := make(bson.A, len(taken))
	for i, t := range taken {
		ids[i] = bson.Binary{Subtype: bson.TypeBinaryUUID, Data: events[t.at].ID[:]}
	}
	projection := bson.D{{Key: eventdoc.FieldID, Value: 1}}
	for _, path := range originFields() {
		projection = append(projection, bson.E{Key: strings.Join(path, "."), Value: 1})
	}
	collection, err := s.connection.collection(ctx, onPrimary())
	if err != nil {
		return nil, err
	}
	cursor, err := collection.Find(ctx, bson.D{{Key: eventdoc.FieldID, Value: bson.D{{Key: "$in", Value: ids}}}},
		options.Find().SetProjection(projection))
	if err != nil {
		return nil, err
	}
	var found []bson.Raw
	if err := cursor.All(ctx, &found); err != nil {
		return nil, err
	}
	there := make(map[[16]byte]bson.Raw, len(found))
	for _, doc := range found {
		if _, id, ok := doc.Lookup(eventdoc.FieldID).BinaryOK(); ok && len(id) == len(eventstore.Event{}.ID) {
			there[[16]byte(id)] = doc
		}
	}
	return there, nil
}
