// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"context"

	"github.com/otelanalytics/otelanalytics-go/internal/mongosafe"
)

// Reader reads events in MongoDB. It has no journal: it needs no directory, takes no lock and creates no
// indexes. Any number of readers can work beside the services that track. It is safe for concurrent use.
type Reader struct {
	connection *connection
	suppressed *suppressed
	uri        string
	owner      bool // of connection
}

// NewReader returns a reader of the collection in c. It uses URI, Database, Collection, EventMap and Client. A mistake in any field
// is an error, as with Open. NewReader waits neither for MongoDB, which may be down, nor for DNS. Close the reader after use. A
// [Store] already has one.
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

// Close closes the connections, within a second. Running and later calls return eventstore.ErrClosed. You may
// call it more than once. For the reader of a [Store] it does nothing.
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
