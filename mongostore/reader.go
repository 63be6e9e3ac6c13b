// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"context"

	"github.com/otelanalytics/otelanalytics-go/internal/mongosafe"
)

// Reader looks at the events that MongoDB has. It has no journal: it needs no directory, takes no lock and creates no
// indexes, so that any number of readers work beside the services that track. It is safe for concurrent use.
type Reader struct {
	connection *connection
	suppressed *suppressed
	uri        string
	owner      bool // of connection
}

// NewReader returns a reader of the collection that c names: URI, Database, Collection, EventMap and Client count, and a mistake in
// any field is reported as Open does. It does not wait for MongoDB, which may be away, nor for DNS. Close the reader. A
// [Store] has one already.
func NewReader(c Config) (*Reader, error) {
	connection, err := newConnection(c)
	if err != nil {
		return nil, err
	}
	return newReader(connection, true), nil
}

func newReader(connection *connection, owner bool) *Reader {
	return &Reader{connection: connection, suppressed: newSuppressed(connection), uri: connection.config.URI, owner: owner}
}

// names knows the earlier names of event types; nil: none.
func (r *Reader) names() EventNames { return r.connection.config.EventMap }

// Close closes the connections, within a second. What is under way, and every later call, is eventstore.ErrClosed. It may be
// called more than once. For the reader of a [Store] it does nothing.
func (r *Reader) Close() error {
	if !r.owner {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), mongosafe.DisconnectTimeout)
	defer cancel()
	if err := r.connection.close(ctx); err != nil {
		return r.mongoError("close", err)
	}
	return nil
}
