// SPDX-License-Identifier: Apache-2.0

package kafkastore

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// Sink publishes events to a topic of Kafka. Make it with [NewSink], and hand it to eventstore.Open. It is safe for concurrent
// use.
type Sink struct {
	config   Config
	topic    *topic
	records  *records
	producer *producer
	alone    *alone
	close    func()
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

const name = "kafka"

const (
	// maxBuffered bounds the records that are under way, and bufferedBytes their bytes, unless one event is larger. A store has up to
	// four deliveries of 8 MiB at a time; an event that waits for room waits in Deliver.
	maxBuffered   = 50_000
	bufferedBytes = 32 << 20
	// linger is how long the client waits for more records of a batch. A delivery hands its events over at once: what waits longer makes each
	// delivery later, and no batch larger.
	linger = time.Millisecond
	// attempts is how often the client sends a batch that a broker answers with an error. Then the queue does.
	attempts = 4
)

// NewSink returns a sink for the topic that c names. It does not wait for a broker. The error has every mistake in c.
func NewSink(c Config) (*Sink, error) {
	c, where, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	s := &Sink{config: c, topic: newTopic(c), records: &records{topic: c.Topic}}
	if len(c.UserKey) > 0 {
		s.records.users = newUserKey(c.UserKey)
	}
	open := func() (*client, error) { return newClient(c, where, "otelanalytics-sink", s.options()...) }
	if s.producer, err = newProducer(open); err != nil {
		return nil, err
	}
	s.alone = newAlone(open)
	s.close = sync.OnceFunc(func() {
		s.alone.close()
		s.producer.close()
	})
	return s, nil
}

// options are those of the producer. What it sends again by itself is there once. A delivery that ends does not wait for answers: the queue
// offers its events again, and readers tell them by their ids.
func (s *Sink) options() []kgo.Opt {
	largest := s.config.MaxEventBytes + envelopeBytes
	return []kgo.Opt{
		kgo.RequiredAcks(kgo.AllISRAcks()),
		kgo.ProducerLinger(linger),
		kgo.AllowIdempotentProduceCancellation(),
		kgo.ProduceRequestTimeout(s.config.WriteTimeout),
		kgo.RecordDeliveryTimeout(s.config.WriteTimeout),
		kgo.RecordRetries(attempts - 1),
		kgo.ProducerBatchMaxBytesFn(func(string) int32 { return s.topic.batchBytes() }),
		kgo.MaxBufferedRecords(maxBuffered),
		kgo.MaxBufferedBytes(max(bufferedBytes, 2*largest)),
	}
}

// Name returns kafka.
func (s *Sink) Name() string { return name }

// Destination names the topic. Hosts are no part of it: a cluster may move.
func (s *Sink) Destination() string { return name + " " + s.config.Topic }

// Prepare creates the topic or checks it, within WriteTimeout, unless Config.WithoutTopic. It returns an error, too, when the topic
// takes smaller batches than Config.MaxEventBytes asks for: events in between are accepted, and quarantined.
func (s *Sink) Prepare(ctx context.Context) error {
	client := s.producer.enter()
	defer s.producer.leave(client)
	if err := s.topic.ensure(ctx, client.Client); err != nil {
		return client.failure(err)
	}
	if takes := int(s.topic.takes.Load()); takes > 0 && takes-envelopeBytes < s.config.MaxEventBytes {
		return client.failure(fmt.Errorf("%w: topic %s takes batches of %d bytes (%s); raise that, or set Config.MaxEventBytes, which is %d, to %d",
			ErrTopic, s.config.Topic, takes, maxBatchBytes, s.config.MaxEventBytes, takes-envelopeBytes))
	}
	return nil
}

// MaxEventBytes returns Config.MaxEventBytes: the store refuses larger events when they are tracked.
func (s *Sink) MaxEventBytes() int { return s.config.MaxEventBytes }

// Ping asks who leads the topic's partitions, for WriteTimeout at most.
func (s *Sink) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.config.WriteTimeout)
	defer cancel()
	client := s.producer.enter()
	defer s.producer.leave(client)
	_, err := find(ctx, client.Client, s.config.Topic)
	if err != nil {
		err = fmt.Errorf("topic %s: %w", s.config.Topic, client.cause(err))
	}
	return client.safe(err)
}

// Close closes the connections. It may be called more than once.
func (s *Sink) Close(ctx context.Context) error {
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		s.close()
	}()
	select {
	case <-closed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
