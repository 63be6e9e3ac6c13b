// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"context"
	"errors"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/mongosafe"
)

// Store is a durable queue that delivers to MongoDB. It is safe for concurrent use.
type Store struct {
	*eventstore.Store
	reader *Reader
}

// Open opens the durable queue in c.Dir, as eventstore.Open does, with a [Sink] for MongoDB. It waits neither for MongoDB,
// which may be down, nor for DNS. With c.Storage eventstore.Memory the queue is in memory. The error lists every mistake in c.
func Open(ctx context.Context, c Config) (*Store, error) {
	sink, err := NewSink(c)
	if err != nil {
		return nil, err
	}
	q := c.queue()
	var queue *eventstore.Store
	outer := eventstore.Sink(sink)
	if c.Around != nil {
		outer, err = c.Around(sink)
	}
	if err == nil {
		q.Suppression, err = sink.Suppression()
	}
	if err == nil {
		queue, err = eventstore.Open(ctx, outer, q)
	}
	if err != nil {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), mongosafe.DisconnectTimeout)
		defer cancel()
		return nil, errors.Join(err, sink.Close(closing))
	}
	return &Store{Store: queue, reader: newReader(sink.connection, false)}, nil
}

// Reader returns a reader of the store's collection. It uses the store's connections: Shutdown closes it, and its own Close does
// nothing. It does not wait for events that are still in the journal: Flush does.
func (s *Store) Reader() *Reader { return s.reader }
