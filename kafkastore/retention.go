// SPDX-License-Identifier: Apache-2.0

package kafkastore

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
)

// looks is how often Retention looks for the oldest record.
const looks = 3

// ErrLimits: the topic does not tell its limits. [Consumer.Retention] returns the age of the oldest event beside it.
var ErrLimits = errors.New("kafkastore: the limits of the topic are not known")

// Retention reports how soon a topic may remove an event that the group is not done with.
type Retention struct {
	// OldestAge is the age of the oldest event that the group has not committed. 0 means that there is none. Of several partitions, the
	// worst counts. In a partition, the first record behind the committed offset is the oldest.
	//
	// The age is from the record's timestamp to now, by the clock of this process. Whose clock set the timestamp depends on the topic's
	// message.timestamp.type: a producer's (CreateTime) or a broker's (LogAppendTime). A record without a timestamp has no age.
	OldestAge time.Duration
	// MaxAge is how long the topic keeps an event (retention.ms). 0 means forever.
	//
	// Kafka removes whole segments. A segment goes when its newest timestamp is older than MaxAge. So an event may stay longer than
	// MaxAge, by up to segment.ms and the time between two cleanups.
	MaxAge time.Duration
}

// Retention asks brokers for the age of the oldest event that the group has not committed, and for the topic's limits. It waits as long
// as ctx allows.
//
// For each partition in which the group is behind, a broker sends the batch of that event. The next call asks again only where the
// group has moved.
//
// The account needs the rights of a reader: Read on the topic and on the group, which include Describe. It needs DescribeConfigs on
// the topic, too. Without that right, the error is [ErrLimits], and OldestAge is set.
func (c *Consumer) Retention(ctx context.Context) (Retention, error) {
	r, err := c.retention(ctx)
	if err != nil {
		err = fmt.Errorf("topic %s, group %s: %w", c.config.Topic, c.group, c.client.cause(err))
	}
	return r, c.client.safe(err)
}

func (c *Consumer) retention(ctx context.Context) (r Retention, err error) {
	if r.OldestAge, err = c.oldestAge(ctx); err != nil {
		return r, err
	}
	is, err := settings(ctx, c.client.Client, c.config.Topic, cleanupPolicy, retentionTime)
	if err == nil {
		r.MaxAge, err = maxAgeOf(is)
	}
	if err != nil {
		err = fmt.Errorf("%w: %w", ErrLimits, c.client.cause(err))
	}
	return r, err
}

// oldestAge looks again when a partition gets another leader, or loses records, while it looks.
func (c *Consumer) oldestAge(ctx context.Context) (time.Duration, error) {
	for attempt := 1; ; attempt++ {
		topic, all, err := c.positions(ctx)
		if err != nil {
			return 0, err
		}
		since, err := c.oldest.find(ctx, topic.TopicID, all)
		switch {
		case err == nil && since.IsZero():
			return 0, nil
		case err == nil:
			return max(time.Since(since), 0), nil
		case attempt == looks || !kerr.IsRetriable(err) && !errors.Is(err, kerr.OffsetOutOfRange):
			return 0, err
		}
	}
}

// maxAgeOf returns how long a topic with these settings keeps an event; 0: forever.
func maxAgeOf(is map[string]string) (time.Duration, error) {
	if policy, ok := is[cleanupPolicy]; ok && !strings.Contains(policy, "delete") {
		return 0, nil
	}
	ms, err := strconv.ParseInt(is[retentionTime], 10, 64)
	switch {
	case err != nil:
		return 0, fmt.Errorf("%s is %q; it must be a number", retentionTime, is[retentionTime])
	case ms < 0:
		return 0, nil
	}
	return time.Duration(min(max(ms, 1), math.MaxInt64/int64(time.Millisecond))) * time.Millisecond, nil
}
