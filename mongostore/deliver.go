// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// Deliver inserts the events' documents, within WriteTimeout for each insert. It needs several inserts when the server
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
	var taken []takenID
	for _, we := range bulk.WriteErrors {
		if we.Index < 0 || we.Index >= len(events) {
			clear(verdicts)
			return s.failure(bulk) // not an answer to this insert
		}
		var v eventstore.Verdict
		switch c := classifyWrite(we.Code); {
		case c == duplicate && onID(we.Raw) && isRandom(events[we.Index].ID):
			v.Outcome = eventstore.Redelivered
		case c == duplicate:
			taken = append(taken, takenID{at: we.Index, code: we.Code, onID: onID(we.Raw)})
		case c == unclear:
			v = eventstore.Verdict{Outcome: eventstore.Doubtful, Reason: codeReason(we.Code), Message: we.Error()}
		case c == outage:
			err = s.failure(bulk)
		default:
			v = eventstore.Verdict{Outcome: eventstore.Refused, Reason: codeReason(we.Code), Message: we.Error()}
		}
		verdicts[we.Index] = v
	}
	return errors.Join(err, s.settle(ctx, events, verdicts, taken))
}
