// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/internal/background"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// Received calls each with the document of every event that was accepted in a time range (received_at), in no particular order. The
// range includes from and excludes to; a zero to means no end. Received stops at the first error of each, and returns it. A document
// is valid during the call. Received reads the primary, and finds every event that was stored before the call. It takes as long as
// ctx allows, and the memory of one batch.
//
// The server reads a range of the index on received_at. A TTL creates this index, and so does Prepare of [Records]. Without
// it, the server reads the whole collection.
//
// Further errors are eventstore.ErrClosed, and the errors of ctx and MongoDB.
func (r *Reader) Received(ctx context.Context, from, to time.Time, each func(document bson.Raw) error) (err error) {
	ctx = background.Or(ctx)
	collection, err := r.connection.collection(ctx, onPrimary())
	if err != nil {
		return r.mongoError("received", err)
	}
	span := bson.D{{Key: "$gte", Value: from}}
	if !to.IsZero() {
		span = append(span, bson.E{Key: "$lt", Value: to})
	}
	cursor, err := collection.Find(ctx, bson.D{{Key: eventdoc.FieldReceivedAt, Value: span}}, options.Find().SetBatchSize(exportBatch))
	if err != nil {
		return r.mongoError("received", err)
	}
	defer func() {
		// Without cancellation, so that the server's cursor is freed also when ctx has ended.
		if e := cursor.Close(context.WithoutCancel(ctx)); e != nil && err == nil {
			err = r.mongoError("received", e)
		}
	}()
	for cursor.Next(ctx) {
		if err := each(cursor.Current); err != nil {
			return err
		}
	}
	if err := cursor.Err(); err != nil {
		return r.mongoError("received", err)
	}
	return nil
}
