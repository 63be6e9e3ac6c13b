// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
)

// commandBytes bounds the documents of an insert command, which is itself a document of at most 16 MB. The
// documents of InsertMany travel beside it.
const commandBytes = 8 << 20

// insert has MongoDB insert the events' documents, unordered. Errors are those of InsertMany, which has the
// last word where the driver would try a second time, elsewhere. After a connection broke, the second time is on a new one, of
// a client apart from the others; events with which that one broke, too, stay with it.
func (s *Sink) insert(ctx context.Context, events []eventstore.Event) error {
	if s.apart.has(events) {
		return s.insertApart(ctx, events)
	}
	collection, err := s.connection.collection(ctx)
	if err != nil {
		return err
	}
	if len(events) == 1 || documentBytes(events) > commandBytes {
		err = insertMany(ctx, collection, events)
		if mongo.IsNetworkError(err) && ctx.Err() == nil {
			s.apart.suspect(events, time.Now())
		}
		return err
	}
	err = s.insertCommand(ctx, collection, events)
	switch {
	case err == nil || ctx.Err() != nil:
		return err
	case mongo.IsNetworkError(err):
		return s.insertApart(ctx, events)
	case isRetryable(err):
		return insertMany(ctx, collection, events)
	default:
		return err
	}
}

// insertApart is insert for events with which a connection broke.
func (s *Sink) insertApart(ctx context.Context, events []eventstore.Event) error {
	err := s.apart.do(ctx, func(client *mongo.Client) error {
		collection := client.Database(s.config.Database).Collection(s.config.Collection)
		if documentBytes(events) > commandBytes {
			return insertMany(ctx, collection, events)
		}
		err := s.insertCommand(ctx, collection, events)
		if isRetryable(err) && ctx.Err() == nil {
			return insertMany(ctx, collection, events)
		}
		return err
	})
	var answer mongo.BulkWriteException
	switch {
	case err == nil || errors.As(err, &answer):
		s.apart.clear(events)
	case mongo.IsNetworkError(err) && ctx.Err() == nil:
		s.apart.suspect(events, time.Now())
	}
	return err
}

func insertMany(ctx context.Context, collection *mongo.Collection, events []eventstore.Event) error {
	_, err := collection.InsertMany(ctx, documents(events), options.InsertMany().SetOrdered(false))
	return err
}

// insertCommand runs the command that InsertMany runs. The documents are BSON already, and InsertMany takes
// longer to encode each of them again and to decode its _id than all else that it does.
func (s *Sink) insertCommand(ctx context.Context, collection *mongo.Collection, events []eventstore.Event) error {
	buffer := s.commands.Get().(*[]byte)
	defer s.commands.Put(buffer)
	*buffer = appendArray((*buffer)[:0], events)
	command := bson.D{
		{Key: "insert", Value: collection.Name()},
		{Key: "ordered", Value: false},
	}
	if concern := concernDocument(s.concern); len(concern) > 0 {
		command = append(command, bson.E{Key: "writeConcern", Value: concern})
	}
	command = append(command, bson.E{Key: "documents", Value: bson.RawValue{Type: bson.TypeArray, Value: *buffer}})
	err := collection.Database().RunCommand(ctx, command).Err()
	var write mongo.WriteException
	if !errors.As(err, &write) {
		return err
	}
	bulk := mongo.BulkWriteException{WriteConcernError: write.WriteConcernError, Labels: write.Labels}
	for _, e := range write.WriteErrors {
		bulk.WriteErrors = append(bulk.WriteErrors, mongo.BulkWriteError{WriteError: e})
	}
	return bulk
}

// appendArray appends the events' documents as a BSON array.
func appendArray(dst []byte, events []eventstore.Event) []byte {
	dst, start := bsondoc.Begin(dst)
	for i, e := range events {
		dst = append(dst, byte(bson.TypeEmbeddedDocument))
		dst = strconv.AppendInt(dst, int64(i), 10)
		dst = append(dst, 0)
		dst = append(dst, e.Document...)
	}
	return bsondoc.End(dst, start)
}

// concernDocument is a write concern as a command has it, which takes none from the client by itself.
func concernDocument(c *writeconcern.WriteConcern) (doc bson.D) {
	if c == nil {
		return nil
	}
	if c.W != nil {
		doc = append(doc, bson.E{Key: "w", Value: c.W})
	}
	if c.Journal != nil {
		doc = append(doc, bson.E{Key: "j", Value: *c.Journal})
	}
	return doc
}

func documentBytes(events []eventstore.Event) (n int) {
	for _, e := range events {
		n += len(e.Document)
	}
	return n
}

// retryableCodes are those of https://github.com/mongodb/specifications/blob/master/source/retryable-writes.
var retryableCodes = []int{6, 7, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436}

// isRetryable reports whether the driver tries a write a second time, elsewhere, after such an answer.
func isRetryable(err error) bool {
	var command mongo.CommandError
	return errors.As(err, &command) && slices.Contains(retryableCodes, int(command.Code))
}

func documents(events []eventstore.Event) []any {
	docs := make([]any, len(events))
	for i := range events {
		docs[i] = bson.Raw(events[i].Document)
	}
	return docs
}
