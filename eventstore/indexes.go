// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// indexes creates the collection's indexes once the server can be reached.
type indexes struct {
	config     Config
	collection *mongo.Collection
	todo       []mongo.IndexModel
}

func newIndexes(c Config, collection *mongo.Collection) *indexes {
	i := &indexes{config: c, collection: collection}
	if c.WithoutIndexes {
		return i
	}
	for _, field := range []string{"user_id", "event_type"} {
		i.todo = append(i.todo, mongo.IndexModel{Keys: bson.D{
			{Key: field, Value: 1}, {Key: "timestamp", Value: -1}, {Key: "_id", Value: -1},
		}})
	}
	if c.TTL > 0 {
		i.todo = append(i.todo, mongo.IndexModel{
			Keys:    bson.D{{Key: "received_at", Value: 1}},
			Options: options.Index().SetExpireAfterSeconds(int32(c.TTL / time.Second)),
		})
	}
	return i
}

// ensure creates what is still to be created. An index that the server refuses is warned about and left.
// When the server is away, ensure returns the error, and the next call tries again.
func (i *indexes) ensure(ctx context.Context) error {
	for len(i.todo) > 0 {
		attempt, cancel := context.WithTimeout(ctx, i.config.WriteTimeout)
		_, err := i.collection.Indexes().CreateOne(attempt, i.todo[0])
		cancel()
		if err != nil {
			if v, _ := classify(err); v == outage && !notAllowed(err) {
				return err
			}
			i.config.Logger.Warn("mongodb: index not created, queries will be slow or expiry will not work; create it by hand or switch it off",
				"keys", i.todo[0].Keys, "error", withoutDocuments(err, i.config.URI))
		}
		i.todo = i.todo[1:]
	}
	return nil
}

// notAllowed tells an account that may insert but not create indexes.
func notAllowed(err error) bool {
	const unauthorized = 13
	var command mongo.CommandError
	return errors.As(err, &command) && command.Code == unauthorized
}
