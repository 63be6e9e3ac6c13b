// SPDX-License-Identifier: Apache-2.0

package kafkastore

import (
	"errors"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"
)

// TestLossWhileRecordsFlow: losses of some partitions are kept, one by one, while records of others come. Records that were read before a
// loss come, and move no offset.
func TestLossWhileRecordsFlow(t *testing.T) {
	c := &Consumer{config: Config{Topic: "t"}, partitions: make(map[int32]*partition), seen: make(map[int32]int64)}
	for number := range int32(3) {
		c.partitions[number] = &partition{number: number}
	}
	fetch := func(partitions ...kgo.FetchPartition) kgo.Fetches {
		return kgo.Fetches{{Topics: []kgo.FetchTopic{{Topic: "t", Partitions: partitions}}}}
	}
	records := func(number int32, offset int64) []*kgo.Record {
		return []*kgo.Record{{Partition: number, Offset: offset}}
	}
	loss := func(number int32) error {
		return &kgo.ErrDataLoss{Topic: "t", Partition: number, ConsumedTo: 10, ResetTo: 4}
	}
	_ = c.note(fetch(kgo.FetchPartition{Partition: 0, Records: records(0, 9)}))
	before := c.queue[0].span
	failed := c.note(fetch(
		kgo.FetchPartition{Partition: 0, Err: loss(0)},
		kgo.FetchPartition{Partition: 1, Err: loss(1)},
		kgo.FetchPartition{Partition: 2, Records: records(2, 7), LogStartOffset: 7}, // before which seven were removed
		kgo.FetchPartition{Partition: 0, Records: records(0, 4)},
	))
	if failed != nil || len(c.losses) != 3 || len(c.queue) != 3 {
		t.Fatalf("failed with %v, %d losses, %d records", failed, len(c.losses), len(c.queue))
	}
	for i, want := range []error{ErrTruncated, ErrTruncated, ErrMissed} {
		if !errors.Is(c.losses[i], want) {
			t.Errorf("loss %d: %v, want %v", i, c.losses[i], want)
		}
	}
	before.done(1)
	if p := c.partitions[0]; p.unsent || p.next != 5 {
		t.Errorf("after records are done that are lost: %+v", p)
	}
	for _, r := range c.queue {
		if r.span.of.lost {
			t.Errorf("the record at offset %d is left out", r.Offset)
		}
	}
}
