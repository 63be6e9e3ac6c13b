// SPDX-License-Identifier: Apache-2.0

package kafkastore_test

import (
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/otelanalytics/otelanalytics-go/kafkastore"
)

// TestTruncatedTopic: a partition that lost records is named once, and its new records come.
func TestTruncatedTopic(t *testing.T) {
	const before, left = 10, 4
	cluster := fake(t)
	brokers := brokersOf(cluster)
	c := own(brokers)
	c.Partitions = 1
	sink := sinkOf(t, c)
	deliver(t, sink, some(t, before)...)
	reader := consumerOf(t, c)
	read := func(n int) (told int) {
		for ctx := within(t); n > 0; {
			b, err := reader.Next(ctx)
			switch {
			case errors.Is(err, kafkastore.ErrTruncated):
				told++
				if !strings.Contains(err.Error(), "partition 0, this reader had read up to offset 10; reading continues at offset 4") {
					t.Error(err)
				}
			case ctx.Err() != nil:
				t.Fatal(err)
			case err != nil:
				time.Sleep(20 * time.Millisecond)
			default:
				n -= len(b.Events())
				_ = b.Ack()
			}
		}
		return told
	}
	if told := read(before); told != 0 {
		t.Errorf("before: told %d times", told)
	}
	truncate(cluster, left)
	deliver(t, sink, event(t, "new", "", 0))
	if told := read(before - left + 1); told != 1 {
		t.Errorf("what was lost is told %d times", told)
	}
}

// truncate has a cluster act as one whose leader lost the records of a topic from an offset on.
func truncate(cluster *kfake.Cluster, offset int64) {
	var fenced atomic.Bool
	cluster.ControlKey(int16(kmsg.Fetch), func(asked kmsg.Request) (kmsg.Response, error, bool) {
		req := asked.(*kmsg.FetchRequest)
		if len(req.Topics) == 0 || fenced.Swap(true) {
			cluster.KeepControl()
			return nil, nil, false
		}
		resp := req.ResponseKind().(*kmsg.FetchResponse)
		topic := kmsg.NewFetchResponseTopic()
		topic.Topic, topic.TopicID = req.Topics[0].Topic, req.Topics[0].TopicID
		partition := kmsg.NewFetchResponseTopicPartition()
		partition.ErrorCode = kerr.FencedLeaderEpoch.Code
		topic.Partitions = append(topic.Partitions, partition)
		resp.Topics = append(resp.Topics, topic)
		return resp, nil, true
	})
	cluster.ControlKey(int16(kmsg.OffsetForLeaderEpoch), func(asked kmsg.Request) (kmsg.Response, error, bool) {
		req := asked.(*kmsg.OffsetForLeaderEpochRequest)
		resp := req.ResponseKind().(*kmsg.OffsetForLeaderEpochResponse)
		topic := kmsg.NewOffsetForLeaderEpochResponseTopic()
		topic.Topic = req.Topics[0].Topic
		partition := kmsg.NewOffsetForLeaderEpochResponseTopicPartition()
		partition.LeaderEpoch, partition.EndOffset = req.Topics[0].Partitions[0].LeaderEpoch, offset
		topic.Partitions = append(topic.Partitions, partition)
		resp.Topics = append(resp.Topics, topic)
		return resp, nil, true
	})
}
