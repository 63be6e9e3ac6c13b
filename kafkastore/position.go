// SPDX-License-Identifier: Apache-2.0

package kafkastore

import (
	"context"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// What a broker is asked for in place of a time.
const (
	atEnd   = -1
	atStart = -2
)

// readCommitted has a partition end in front of the first transaction that has no result yet.
const readCommitted = 1

// position is where the group stands in a partition.
//
//	removed │ done │ not done │ not written yet
//	        ▲      ▲          ▲
//	        start  next       end
type position struct {
	partition, leader int32
	start, next, end  int64
}

// behind returns how many records the group is not done with. What the topic has removed does not count.
func (p *position) behind() int64 { return max(0, p.end-p.next) }

// positions asks brokers for the topic, and where the group stands in each of its partitions.
func (c *Consumer) positions(ctx context.Context) (topic kmsg.MetadataResponseTopic, all []position, err error) {
	topic, err = find(ctx, c.client.Client, c.config.Topic)
	if err != nil {
		return topic, nil, err
	}
	numbers := make([]int32, len(topic.Partitions))
	for i := range topic.Partitions {
		numbers[i] = topic.Partitions[i].Partition
	}
	ends, err := c.offsets(ctx, numbers, atEnd)
	if err != nil {
		return topic, nil, err
	}
	from, err := c.committed(ctx, numbers, topic.TopicID)
	if err != nil {
		return topic, nil, err
	}
	starts, err := c.offsets(ctx, numbers, atStart)
	if err != nil {
		return topic, nil, err
	}
	for i, number := range numbers {
		start := starts[number]
		all = append(all, position{
			partition: number, leader: topic.Partitions[i].Leader, start: start, next: max(from[number], start), end: ends[number],
		})
	}
	return topic, all, nil
}

// offsets asks where partitions begin or end.
func (c *Consumer) offsets(ctx context.Context, partitions []int32, at int64) (map[int32]int64, error) {
	req := kmsg.NewPtrListOffsetsRequest()
	req.ReplicaID, req.IsolationLevel = -1, readCommitted
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
