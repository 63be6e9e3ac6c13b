// SPDX-License-Identifier: Apache-2.0

package kafkastore

import (
	"context"
	"fmt"
)

// Lag is how far a group is behind.
type Lag struct {
	// Pending counts events that the group is not done with, but for those that this reader has. It includes unread marks and aborted
	// records of transactions.
	Pending int64
	// Unacknowledged counts events that this reader has, and is not done with.
	Unacknowledged int64
}

// Lag asks brokers how far the group is behind, for as long as ctx allows.
func (c *Consumer) Lag(ctx context.Context) (Lag, error) {
	lag, err := c.lag(ctx)
	if err != nil {
		err = fmt.Errorf("topic %s, group %s: %w", c.config.Topic, c.group, c.client.cause(err))
	}
	return lag, c.client.safe(err)
}

func (c *Consumer) lag(ctx context.Context) (l Lag, err error) {
	_, all, err := c.positions(ctx)
	if err != nil {
		return l, err
	}
	for i := range all {
		l.Pending += all[i].behind()
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
