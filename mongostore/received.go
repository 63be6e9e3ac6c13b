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

// Received calls each with the document of every event that was accepted at from or later and before to (received_at), in no
// particular order, until each returns an error, which it returns. The zero time for to is no end. A document is valid during the call. It reads the primary, and sees every
// event that was stored before the call. It takes as long as ctx allows, and the memory of one batch.
//
// The server reads that part of the index on received_at, which a TTL has made, or Prepare of [Records]. Without
// it, the server looks at the whole collection.
//
// Further errors are eventstore.ErrClosed, ctx's and MongoDB's.
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
