// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// Prepare creates the indexes, unless Config.WithoutIndexes is set:
//
//   - an index of the records by start
//   - the indexes by which MongoDB deletes expired records
//   - an index of the events by received_at, unless their TTL has made one
//
// On a server without TTL indexes it makes plain indexes on the expiry time instead, for DeleteExpired. It takes as long as ctx
// allows. Later calls find the indexes.
func (r *Records) Prepare(ctx context.Context) error {
	config := r.reader.connection.config
	if config.WithoutIndexes {
		return nil
	}
	client, err := r.reader.connection.get(ctx)
	if err != nil {
		return r.failure(err)
	}
	db := client.Database(config.Database)
	records, data, events := db.Collection(config.Collection+UniquesSuffix), db.Collection(config.Collection+UniquesDataSuffix), db.Collection(config.Collection)
	if _, err := records.Indexes().CreateOne(ctx, mongo.IndexModel{Keys: bson.D{{Key: recordStart, Value: 1}}}); err != nil {
		return r.failure(err)
	}
	return r.failure(errors.Join(expireRecords(ctx, records), expireRecords(ctx, data), byReceipt(ctx, events, config.TTL)))
}

// expireRecords has the server delete what has expired, where it can.
func expireRecords(ctx context.Context, c *mongo.Collection) error {
	expiry := mongo.IndexModel{Keys: bson.D{{Key: recordExpires, Value: 1}}, Options: options.Index().SetExpireAfterSeconds(0)}
	_, err := c.Indexes().CreateOne(ctx, expiry)
	if answer := (mongo.CommandError{}); errors.As(err, &answer) && !mongo.IsTimeout(err) {
		expiry.Options = nil
		_, err = c.Indexes().CreateOne(ctx, expiry)
	}
	return err
}

// byReceipt makes the index by which Received finds the latest events. A TTL makes one, too, and changes one that is there.
func byReceipt(ctx context.Context, events *mongo.Collection, ttl time.Duration) error {
	if ttl > 0 {
		return nil
	}
	have, err := expiringIndex(ctx, events)
	if err != nil || have != nil {
		return err
	}
	_, err = events.Indexes().CreateOne(ctx, mongo.IndexModel{Keys: eventdoc.ExpiryIndex()})
	return err
}
