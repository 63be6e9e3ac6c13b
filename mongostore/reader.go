// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/otelanalytics/otelanalytics-go/internal/mongosafe"
)

// Reader looks at the events that MongoDB has. It has no journal: it needs no directory, takes no lock, creates no
// indexes and writes nothing, so that any number of readers work beside the services that track. A [Store] reads by
// itself. A Reader is safe for concurrent use.
type Reader struct {
	client     *mongo.Client
	collection *mongo.Collection
	uri        string
}

// Connect returns a reader of the collection that c names: URI, Database, Collection and Client count, and a mistake in
// any field is reported as Open does. It does not wait for MongoDB, which may be away; ctx is not used after Connect has
// returned. Close the reader.
func Connect(_ context.Context, c Config) (*Reader, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	client, err := connect(c)
	if err != nil {
		return nil, err
	}
	return newReader(c, client), nil
}

func newReader(c Config, client *mongo.Client) *Reader {
	return &Reader{client: client, collection: client.Database(c.Database).Collection(c.Collection), uri: c.URI}
}

// Close closes the connections, within a second. What is under way, and every later call, is ErrClosed. It may be called
// more than once.
func (r *Reader) Close() error {
	err := mongosafe.Disconnect(r.client)
	if err == nil || errors.Is(err, mongo.ErrClientDisconnected) {
		return nil
	}
	return r.mongoError("close", err)
}

// Query is [Reader.Query] on the store's collection. It does not wait for events that are still in the journal: Flush
// does.
func (s *Store) Query(ctx context.Context, q Query) (Page, error) { return s.reader.Query(ctx, q) }

// Summary is [Reader.Summary] on the store's collection. It does not wait for events that are still in the journal: Flush
// does.
func (s *Store) Summary(ctx context.Context, f Filter) (Summary, error) {
	return s.reader.Summary(ctx, f)
}

// SummaryByType is [Reader.SummaryByType] on the store's collection. It does not wait for events that are still in the
// journal: Flush does.
func (s *Store) SummaryByType(ctx context.Context, f Filter) ([]TypeSummary, error) {
	return s.reader.SummaryByType(ctx, f)
}

// DistinctUsers is [Reader.DistinctUsers] on the store's collection. It does not wait for events that are still in the
// journal: Flush does.
func (s *Store) DistinctUsers(ctx context.Context, since time.Time) (int64, error) {
	return s.reader.DistinctUsers(ctx, since)
}
