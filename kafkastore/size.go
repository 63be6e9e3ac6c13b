// SPDX-License-Identifier: Apache-2.0

package kafkastore

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// bytes estimates how large the records are that the group is not done with, in the partition that has the most.
func (c *Consumer) bytes(ctx context.Context, all []position) (most int64, err error) {
	behind := make(map[int32][]position) // by leader
	for _, p := range all {
		if p.behind() > 0 {
			behind[p.leader] = append(behind[p.leader], p)
		}
	}
	for _, leader := range slices.Sorted(maps.Keys(behind)) {
		sizes, err := c.sizes(ctx, leader, behind[leader])
		if err != nil {
			return 0, fmt.Errorf("ask for the sizes of its partitions: %w", err)
		}
		for _, p := range behind[leader] {
			part := float64(p.behind()) / float64(p.end-p.start)
			most = max(most, int64(part*float64(sizes[p.partition])))
		}
	}
	return most, nil
}

// sizes asks a leader of partitions how many bytes they have on its disks.
func (c *Consumer) sizes(ctx context.Context, leader int32, of []position) (map[int32]int64, error) {
	req := kmsg.NewPtrDescribeLogDirsRequest()
	topic := kmsg.NewDescribeLogDirsRequestTopic()
	topic.Topic = c.config.Topic
	for i := range of {
		topic.Partitions = append(topic.Partitions, of[i].partition)
	}
	req.Topics = append(req.Topics, topic)
	answer, err := c.client.Broker(int(leader)).RetriableRequest(ctx, req)
	if err != nil {
		return nil, err
	}
	resp := answer.(*kmsg.DescribeLogDirsResponse)
	if err := kerr.ErrorForCode(resp.ErrorCode); err != nil {
		return nil, err
	}
	if len(resp.Dirs) == 0 { // as brokers before Kafka 3.2 answer an account that may not ask
		return nil, kerr.ClusterAuthorizationFailed
	}
	found := make(map[int32]int64)
	for _, dir := range resp.Dirs {
		for _, t := range dir.Topics {
			for _, p := range t.Partitions {
				if t.Topic == c.config.Topic && !p.IsFuture { // such a copy is on its way to another disk
					found[p.Partition] = p.Size
				}
			}
		}
	}
	for i := range of {
		if _, ok := found[of[i].partition]; !ok {
			return nil, fmt.Errorf("broker %d leads partition %d, and has no log of it", leader, of[i].partition)
		}
	}
	return found, nil
}
