// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"context"
	"errors"
	"sync"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/mongosafe"
)

// Sink delivers events to a collection of MongoDB. It inserts their documents, unordered. It treats a document that already exists
// as one that it delivered before. [Open] makes a Sink. A program that wraps it makes its own with [NewSink],
// and passes it to eventstore.Open. It is safe for concurrent use.
type Sink struct {
	config     Config
	connection *connection
	apart      *apart
	concern    *writeconcern.WriteConcern
	indexes    *indexes
	most       most
	commands   sync.Pool // of *[]byte, for insert commands
}

var (
	_ eventstore.Sink     = (*Sink)(nil)
	_ eventstore.Preparer = (*Sink)(nil)
	_ eventstore.Pinger   = (*Sink)(nil)
	_ eventstore.Closer   = (*Sink)(nil)
	_ eventstore.Named    = (*Sink)(nil)
)

// NewSink returns a sink for the collection in c. It uses URI, Database, Collection, WriteTimeout, WithoutIndexes, TTL,
// Client and Logger. [Sink.Suppression] uses SuppressKey and Dir. A mistake in any field is an error. NewSink waits neither for
// MongoDB nor, with mongodb+srv://, for DNS.
func NewSink(c Config) (*Sink, error) {
	connection, err := newConnection(c)
	if err != nil {
		return nil, err
	}
	c = connection.config // with its defaults
	s := &Sink{
		config: c, connection: connection, apart: newApart(c),
		concern:  mongosafe.WriteConcern(c.URI, c.Client),
		commands: sync.Pool{New: func() any { return new([]byte) }},
	}
	s.indexes = newIndexes(c, connection)
	s.most.log = c.Logger.With("component", "otelanalytics", "subsystem", name)
	return s, nil
}

// Name returns mongodb.
func (s *Sink) Name() string { return name }

const name = "mongodb"

// Reader returns a reader of the sink's collection. It uses the sink's connections: Close of the sink closes it, and its own Close
// does nothing.
func (s *Sink) Reader() *Reader { return newReader(s.connection, false) }

// Prepare creates the indexes, within WriteTimeout for each. The background creates the remaining indexes later, while
// events are delivered.
func (s *Sink) Prepare(ctx context.Context) error {
	if err := s.indexes.ensure(ctx); err != nil {
		return s.failure(err)
	}
	return nil
}

// Ping sends the server a ping and waits for the answer, at most for WriteTimeout.
func (s *Sink) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.config.WriteTimeout)
	defer cancel()
	client, err := s.connection.get(ctx)
	if err == nil {
		err = client.Ping(ctx, nil)
	}
	if err != nil {
		return mongosafe.Wrap("", err, s.config.URI)
	}
	return nil
}

// Close closes the connections, within ctx. You may call it more than once.
func (s *Sink) Close(ctx context.Context) error {
	s.indexes.close()
	if err := errors.Join(s.apart.close(ctx), s.connection.close(ctx)); err != nil {
		return mongosafe.Wrap("", err, s.config.URI)
	}
	return nil
}

// failure is the driver's error of a whole delivery, as the queue wants it.
func (s *Sink) failure(err error) error {
	v, kind := classify(err)
	e := &eventstore.DeliveryError{
		Kind: kind, Blame: blameOf(v, kind), Detail: err.Error(), Err: mongosafe.Wrap("", err, s.config.URI),
	}
	var command mongo.CommandError
	switch {
	case err.Error() == driverTooLarge:
		e.Reason = tooLarge
	case v == unsuitable && errors.As(err, &command):
		e.Reason = codeReason(int(command.Code))
	}
	return e
}

func blameOf(v verdict, kind string) eventstore.Blame {
	switch {
	case v == unsuitable:
		return eventstore.BlameEvents
	case v == unclear:
		return eventstore.BlameUnknown
	case kind == networkKind:
		return eventstore.BlameConnection
	default:
		return eventstore.BlameSink
	}
}
