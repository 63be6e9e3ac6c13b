// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// Deliver inserts the events' documents, within WriteTimeout for each insert. There is one insert, or several when the server
// takes fewer documents in one.
func (s *Sink) Deliver(ctx context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	verdicts := make([]eventstore.Verdict, 0, len(events))
	var errs error
	for rest := events; len(rest) > 0; {
		part := rest[:s.most.of(len(rest))]
		got, err := s.deliver(ctx, part)
		if s.most.learn(len(part), err) {
			continue
		}
		errs = errors.Join(errs, err)
		if got == nil {
			return verdicts, errs // about all of the part, and what is behind it was not tried
		}
		verdicts = append(verdicts, got...)
		rest = rest[len(part):]
	}
	return verdicts, errs
}

// deliver is Deliver with one insert. An error without verdicts is about all of the events.
func (s *Sink) deliver(ctx context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	insert, cancel := context.WithTimeout(ctx, s.config.WriteTimeout)
	defer cancel()
	verdicts := make([]eventstore.Verdict, len(events))
	for i := range verdicts {
		verdicts[i].Outcome = eventstore.Stored
	}
	if err := s.insert(insert, events); err != nil {
		var bulk mongo.BulkWriteException
		if !errors.As(err, &bulk) || bulk.WriteConcernError != nil {
			return nil, s.failure(err)
		}
		if err := s.sort(ctx, events, verdicts, bulk); err != nil {
			return verdicts, err
		}
	}
	s.indexes.resume()
	return verdicts, nil
}

// sort goes through the errors of single documents. Those without one are stored.
func (s *Sink) sort(ctx context.Context, events []eventstore.Event, verdicts []eventstore.Verdict, bulk mongo.BulkWriteException) error {
	var err error
	var unsettled []int
	for _, we := range bulk.WriteErrors {
		if we.Index < 0 || we.Index >= len(events) {
			clear(verdicts)
			return s.failure(bulk) // not an answer to this insert
		}
		var v eventstore.Verdict
		switch c := classifyWrite(we.Code); {
		case c == duplicate && onID(we.Raw):
			v.Outcome = eventstore.Duplicate
		case c == duplicate:
			unsettled = append(unsettled, we.Index)
		case c == unclear:
			v = eventstore.Verdict{Outcome: eventstore.Doubtful, Reason: codeReason(we.Code), Message: we.Error()}
		case c == outage:
			err = s.failure(bulk)
		default:
			v = eventstore.Verdict{Outcome: eventstore.Refused, Reason: codeReason(we.Code), Message: we.Error()}
		}
		verdicts[we.Index] = v
	}
	return errors.Join(err, s.settle(ctx, events, verdicts, unsettled))
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
func (s *Sink) settle(ctx context.Context, events []eventstore.Event, verdicts []eventstore.Verdict, unsettled []int) error {
	if len(unsettled) == 0 {
		return nil
	}
	there, err := s.present(ctx, events, unsettled)
	if err != nil {
		return s.failure(err)
	}
	for _, at := range unsettled {
		if _, ok := there[events[at].ID]; ok {
			verdicts[at].Outcome = eventstore.Duplicate
			continue
		}
		verdicts[at] = eventstore.Verdict{
			Outcome: eventstore.Refused, Reason: "duplicate_key",
			Message: "a unique index other than _id has another document with the same key",
		}
	}
	return nil
}

// presentPatience is how many times WriteTimeout present may take: a server that does not say which index
// refused a document may also scan its collection for an _id.
const presentPatience = 10

// present returns the ids of those of the events, by their index, that are in the collection.
func (s *Sink) present(ctx context.Context, events []eventstore.Event, which []int) (map[[16]byte]struct{}, error) {
	ctx, cancel := context.WithTimeout(ctx, presentPatience*s.config.WriteTimeout)
	defer cancel()
	ids := make(bson.A, len(which))
	for i, at := range which {
		ids[i] = bson.Binary{Subtype: bson.TypeBinaryUUID, Data: events[at].ID[:]}
	}
	collection, err := s.connection.collection(ctx, onPrimary())
	if err != nil {
		return nil, err
	}
	cursor, err := collection.Find(ctx, bson.D{{Key: eventdoc.FieldID, Value: bson.D{{Key: "$in", Value: ids}}}},
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
		if len(f.ID.Data) == len(eventstore.Event{}.ID) {
			there[[16]byte(f.ID.Data)] = struct{}{}
		}
	}
	return there, nil
}
