// SPDX-License-Identifier: Apache-2.0

package kafkastore

import (
	"context"
	"fmt"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Lag is how far a group is behind.
type Lag struct {
	Pending        int64 // events that the group is not done with, but for those that this reader has
	Unacknowledged int64 // events that this reader has, and is not done with
}

// What a broker is asked for in place of a time.
const (
	atEnd   = -1
	atStart = -2
)

// Lag asks brokers how far the group is behind, for as long as ctx allows.
func (c *Consumer) Lag(ctx context.Context) (Lag, error) {
	lag, err := c.lag(ctx)
	if err != nil {
		err = fmt.Errorf("topic %s, group %s: %w", c.config.Topic, c.group, c.client.cause(err))
	}
	return lag, c.client.safe(err)
}

func (c *Consumer) lag(ctx context.Context) (l Lag, err error) {
	found, err := find(ctx, c.client.Client, c.config.Topic)
	if err != nil {
		return l, err
	}
	all := make([]int32, len(found.Partitions))
	for i := range found.Partitions {
		all[i] = found.Partitions[i].Partition
	}
	ends, err := c.offsets(ctx, all, atEnd)
	if err != nil {
		return l, err
	}
	from, err := c.committed(ctx, all, found.TopicID)
	if err != nil {
		return l, err
	}
	starts, err := c.offsets(ctx, all, atStart)
	if err != nil {
		return l, err
	}
	for number, end := range ends {
		l.Pending += max(0, end-max(from[number], starts[number])) // what the topic has removed is not pending
	}
	l.Unacknowledged = c.unacknowledged()
	l.Pending = max(0, l.Pending-l.Unacknowledged)
	return l, nil
}

func (c *Consumer) unacknowledged() (n int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range c.partitions {
		for _, s := range p.open {
			n += int64(s.left)
		}
	}
	return n
}

// offsets asks where partitions begin or end.
func (c *Consumer) offsets(ctx context.Context, partitions []int32, at int64) (map[int32]int64, error) {
	req := kmsg.NewPtrListOffsetsRequest()
	req.ReplicaID = -1
	topic := kmsg.NewListOffsetsRequestTopic()
	topic.Topic = c.config.Topic
	for _, number := range partitions {
		p := kmsg.NewListOffsetsRequestTopicPartition()
		p.Partition, p.Timestamp = number, at
		topic.Partitions = append(topic.Partitions, p)
	}
	req.Topics = append(req.Topics, topic)
	resp, err := req.RequestWith(ctx, c.client.Client)
	if err != nil {
		return nil, err
	}
	found := make(map[int32]int64)
	for _, t := range resp.Topics {
		for _, p := range t.Partitions {
			if err := kerr.ErrorForCode(p.ErrorCode); err != nil {
				return nil, err
			}
			found[p.Partition] = p.Offset
		}
	}
	return found, nil
}
