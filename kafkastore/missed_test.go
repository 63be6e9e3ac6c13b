// SPDX-License-Identifier: Apache-2.0

package kafkastore_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/otelanalytics/otelanalytics-go/kafkastore"
)

// TestMissed: events that the topic removes before the group gets them are named once, are not pending, and those behind them come.
func TestMissed(t *testing.T) {
	brokers := realBrokers(t)
	c := own(brokers)
	c.Partitions = 1
	sink := sinkOf(t, c)
	for range 3 {
		deliver(t, sink, event(t, "e", "u", 0))
	}
	first := consumerOf(t, c)
	for n := 0; n < 3; {
		b := next(t, first)
		n += len(b.Events())
		_ = b.Ack()
	}
	if err := first.Close(within(t)); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		deliver(t, sink, event(t, "e", "u", 0))
	}
	deliver(t, sink, event(t, "last", "u", 0))
	ends, err := endsOf(within(t), client(t, brokers), c.Topic)
	if err != nil {
		t.Fatal(err)
	}
	removeRecords(t, client(t, brokers), c.Topic, ends[0]-1)
	second := consumerOf(t, c)
	if lag, err := second.Lag(within(t)); err != nil || lag.Pending != 1 {
		t.Errorf("before it reads: %+v, %v", lag, err)
	}
	told := 0
	for ctx := within(t); ; {
		b, err := second.Next(ctx)
		if errors.Is(err, kafkastore.ErrMissed) {
			if told++; !strings.Contains(err.Error(), "4 of topic "+c.Topic+", partition 0, from offset 3") {
				t.Error(err)
			}
		}
		if ctx.Err() != nil {
			t.Fatal(err)
		}
		if err == nil {
			if e := b.Events(); len(e) != 1 || e[0].Type != "last" {
				t.Errorf("%+v", e)
			}
			break
		}
	}
	if told != 1 {
		t.Errorf("what was missed is told %d times", told)
	}
}

// removeRecords removes the records of a topic's partition 0 in front of an offset.
func removeRecords(t *testing.T, c *kgo.Client, topic string, before int64) {
	t.Helper()
	req := kmsg.NewPtrDeleteRecordsRequest()
	one := kmsg.NewDeleteRecordsRequestTopic()
	one.Topic = topic
	partition := kmsg.NewDeleteRecordsRequestTopicPartition()
	partition.Offset = before
	one.Partitions = append(one.Partitions, partition)
	req.Topics = append(req.Topics, one)
	req.TimeoutMillis = 10_000
	for _, answer := range c.RequestSharded(within(t), req) {
		if answer.Err != nil {
			t.Fatal(answer.Err)
		}
		for _, p := range answer.Resp.(*kmsg.DeleteRecordsResponse).Topics[0].Partitions {
			if err := kerr.ErrorForCode(p.ErrorCode); err != nil {
				t.Fatal(err)
			}
		}
	}
}
