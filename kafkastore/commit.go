// SPDX-License-Identifier: Apache-2.0

package kafkastore

import (
	"context"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// commitEvery is how often offsets are committed.
const commitEvery = time.Second

// stamp begins the metadata of a committed offset. The topic's id follows. The offset means nothing in a later topic of the same name.
const stamp = "topic "

// acknowledge notes that events are done, and marks what is done in a row.
func (c *Consumer) acknowledge(done []read) {
	c.mu.Lock()
	for _, r := range done {
		r.span.done(1)
	}
	c.mu.Unlock()
	c.mark()
}

// mark marks what is done in a row, for the next commit.
func (c *Consumer) mark() {
	c.mu.Lock()
	marks := make(map[int32]kgo.EpochOffset)
	for _, p := range c.partitions {
		if p.unsent {
			p.unsent = false
			marks[p.number] = p.noted
		}
	}
	c.mu.Unlock()
	if len(marks) > 0 {
		c.client.MarkCommitOffsets(map[string]map[int32]kgo.EpochOffset{c.config.Topic: marks})
	}
}

// commits commits what is marked, once a second, until ctx ends.
func (c *Consumer) commits(ctx context.Context) {
	for tick := time.NewTicker(commitEvery); ; {
		select {
		case <-tick.C:
			c.remade.CompareAndSwap(false, errors.Is(c.commit(ctx, c.client.Client), kerr.UnknownTopicID))
		case <-ctx.Done():
			tick.Stop()
			return
		}
	}
}

// commit commits what is marked. After an error it is marked still.
func (c *Consumer) commit(ctx context.Context, client *kgo.Client) error {
	return client.CommitMarkedOffsets(kgo.PreCommitFnContext(ctx, func(req *kmsg.OffsetCommitRequest) error {
		for i := range req.Topics {
			text := stamp + hex.EncodeToString(req.Topics[i].TopicID[:])
			for j := range req.Topics[i].Partitions {
				req.Topics[i].Partitions[j].Metadata = &text
			}
		}
		return nil
	}))
}

// isOfAnother reports whether an offset with this metadata was committed for another topic than the one that has an id.
func isOfAnother(metadata *string, id [16]byte) bool {
	if metadata == nil || id == [16]byte{} {
		return false
	}
	of, ok := strings.CutPrefix(*metadata, stamp)
	return ok && of != hex.EncodeToString(id[:])
}

// committed asks for the group's offsets in the topic that has an id. They are negative for partitions of which nothing was committed.
func (c *Consumer) committed(ctx context.Context, partitions []int32, id [16]byte) (map[int32]int64, error) {
	req := kmsg.NewPtrOffsetFetchRequest()
	req.Group = c.group
	topic := kmsg.NewOffsetFetchRequestTopic()
	topic.Topic, topic.Partitions = c.config.Topic, partitions
	req.Topics = append(req.Topics, topic)
	resp, err := req.RequestWith(ctx, c.client.Client)
	if err != nil {
		return nil, err
	}
	found := make(map[int32]int64)
	for _, number := range partitions {
		found[number] = -1
	}
	if err := kerr.ErrorForCode(resp.ErrorCode); errors.Is(err, kerr.GroupIDNotFound) { // nobody has joined it yet
		return found, nil
	} else if err != nil {
		return nil, err
	}
	for _, t := range resp.Topics {
		for _, p := range t.Partitions {
			if err := kerr.ErrorForCode(p.ErrorCode); err != nil {
				return nil, err
			}
			if !isOfAnother(p.Metadata, id) {
				found[p.Partition] = p.Offset
			}
		}
	}
	return found, nil
}
