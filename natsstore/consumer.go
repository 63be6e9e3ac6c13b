// SPDX-License-Identifier: Apache-2.0

package natsstore

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

const (
	// AckWait is how long a batch belongs to its reader. Afterwards the stream gives its events to another reader of the group, unless
	// [Batch.Extend] was called.
	AckWait = 30 * time.Second
	// BatchSize is the largest number of events in a [Batch].
	BatchSize = 500

	// maxAckPending bounds the events that all readers of a group have and have not acknowledged.
	maxAckPending = 50_000
	// batchBytes bounds the messages of a batch. A single message may be larger.
	batchBytes = 4 << 20
	// fetchWait is how long the server keeps a request for events open, and linger how long a batch that is not full waits for more.
	fetchWait = 5 * time.Second
	// fetchBeat is how often the server says meanwhile that it is there.
	fetchBeat = 2 * time.Second
	linger    = 20 * time.Millisecond
	// leastLookUp is how long a look-up of the consumer waits for an answer, at first. While servers elect a leader, a question gets lost.
	// A look-up without an answer makes the next one wait twice as long, up to Config.WriteTimeout.
	leastLookUp = time.Second
)

// Consumer reads the stream as one of a group of readers, which share its events. It is a durable pull consumer with the
// group's name. It begins with the oldest event of the stream.
//
// One goroutine at a time may call its methods, except Lag, Retention, Ping, Redelivered and Close. Other goroutines may acknowledge
// batches.
type Consumer struct {
	config     Config
	group      string
	connection *connection

	reader  jetstream.Consumer // nil: to be looked up
	looked  time.Time          // when it was
	lookFor time.Duration      // how long the next look-up waits for an answer
	current jetstream.MessageBatch

	redelivered atomic.Int64

	mu     sync.Mutex         // guards shared
	shared jetstream.Consumer // reader, for Lag
}

// NewConsumer returns a reader of the group. The group's name is a name in JetStream: no dots, spaces, * and >. NewConsumer does not
// wait for a server. It uses Stream, Subjects and the connection's fields of c.
func NewConsumer(c Config, group string) (*Consumer, error) {
	connection, err := newConnection(c, "otelanalytics consumer "+group)
	if !isName(group) {
		err = errors.Join(err, fmt.Errorf("natsstore: the group is %q; a name has no space, dot, *, > and slash, and is 255 bytes at most", group))
	}
	if err != nil {
		return nil, err
	}
	return &Consumer{config: connection.config, group: group, connection: connection}, nil
}

// Source names the stream and the group.
func (c *Consumer) Source() string { return name + " " + c.config.Stream + " as " + c.group }

// Next returns the next events, at least one, and waits for them as long as ctx allows. After an error, call it again after a pause: the
// server may be down, or the stream may not exist yet.
func (c *Consumer) Next(ctx context.Context) (*Batch, error) {
	b := &Batch{consumer: c}
	began := time.Now()
	for len(b.messages) == 0 {
		if c.current == nil {
			if err := c.fetch(ctx); err != nil {
				return nil, c.connection.safe(c.connection.unanswered(began, err))
			}
		}
		if err := c.gather(ctx, b); err != nil {
			return nil, c.connection.safe(c.connection.unanswered(began, err))
		}
	}
	for _, m := range b.messages {
		if meta, err := m.Metadata(); err == nil && meta.NumDelivered > 1 {
			c.redelivered.Add(1)
		}
		b.events = append(b.events, eventOf(m))
	}
	return b, nil
}

// fetch asks for events.
func (c *Consumer) fetch(ctx context.Context) error {
	conn, js, err := c.connection.get(ctx)
	if err != nil {
		return err
	}
	if c.reader == nil || time.Since(c.looked) >= lookEvery { // somebody may have changed it
		c.looked = time.Now()
		if c.reader, err = c.lookUp(ctx, js); err != nil {
			if c.reader = nil; isSilence(err) && ctx.Err() == nil {
				c.connection.elsewhere()
				c.lookFor *= 2
			}
			return err
		}
		c.lookFor = leastLookUp
		c.mu.Lock()
		c.shared = c.reader
		c.mu.Unlock()
	}
	bytes := max(batchBytes, int(conn.MaxPayload())+64<<10) // room for one message of any size
	c.current, err = c.reader.Fetch(BatchSize, jetstream.FetchMaxWait(fetchWait), jetstream.FetchHeartbeat(fetchBeat), jetstream.FetchMaxBytes(bytes))
	return err
}

// gather adds what comes to the batch, until that is full, nothing comes for a moment, or the request has ended.
func (c *Consumer) gather(ctx context.Context, b *Batch) error {
	var pause <-chan time.Time
	for len(b.messages) < BatchSize {
		select {
		case m, ok := <-c.current.Messages():
			if ok {
				b.messages = append(b.messages, m)
				pause = time.After(linger)
				continue
			}
			err := c.current.Error()
			c.current = nil
			if !isQuiet(err) {
				c.reader = nil // it may be another one, or gone
				if isSilence(err) {
					c.connection.elsewhere()
				}
			}
			if len(b.messages) > 0 || isQuiet(err) {
				return nil
			}
			return err
		case <-pause:
			return nil
		case <-ctx.Done():
			if len(b.messages) > 0 {
				return nil
			}
			return ctx.Err()
		}
	}
	return nil
}

// isQuiet reports that a request has ended, and nothing is wrong.
func isQuiet(err error) bool {
	return err == nil || errors.Is(err, jetstream.ErrNoMessages) || errors.Is(err, jetstream.ErrBatchCompleted) || errors.Is(err, jetstream.ErrMaxBytesExceeded)
}

// lookUp returns the group's consumer in the stream, which it creates if it is missing.
func (c *Consumer) lookUp(ctx context.Context, js jetstream.JetStream) (jetstream.Consumer, error) {
	c.lookFor = min(max(c.lookFor, leastLookUp), c.config.WriteTimeout)
	ctx, cancel := context.WithTimeout(ctx, c.lookFor)
	defer cancel()
	found, err := js.Consumer(ctx, c.config.Stream, c.group)
	if errors.Is(err, jetstream.ErrConsumerNotFound) || errors.Is(err, jetstream.ErrConsumerDoesNotExist) {
		found, err = js.CreateConsumer(ctx, c.config.Stream, c.wanted())
		if errors.Is(err, jetstream.ErrConsumerExists) { // another reader has created it
			found, err = js.Consumer(ctx, c.config.Stream, c.group)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("stream %s, consumer %s: %w", c.config.Stream, c.group, err)
	}
	return found, c.check(&found.CachedInfo().Config)
}

func (c *Consumer) wanted() jetstream.ConsumerConfig {
	return jetstream.ConsumerConfig{
		Durable:       c.group,
		Description:   "Readers of otelanalytics events",
		DeliverPolicy: jetstream.DeliverAllPolicy,
		AckPolicy:     jetstream.AckExplicitPolicy,
		AckWait:       AckWait,
		MaxDeliver:    -1,
		MaxAckPending: maxAckPending,
		FilterSubject: c.config.Subjects + ".*",
	}
}

// check returns everything for which events could be lost with a consumer that exists.
func (c *Consumer) check(is *jetstream.ConsumerConfig) error {
	var wrong []string
	if is.AckPolicy != jetstream.AckExplicitPolicy {
		wrong = append(wrong, "its ack policy is not explicit")
	}
	if is.MaxDeliver > 0 {
		wrong = append(wrong, fmt.Sprintf("it gives up after %d deliveries (max_deliver); it must not", is.MaxDeliver))
	}
	if is.AckWait < AckWait {
		wrong = append(wrong, fmt.Sprintf("it waits %v for an acknowledgement (ack_wait), less than %v", is.AckWait, AckWait))
	}
	if is.HeadersOnly {
		wrong = append(wrong, "it leaves the events out and gives headers alone (headers_only)")
	}
	if len(is.FilterSubjects) > 0 || is.FilterSubject != "" && !covers(is.FilterSubject, c.config.Subjects+".*") {
		wrong = append(wrong, "it does not read all subjects "+c.config.Subjects+".*")
	}
	if len(wrong) == 0 {
		return nil
	}
	return fmt.Errorf("%w: consumer %s of stream %s: %s", ErrStream, c.group, c.config.Stream, strings.Join(wrong, "; "))
}

// Lag is the backlog of a group.
type Lag struct {
	Pending        int64 // events that no reader of the group has got yet
	Unacknowledged int64 // events that readers have got and have not acknowledged
}

// Lag asks the server for the backlog of the group, for as long as ctx allows.
func (c *Consumer) Lag(ctx context.Context) (Lag, error) {
	c.mu.Lock()
	reader := c.shared
	c.mu.Unlock()
	if reader == nil {
		return Lag{}, c.connection.safe(fmt.Errorf("consumer %s of stream %s is not known yet", c.group, c.config.Stream))
	}
	info, err := reader.Info(ctx)
	if err != nil {
		return Lag{}, c.connection.safe(fmt.Errorf("stream %s, consumer %s: %w", c.config.Stream, c.group, err))
	}
	return Lag{Pending: int64(info.NumPending), Unacknowledged: int64(info.NumAckPending)}, nil
}

// Redelivered returns the number of events that this reader received and that the group had received before.
func (c *Consumer) Redelivered() int64 { return c.redelivered.Load() }

// Ping reports whether the stream answers for the group, as long as ctx allows. It does not before Next has found the stream.
func (c *Consumer) Ping(ctx context.Context) error {
	_, _, err := c.connection.get(ctx)
	if err != nil {
		return c.connection.safe(err)
	}
	_, err = c.Lag(ctx)
	return err
}

// Close sends pending acknowledgements, for as long as ctx allows, and closes the connection. Events that are not
// acknowledged go to other readers after [AckWait]. You may call Close more than once.
func (c *Consumer) Close(ctx context.Context) error {
	conn, _, _, err := c.connection.now()
	if err == nil && conn != nil && conn.IsConnected() {
		err = conn.FlushWithContext(ctx)
	}
	c.connection.close()
	if errors.Is(err, ErrClosed) {
		return nil
	}
	return c.connection.safe(err)
}
