// SPDX-License-Identifier: Apache-2.0

package kafkastore

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	// SessionTimeout is after which time without a sign of life a reader's partitions are given to others of its group.
	SessionTimeout = 15 * time.Second
	// BatchSize is the largest number of events in a [Batch].
	BatchSize = 500

	// batchBytes bounds the records of a batch. A single record may be larger.
	batchBytes = 4 << 20
	// fetchBytes bounds what is asked of one broker at a time.
	fetchBytes = 4 << 20
	// mostReleased and releasedBytes bound the events that wait to be returned again. At the bound nothing else is read.
	mostReleased, releasedBytes = 10_000, 16 << 20
	// quiet is how long nothing may come before a reader looks whether the topic is there.
	quiet = 5 * time.Second
	// tellEvery is how often Next returns a failure of some partitions while records of others come.
	tellEvery = time.Minute
)

// Consumer reads the topic as one of a consumer group, whose readers share its partitions between them. A group begins with the oldest
// events of the topic. Its methods may be called by one goroutine at a time, but for Lag, Retention, Ping, Redelivered and Close;
// batches may be acknowledged by others.
//
// The client rebalances in the background, and not while Next notes what it has read:
//
//	Next ──► poll ──► partitions (spans of what was read) ──► batches
//	                      ▲                                      │
//	client ──► assigned, revoked                                 │
//	   ▲                  │                                      │
//	   └── marks, once a second ◄── what is done in a row ◄── Ack
type Consumer struct {
	config Config
	group  string
	client *client
	opened chan struct{} // closed when there is a client; the client calls methods before
	oldest *oldest
	close  func()

	queue  []record  // were read, and are not in a batch yet
	losses []error   // that calls of Next return, one each
	told   time.Time // when Next last returned a failure while records came

	redelivered atomic.Int64
	remade      atomic.Bool // the topic of this name is another one

	mu         sync.Mutex // guards what follows, and the partitions
	partitions map[int32]*partition
	id         [16]byte        // of the topic; zero: not known
	abandoned  bool            // the topic is another one by now, and its partitions are not assigned yet
	seen       map[int32]int64 // by partition: the offset behind the last record in any batch
	released   []released
	waiting    weight // of released
}

// record is a record and where it was read.
type record struct {
	*kgo.Record
	span *span
}

// released is a batch that is to be returned again.
type released struct {
	batch *Batch
	due   time.Time
}

type weight struct{ events, bytes int }

func (w weight) isFull() bool { return w.events >= mostReleased || w.bytes >= releasedBytes }

// NewConsumer returns a reader of the group; it may be empty when Config.URL names it. It does not wait for a broker. Of c, Topic
// and the settings of connections count.
func NewConsumer(c Config, group string) (*Consumer, error) {
	c, where, err := c.withDefaults()
	switch {
	case group == "":
		group = where.group
	case where.group != "" && where.group != group:
		err = errors.Join(err, fmt.Errorf("kafkastore: the group is %q and Config.URL names the group %q; give one of them", group, where.group))
	}
	if group == "" {
		err = errors.Join(err, errors.New("kafkastore: the group has no name; give one, or write ?group= in Config.URL"))
	}
	if err != nil {
		return nil, err
	}
	reader := &Consumer{config: c, group: group, opened: make(chan struct{}), partitions: make(map[int32]*partition), seen: make(map[int32]int64)}
	reader.client, err = newClient(c, where, "otelanalytics-consumer",
		kgo.ConsumerGroup(group),
		kgo.ConsumeTopics(c.Topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.Balancers(kgo.CooperativeStickyBalancer()),
		kgo.SessionTimeout(SessionTimeout),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.KeepControlRecords(), // their offsets are behind records of transactions that were aborted, which do not come
		kgo.FetchMaxBytes(fetchBytes),
		kgo.FetchMaxPartitionBytes(fetchBytes/4),
		kgo.AutoCommitMarks(),
		kgo.AutoCommitInterval(math.MaxInt64), // commits does it
		kgo.BlockRebalanceOnPoll(),
		kgo.AdjustFetchOffsetsFn(reader.begins),
		kgo.OnPartitionsAssigned(reader.assigned),
		kgo.OnPartitionsRevoked(reader.revoked),
		kgo.OnPartitionsLost(reader.lost),
	)
	if err != nil {
		return nil, err
	}
	reader.oldest = newOldest(c.Topic, func() (*client, error) { return newClient(c, where, "otelanalytics-consumer") })
	close(reader.opened)
	committing, stop := context.WithCancel(context.Background())
	go reader.commits(committing)
	reader.close = sync.OnceFunc(func() {
		stop()
		reader.client.CloseAllowingRebalance()
		reader.oldest.close()
	})
	return reader, nil
}

// Source names the topic and the group.
func (c *Consumer) Source() string { return name + " " + c.config.Topic + " as " + c.group }

// Next returns the next events, at least one, and waits for them as long as ctx allows. After an error, call it again after a
// pause: brokers may be away, or the topic may not exist yet. [ErrMissed] and [ErrTruncated] report a loss once. While events of some
// partitions come, it returns a failure of others once a minute.
func (c *Consumer) Next(ctx context.Context) (*Batch, error) {
	for since := time.Now(); ; {
		if len(c.losses) > 0 {
			err := c.losses[0]
			c.losses = c.losses[1:]
			return nil, c.client.safe(err)
		}
		if b := c.again(); b != nil {
			return b, nil
		}
		if b := c.take(); b != nil {
			return b, nil
		}
		err := c.poll(ctx)
		if ctx.Err() != nil && len(c.queue) == 0 {
			return nil, c.client.safe(ctx.Err())
		}
		if err == nil && len(c.queue) == 0 && time.Since(since) >= quiet {
			since = time.Now()
			err = c.look(ctx)
		}
		if err != nil {
			return nil, c.client.safe(err)
		}
	}
}

// poll reads what has come, or waits until something comes, a batch is to be returned again, or a moment is over.
func (c *Consumer) poll(ctx context.Context) error {
	wait, full := c.patience()
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	if full {
		<-ctx.Done()
		return nil
	}
	fetches := c.client.PollRecords(ctx, BatchSize)
	failed := c.note(fetches)
	c.mark()
	c.client.AllowRebalance()
	if c.remade.Swap(false) || errors.Is(failed, kerr.UnknownTopicID) { // the client reads the topic that it knows, and no other of its name
		c.abandon()
		c.client.PurgeTopicsFromConsuming(c.config.Topic)
		c.client.AddConsumeTopics(c.config.Topic)
	}
	if len(c.queue) > 0 && time.Since(c.told) < tellEvery {
		return nil
	}
	if failed != nil {
		c.told = time.Now()
	}
	return failed
}

// note adds what was read to the queue.
func (c *Consumer) note(fetches kgo.Fetches) (failed error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	fetches.EachPartition(func(f kgo.FetchTopicPartition) {
		var loss *kgo.ErrDataLoss
		switch {
		case errors.As(f.Err, &loss):
			c.truncated(loss)
		case f.Err != nil && !errors.Is(f.Err, context.DeadlineExceeded) && !errors.Is(f.Err, context.Canceled):
			failed = fmt.Errorf("topic %s, partition %d: %w", c.config.Topic, f.Partition, f.Err)
		}
		p := c.partitions[f.Partition]
		if p == nil || len(f.Records) == 0 {
			return
		}
		if n := p.gap(f.Records[0].Offset, f.LogStartOffset); n > 0 {
			c.losses = append(c.losses, fmt.Errorf("%w: %d of topic %s, partition %d, from offset %d; they were older than its retention.ms, or somebody deleted them",
				ErrMissed, n, c.config.Topic, f.Partition, p.next))
		}
		s := p.add(f.Records)
		for _, r := range f.Records {
			if r.Attrs.IsControl() {
				s.done(1)
			} else {
				c.queue = append(c.queue, record{r, s})
			}
		}
	})
	return failed
}

// truncated notes that a partition has lost records. Those that were read are delivered all the same, and move the offset no more.
func (c *Consumer) truncated(loss *kgo.ErrDataLoss) {
	c.losses = append(c.losses, fmt.Errorf("%w: of topic %s, partition %d, this reader had read up to offset %d; reading continues at offset %d; a replica that lacked records became the leader, or somebody made the topic anew",
		ErrTruncated, c.config.Topic, loss.Partition, loss.ConsumedTo, loss.ResetTo))
	if c.partitions[loss.Partition] != nil {
		c.partitions[loss.Partition] = &partition{number: loss.Partition, next: loss.ResetTo}
	}
}

// patience is how long to wait for more, and whether nothing may be read meanwhile.
func (c *Consumer) patience() (wait time.Duration, full bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	wait = quiet
	for _, r := range c.released {
		wait = min(wait, max(time.Until(r.due), time.Millisecond))
	}
	return wait, c.waiting.isFull()
}

// look finds out why nothing comes: an idle topic is no error. Brokers before Kafka 3.1 do not say that the topic is another one.
func (c *Consumer) look(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, c.config.WriteTimeout)
	defer cancel()
	found, err := find(ctx, c.client.Client, c.config.Topic)
	if err != nil {
		return fmt.Errorf("topic %s: %w", c.config.Topic, c.client.cause(err))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.id != [16]byte{} && c.id != found.TopicID {
		c.remade.Store(true)
	}
	return nil
}

// take makes a batch of what was read. What another reader has by now is left out.
func (c *Consumer) take() *Batch {
	c.mu.Lock()
	defer c.mu.Unlock()
	b := &Batch{consumer: c}
	n, bytes := 0, 0
	for ; n < len(c.queue) && len(b.events) < BatchSize && bytes < batchBytes; n++ {
		r := &c.queue[n]
		if r.span.of.lost {
			continue
		}
		b.events = append(b.events, eventOf(r.Record))
		b.read = append(b.read, read{r.span, len(r.Value)})
		bytes += len(r.Value)
		if r.Offset < c.seen[r.Partition] {
			c.redelivered.Add(1)
		} else {
			c.seen[r.Partition] = r.Offset + 1
		}
	}
	clear(c.queue[:n])
	if c.queue = c.queue[n:]; len(c.queue) == 0 {
		c.queue = nil
	}
	if len(b.events) == 0 {
		return nil
	}
	return b
}

// again returns a batch that was released and whose pause is over.
func (c *Consumer) again() *Batch {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	for i, r := range c.released {
		if r.due.After(now) {
			continue
		}
		c.released = append(c.released[:i:i], c.released[i+1:]...)
		c.weigh(r.batch, -1)
		kept, _ := r.batch.divide(func(i int) bool { return !r.batch.read[i].span.of.lost })
		if len(kept.events) == 0 {
			return nil // Next looks again
		}
		c.redelivered.Add(int64(len(kept.events)))
		return kept
	}
	return nil
}

func (c *Consumer) release(b *Batch, after time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(b.events) == 0 {
		return
	}
	c.released = append(c.released, released{b, time.Now().Add(after)})
	c.weigh(b, 1)
}

func (c *Consumer) weigh(b *Batch, sign int) {
	c.waiting.events += sign * len(b.events)
	for _, r := range b.read {
		c.waiting.bytes += sign * r.bytes
	}
}

// Redelivered returns how many events this reader got that it had got before. It does not know which events other readers of the group
// had.
func (c *Consumer) Redelivered() int64 { return c.redelivered.Load() }

// Ping reports whether the brokers that lead the topic's partitions answer for the group, as long as ctx allows.
func (c *Consumer) Ping(ctx context.Context) error {
	_, err := c.Lag(ctx)
	return err
}

// Close commits what is done, leaves the group, and closes the connections, for as long as ctx allows. Events that are not acknowledged
// are given to other readers. It may be called more than once.
func (c *Consumer) Close(ctx context.Context) error {
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		c.close()
	}()
	select {
	case <-closed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
