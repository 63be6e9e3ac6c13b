// SPDX-License-Identifier: Apache-2.0

package kafkastore_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/kversion"

	"github.com/otelanalytics/otelanalytics-go/kafkastore"
)

// TestRemadeTopic: a group gets each event of a topic that was deleted and made anew, with whatever offset it had committed in the first
// one.
func TestRemadeTopic(t *testing.T) {
	t.Parallel()
	const before = 10
	const same, late, kept = "same reader", "acknowledged late", "offsets that stay"
	for _, version := range []struct {
		name     string
		versions *kversion.Versions
		ways     []string
		after    []int
	}{
		{"topic ids", kversion.Stable(), []string{same, late, kept}, []int{before + 15}},
		{"commits by name", kversion.V3_9_0(), []string{same, late, kept}, []int{before - 7, before + 15}},
		{"fetches by name", kversion.V2_8_0(), []string{same, kept}, []int{before - 7, before, before + 15}},
	} {
		for _, way := range version.ways {
			for _, after := range version.after {
				t.Run(fmt.Sprintf("%s, %s, %d events", version.name, way, after), func(t *testing.T) {
					t.Parallel()
					brokers := brokersOf(fake(t, kfake.MaxVersions(version.versions)))
					c := own(brokers)
					c.Partitions, c.Options = 1, []kgo.Opt{kgo.MetadataMaxAge(time.Second)}
					deliver(t, sinkOf(t, c), some(t, before)...)
					reader := consumerOf(t, c)
					var batches []*kafkastore.Batch
					for n := 0; n < before; {
						b := next(t, reader)
						n += len(b.Events())
						batches = append(batches, b)
					}
					acknowledge := func() {
						for _, b := range batches {
							_ = b.Ack()
						}
					}
					var offsets *kmsg.OffsetFetchResponse
					if way != late {
						acknowledge()
						eventually(t, "the offsets are committed", func() bool {
							offsets = offsetsOf(t, client(t, brokers), c.Topic)
							return offsets.Topics[0].Partitions[0].Offset == before
						})
					}
					deleteTopic(t, client(t, brokers), c.Topic)
					events := some(t, after)
					deliver(t, sinkOf(t, c), events...)
					switch way {
					case late:
						acknowledge()
					case kept:
						_ = reader.Close(within(t))
						commitOffsets(t, client(t, brokers, kgo.MaxVersions(kversion.V3_9_0())), c.Topic, offsets)
						reader = consumerOf(t, c)
					}
					var got sync.Map
					ctx, stop := context.WithCancel(within(t))
					var reading sync.WaitGroup
					reading.Go(func() {
						for ctx.Err() == nil {
							b, err := reader.Next(ctx)
							if err != nil {
								time.Sleep(20 * time.Millisecond)
								continue
							}
							for _, e := range b.Events() {
								got.Store(e.ID, true)
							}
							_ = b.Ack()
						}
					})
					for _, e := range events {
						eventually(t, "each event comes", func() bool { _, ok := got.Load(e.ID); return ok })
					}
					if n := reader.Redelivered(); n != 0 && version.name != "fetches by name" {
						t.Errorf("%d events are counted as redelivered", n)
					}
					eventually(t, "nothing is left", func() bool {
						lag, err := reader.Lag(within(t))
						return err == nil && lag == kafkastore.Lag{}
					})
					stop()
					reading.Wait()
				})
			}
		}
	}
}

// TestReadBeforeRemade: events that a reader got from the first topic and released come again, although the topic is gone.
func TestReadBeforeRemade(t *testing.T) {
	t.Parallel()
	brokers := brokersOf(fake(t))
	c := own(brokers)
	c.Partitions = 1
	before, after := some(t, 10), some(t, 5)
	deliver(t, sinkOf(t, c), before...)
	reader := consumerOf(t, c)
	for n := 0; n < len(before); {
		b := next(t, reader)
		n += len(b.Events())
		_ = b.Release(4 * time.Second) // until then, the reader knows the second topic
	}
	deleteTopic(t, client(t, brokers), c.Topic)
	deliver(t, sinkOf(t, c), after...)
	got := make(map[[16]byte]bool)
	for len(got) < len(before)+len(after) {
		b := next(t, reader)
		for _, e := range b.Events() {
			got[e.ID] = true
		}
		_ = b.Ack()
	}
	eventually(t, "nothing is left", func() bool {
		lag, err := reader.Lag(within(t))
		return err == nil && lag == kafkastore.Lag{}
	})
}

// offsetsOf returns what the group has committed.
func offsetsOf(t *testing.T, c *kgo.Client, topic string) *kmsg.OffsetFetchResponse {
	t.Helper()
	req := kmsg.NewPtrOffsetFetchRequest()
	req.Group = "readers"
	one := kmsg.NewOffsetFetchRequestTopic()
	one.Topic, one.Partitions = topic, []int32{0}
	req.Topics = append(req.Topics, one)
	resp, err := req.RequestWith(within(t), c)
	if err != nil {
		t.Fatal(err)
	}
	return resp
}

// commitOffsets commits what a group had committed before.
func commitOffsets(t *testing.T, c *kgo.Client, topic string, offsets *kmsg.OffsetFetchResponse) {
	t.Helper()
	was := offsets.Topics[0].Partitions[0]
	req := kmsg.NewPtrOffsetCommitRequest()
	req.Group = "readers"
	one := kmsg.NewOffsetCommitRequestTopic()
	one.Topic = topic
	partition := kmsg.NewOffsetCommitRequestTopicPartition()
	partition.Offset, partition.LeaderEpoch, partition.Metadata = was.Offset, was.LeaderEpoch, was.Metadata
	one.Partitions = append(one.Partitions, partition)
	req.Topics = append(req.Topics, one)
	req.Generation = -1
	resp, err := req.RequestWith(within(t), c)
	if err == nil {
		err = kerr.ErrorForCode(resp.Topics[0].Partitions[0].ErrorCode)
	}
	if err != nil {
		t.Fatal(err)
	}
}
