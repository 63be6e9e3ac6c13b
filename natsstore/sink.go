// SPDX-License-Identifier: Apache-2.0

package natsstore

import (
	"context"
	"fmt"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// Sink publishes events to a stream of JetStream. Make it with [NewSink], and pass it to eventstore.Open. It is safe for concurrent
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

// NewSink returns a sink for the stream in c. It does not wait for a server. The error lists every mistake in c.
func NewSink(c Config) (*Sink, error) {
	connection, err := newConnection(c, "otelanalytics sink")
	if err != nil {
		return nil, err
	}
	return &Sink{config: connection.config, connection: connection, stream: newStream(connection.config), plainAck: plainAckOf(connection.config.Stream)}, nil
}

// Name returns nats.
func (s *Sink) Name() string { return name }

// Destination names the stream. It does not contain the hosts: a cluster may move.
func (s *Sink) Destination() string { return name + " " + s.config.Stream }

// Prepare creates the stream or checks it, within WriteTimeout, unless Config.WithoutStream is set. It also returns an error when the
// server or the stream takes smaller messages than Config.MaxEventBytes. Larger events are refused from then on.
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

// MaxEventBytes returns Config.MaxEventBytes, or a smaller limit of the server (max_payload) or the stream (max_msg_size) that
// the sink has seen. The store refuses larger events when they are tracked.
func (s *Sink) MaxEventBytes() int {
	n := s.config.MaxEventBytes
	for _, most := range []int{s.connection.maxPayload(), int(s.stream.maxMessage.Load())} {
		if most > 0 {
			n = min(n, max(most-headerBytes, 1))
		}
	}
	return n
}

// Ping checks the stream, within WriteTimeout. With Config.WithoutStream, it only asks the server for an answer. A stream that does
// not match the configuration, or has no leader, is an error.
func (s *Sink) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.config.WriteTimeout)
	defer cancel()
	conn, js, err := s.connection.get(ctx)
	switch {
	case err != nil:
	case s.config.WithoutStream:
		err = conn.FlushWithContext(ctx)
	default:
		if err = s.stream.look(ctx, js); err == nil {
			err = s.stream.led()
		}
	}
	if err == nil {
		err = s.narrowed()
	}
	return s.connection.safe(err)
}

// Close closes the connection. You may call it more than once.
func (s *Sink) Close(context.Context) error {
	s.connection.close()
	return nil
}
