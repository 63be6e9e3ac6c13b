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
	return &Sink{config: connection.config, connection: connection, stream: newStream(connection.config)}, nil
}

// Name returns nats.
func (s *Sink) Name() string { return name }

// Destination names the stream. Hosts are no part of it: a cluster may move.
func (s *Sink) Destination() string { return name + " " + s.config.Stream }

// Prepare creates the stream or checks it, within WriteTimeout, unless Config.WithoutStream. It returns an error, too, when the server
// takes smaller messages than Config.MaxEventBytes asks for: events in between are accepted, and quarantined.
func (s *Sink) Prepare(ctx context.Context) error {
	conn, js, err := s.connection.get(ctx)
	if err == nil {
		err = s.stream.ensure(ctx, js)
	}
	if err != nil {
		return s.connection.failure(err)
	}
	if takes := conn.MaxPayload() - envelopeBytes; takes < int64(s.config.MaxEventBytes) {
		return &eventstore.DeliveryError{Kind: kindStream, Err: fmt.Errorf(
			"natsstore: the server takes messages of %d bytes (max_payload); raise that, or set Config.MaxEventBytes, which is %d, to %d", conn.MaxPayload(), s.config.MaxEventBytes, takes)}
	}
	return nil
}

// MaxEventBytes returns Config.MaxEventBytes: the store refuses larger events when they are tracked.
func (s *Sink) MaxEventBytes() int { return s.config.MaxEventBytes }

// Ping asks the stream's leader for an answer, or only the server with Config.WithoutStream, for WriteTimeout at most.
func (s *Sink) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.config.WriteTimeout)
	defer cancel()
	conn, js, err := s.connection.get(ctx)
	switch {
	case err != nil:
	case s.config.WithoutStream:
		err = conn.FlushWithContext(ctx)
	default:
		if _, err = js.Stream(ctx, s.config.Stream); err != nil {
			err = fmt.Errorf("stream %s: %w", s.config.Stream, err)
		}
	}
	return s.connection.safe(err)
}

// Close closes the connection. It may be called more than once.
func (s *Sink) Close(context.Context) error {
	s.connection.close()
	return nil
}
