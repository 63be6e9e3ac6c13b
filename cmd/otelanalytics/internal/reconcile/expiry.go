// SPDX-License-Identifier: Apache-2.0

package reconcile

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/connect"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// cutoff returns the time in milliseconds before which documents were received that the collection's TTL removes; 0 when it
// has none.
func cutoff(ctx context.Context, db *connect.Connection) (int64, error) {
	cursor, err := db.Collection.Indexes().List(ctx)
	if err != nil {
		return 0, db.Error("listing indexes", err)
	}
	var all []struct {
		Key   bson.D
		After *bson.RawValue `bson:"expireAfterSeconds"`
	}
	if err := cursor.All(ctx, &all); err != nil {
		return 0, db.Error("listing indexes", err)
	}
	for _, index := range all {
		if len(index.Key) != 1 || index.Key[0].Key != eventdoc.ExpiryIndex()[0].Key || index.After == nil {
			continue
		}
		if seconds, ok := index.After.AsInt64OK(); ok { // servers have had integers and doubles
			return time.Now().Add(-time.Duration(seconds) * time.Second).UnixMilli(), nil
		}
	}
	return 0, nil
}
