// SPDX-License-Identifier: Apache-2.0

package natsstore

import (
	"context"
	"fmt"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// Sink publishes events to a stream of JetStream. Make it with [NewSink], and hand it to eventstore.Open. It is safe for concurrent
// use.
type Sink struct {
	config     Config
	connection *connection
	stream     *stream
	plainAck   []byte // what acknowledgements of the stream begin with
}

var (
	_ eventstore.Sink     = (*Sink)(nil)
	_ eventstore.Preparer = (*Sink)(nil)
	_ eventstore.Pinger   = (*Sink)(nil)
	_ eventstore.Closer   = (*Sink)(nil)
	_ eventstore.Named    = (*Sink)(nil)
	_ eventstore.Destined = (*Sink)(nil)

	_ eventstore.SizeLimiter = (*Sink)(nil)
)

const name = "nats"

// NewSink returns a sink for the stream that c names. It does not wait for a server. The error has every mistake in c.
func NewSink(c Config) (*Sink, error) {
	connection, err := newConnection(c, "otelanalytics sink")
	if err != nil {
		return nil, err
	}
	return &Sink{config: connection.config, connection: connection, stream: newStream(connection.config), plainAck: plainAckOf(connection.config.Stream)}, nil
}

// Name returns nats.
func (s *Sink) Name() string { return name }

// Destination names the stream. Hosts are no part of it: a cluster may move.
func (s *Sink) Destination() string { return name + " " + s.config.Stream }

// Prepare creates the stream or checks it, within WriteTimeout, unless Config.WithoutStream. It returns an error, too, when the server
// or the stream takes smaller messages than Config.MaxEventBytes asks for: larger events are refused from then on.
func (s *Sink) Prepare(ctx context.Context) error {
	_, js, err := s.connection.get(ctx)
	if err == nil {
		err = s.stream.ensure(ctx, js)
	}
	if err == nil {
		err = s.narrowed()
	}
	if err != nil {
		return s.connection.failure(err)
	}
	return nil
}

// narrowed returns an error when a message cannot be as large as the configuration asks for.
func (s *Sink) narrowed() error {
	asked := s.config.MaxEventBytes
	if most := s.connection.maxPayload(); most > 0 && most-headerBytes < asked {
		return fmt.Errorf("%w: the server takes messages of %d bytes (max_payload); raise that, or set Config.MaxEventBytes, which is %d, to %d",
			ErrStream, most, asked, max(most-headerBytes, 1))
	}
	if most := int(s.stream.maxMessage.Load()); most > 0 && most-headerBytes < asked {
		return fmt.Errorf("%w: the stream %s takes messages of %d bytes (max_msg_size); raise that, or set Config.MaxEventBytes, which is %d, to %d",
			ErrStream, s.config.Stream, most, asked, max(most-headerBytes, 1))
	}
	return nil
}

// MaxEventBytes returns Config.MaxEventBytes, or less when the server (max_payload) or the stream (max_msg_size) takes less, as far as
// the sink has seen that. The store refuses larger events when they are tracked.
func (s *Sink) MaxEventBytes() int {
	n := s.config.MaxEventBytes
	for _, most := range []int{s.connection.maxPayload(), int(s.stream.maxMessage.Load())} {
		if most > 0 {
			n = min(n, max(most-headerBytes, 1))
		}
	}
	return n
}

// Ping checks the stream, or only asks the server for an answer with Config.WithoutStream, for WriteTimeout at most. A stream that does
// not fit the configuration is an error.
func (s *Sink) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.config.WriteTimeout)
	defer cancel()
	conn, js, err := s.connection.get(ctx)
	switch {
	case err != nil:
	case s.config.WithoutStream:
		err = conn.FlushWithContext(ctx)
	default:
		err = s.stream.look(ctx, js)
	}
	if err == nil {
		err = s.narrowed()
	}
	return s.connection.safe(err)
}

// Close closes the connection. It may be called more than once.
func (s *Sink) Close(context.Context) error {
	s.connection.close()
	return nil
}
