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

// ErrLimits: a limit of the topic is not known. [Consumer.Retention] returns everything else beside it.
var ErrLimits = errors.New("kafkastore: a limit of the topic is not known")

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
	// Bytes is the limit of each partition by size (retention.bytes). Its Max is 0 for a topic that [Sink] makes or accepts.
	Bytes Bound
}

// Bound is a limit of a topic, and the used part of it. Of several partitions, the worst counts. It uses the range from the oldest event
// that the group has not committed to the newest. At the limit, the topic may remove that oldest event. For bytes, the used part is an
// estimate: it assumes that records are equally large.
type Bound struct {
	Used int64
	Max  int64 // 0: there is no limit
}

// Retention asks brokers for the age of the oldest event that the group has not committed, and for the topic's limits. It waits as long
// as ctx allows.
//
// For each partition in which the group is behind, a broker sends the batch of that event. The next call asks again only where the
// group has moved.
//
// The account needs the rights of a reader: Read on the topic and on the group, which include Describe. It needs DescribeConfigs on
// the topic, too, and Describe on the cluster for a topic with retention.bytes. Without one of these two, the error is [ErrLimits]: it
// names what is not known, and everything else is set.
func (c *Consumer) Retention(ctx context.Context) (Retention, error) {
	r, err := c.retention(ctx)
	if err != nil {
		err = fmt.Errorf("topic %s, group %s: %w", c.config.Topic, c.group, c.client.cause(err))
	}
	return r, c.client.safe(err)
}

func (c *Consumer) retention(ctx context.Context) (r Retention, err error) {
	age, all, err := c.oldestAge(ctx)
	if err != nil {
		return r, err
	}
	r.OldestAge = age
	if err := c.limits(ctx, &r, all); err != nil {
		return r, fmt.Errorf("%w: %w", ErrLimits, c.client.cause(err))
	}
	return r, nil
}

// limits adds the topic's limits to r, and what is used of them.
func (c *Consumer) limits(ctx context.Context, r *Retention, all []position) error {
	is, err := settings(ctx, c.client.Client, c.config.Topic, cleanupPolicy, retentionTime, retentionBytes)
	if err != nil {
		return err
	}
	if policy, ok := is[cleanupPolicy]; ok && !strings.Contains(policy, "delete") {
		return nil
	}
	ms, err := limitOf(is, retentionTime)
	if err != nil {
		return err
	}
	r.MaxAge = time.Duration(min(ms, math.MaxInt64/int64(time.Millisecond))) * time.Millisecond
	most, err := limitOf(is, retentionBytes)
	if err != nil || most == 0 {
		return err
	}
	used, err := c.bytes(ctx, all)
	if err != nil {
		return err
	}
	r.Bytes = Bound{Used: used, Max: most}
	return nil
}

// limitOf returns a setting of a topic that is a limit; 0: there is none.
func limitOf(is map[string]string, name string) (int64, error) {
	n, err := strconv.ParseInt(is[name], 10, 64)
	switch {
	case err != nil:
		return 0, fmt.Errorf("%s is %q; it must be a number", name, is[name])
	case n < 0:
		return 0, nil
	}
	return max(n, 1), nil // a topic with 0 keeps next to nothing
}

// oldestAge looks again when a partition gets another leader, or loses records, while it looks.
func (c *Consumer) oldestAge(ctx context.Context) (age time.Duration, all []position, err error) {
	for attempt := 1; ; attempt++ {
		topic, all, err := c.positions(ctx)
		if err != nil {
			return 0, nil, err
		}
		since, err := c.oldest.find(ctx, topic.TopicID, all)
		switch {
		case err == nil && since.IsZero():
			return 0, all, nil
		case err == nil:
			return max(time.Since(since), 0), all, nil
		case attempt == looks || !kerr.IsRetriable(err) && !errors.Is(err, kerr.OffsetOutOfRange):
			return 0, nil, err
		}
	}
}
