// SPDX-License-Identifier: Apache-2.0

package kafkastore

import (
	"context"
	"maps"
	"slices"

	"github.com/twmb/franz-go/pkg/kgo"
)

// assigned is called by the client, as revoked and lost are, one after the other.
func (c *Consumer) assigned(_ context.Context, _ *kgo.Client, got map[string][]int32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, number := range got[c.config.Topic] {
		c.partitions[number] = &partition{number: number, next: -1}
	}
}

// begins notes where the group stopped before. The client calls it after assigned, and before it reads. Offsets of an earlier topic of
// the same name do not count.
func (c *Consumer) begins(ctx context.Context, at map[string]map[int32]kgo.Offset) (map[string]map[int32]kgo.Offset, error) {
	offsets := at[c.config.Topic]
	if len(offsets) == 0 {
		return at, nil
	}
	<-c.opened
	found, err := find(ctx, c.client.Client, c.config.Topic)
	if err != nil {
		return nil, err
	}
	committed, err := c.committed(ctx, slices.Collect(maps.Keys(offsets)), found.TopicID)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.abandoned = false
	if c.id != found.TopicID {
		c.id = found.TopicID
		clear(c.seen)
	}
	for number, offset := range offsets {
		if committed[number] < 0 {
			offset = kgo.NewOffset().AtStart()
			offsets[number] = offset
		}
		if p := c.partitions[number]; p != nil {
			p.next = max(-1, offset.EpochOffset().Offset) // negative when the group has committed nothing
		}
	}
	return at, nil
}

// revoked commits what is done, so that others begin behind it.
func (c *Consumer) revoked(ctx context.Context, client *kgo.Client, gone map[string][]int32) {
	committing, cancel := context.WithTimeout(ctx, c.config.WriteTimeout)
	defer cancel()
	_ = c.commit(committing, client) // else others get it again
	c.lost(ctx, client, gone)
}

func (c *Consumer) lost(_ context.Context, _ *kgo.Client, gone map[string][]int32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, number := range gone[c.config.Topic] {
		if p := c.partitions[number]; p != nil {
			p.lost = !c.abandoned
			delete(c.partitions, number)
		}
	}
}

// abandon keeps what was read of a topic that is gone: no other reader can get it.
func (c *Consumer) abandon() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.abandoned = true
}
