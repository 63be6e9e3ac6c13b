// SPDX-License-Identifier: Apache-2.0

package kafkastore

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// oldestBytes and oldestPartitionBytes bound what one question for records returns. The first batch comes whatever its size.
const (
	oldestBytes          = 1 << 20
	oldestPartitionBytes = 64 << 10
)

// oldest knows the times of the first records that the group is not done with.
//
// It has a client of its own: a broker answers the requests of a connection one after the other, and the reader's own fetches wait there for
// events. The client is made when it is first needed.
type oldest struct {
	topic        string
	open         func() (*client, error)
	decompressor kgo.Decompressor

	mu     sync.Mutex // guards what follows
	client *client
	closed bool
	id     [16]byte        // of the topic that known is about
	known  map[int32]first // by partition
}

// first is the first record of a partition from an offset on.
type first struct {
	from  int64     // the offset
	at    int64     // where the record is; until it is found, where to look next
	found bool      // the record
	time  time.Time // of the record; zero: it has none
}

func newOldest(topic string, open func() (*client, error)) *oldest {
	return &oldest{topic: topic, open: open, decompressor: kgo.DefaultDecompressor(), known: make(map[int32]first)}
}

// find returns the time of the oldest record that the group is not done with; zero: there is none.
func (o *oldest) find(ctx context.Context, id [16]byte, all []position) (since time.Time, err error) {
	found := o.remembered(id, all)
	for {
		missing := make(map[int32][]position) // by leader
		for _, p := range all {
			if f := found[p.partition]; p.behind() > 0 && !f.found && f.at < p.end {
				p.next = f.at
				missing[p.leader] = append(missing[p.leader], p)
			}
		}
		if len(missing) == 0 {
			break
		}
		for _, leader := range slices.Sorted(maps.Keys(missing)) {
			if err := o.ask(ctx, id, leader, missing[leader], found); err != nil {
				return since, err
			}
		}
	}
	for _, f := range found {
		if !f.time.IsZero() && (since.IsZero() || f.time.Before(since)) {
			since = f.time
		}
	}
	return since, nil
}

// remembered returns what is known of the partitions in which the group is behind. It forgets all others.
func (o *oldest) remembered(id [16]byte, all []position) map[int32]first {
	o.mu.Lock()
	defer o.mu.Unlock()
	found := make(map[int32]first)
	for i := range all {
		p := &all[i]
		if p.behind() == 0 {
			continue
		}
		f, ok := o.known[p.partition]
		if !ok || o.id != id || f.from != p.next {
			f = first{from: p.next, at: p.next}
		}
		found[p.partition] = f
	}
	o.id, o.known = id, maps.Clone(found)
	return found
}

// ask asks a leader of partitions for their next records, and notes those that it sends. They are one or more, or there is an error.
func (o *oldest) ask(ctx context.Context, id [16]byte, leader int32, of []position, found map[int32]first) error {
	if leader < 0 {
		return fmt.Errorf("partition %d: %w", of[0].partition, kerr.LeaderNotAvailable)
	}
	client, err := o.connect()
	if err != nil {
		return err
	}
	answer, err := client.Broker(int(leader)).RetriableRequest(ctx, o.request(id, of))
	if err != nil {
		return client.cause(err)
	}
	resp := answer.(*kmsg.FetchResponse)
	if err := kerr.ErrorForCode(resp.ErrorCode); err != nil {
		return err
	}
	moved := false
	for i := range resp.Topics {
		for j := range resp.Topics[i].Partitions {
			p := &resp.Topics[i].Partitions[j]
			f, ok := found[p.Partition]
			if !ok {
				continue
			}
			next, err := o.read(p, f)
			if err != nil {
				return fmt.Errorf("partition %d, offset %d: %w", p.Partition, f.at, err)
			}
			moved = moved || next != f
			found[p.Partition] = next
		}
	}
	if !moved {
		return fmt.Errorf("partition %d ends at offset %d, and its leader sends no record from offset %d on", of[0].partition, of[0].end, of[0].next)
	}
	o.remember(id, of, found)
	return nil
}

func (o *oldest) request(id [16]byte, of []position) *kmsg.FetchRequest {
	req := kmsg.NewPtrFetchRequest()
	req.MaxBytes, req.IsolationLevel = oldestBytes, readCommitted
	topic := kmsg.NewFetchRequestTopic()
	topic.Topic, topic.TopicID = o.topic, id
	for i := range of {
		p := kmsg.NewFetchRequestTopicPartition()
		p.Partition, p.FetchOffset, p.PartitionMaxBytes = of[i].partition, of[i].next, oldestPartitionBytes
		topic.Partitions = append(topic.Partitions, p)
	}
	req.Topics = append(req.Topics, topic)
	return req
}

// read returns what an answer adds to what is known of a partition. Records of the broker's own, which end transactions,
// are no events, nor are those of transactions that were aborted.
func (o *oldest) read(answer *kmsg.FetchResponseTopicPartition, f first) (first, error) {
	options := kgo.ProcessFetchPartitionOpts{Topic: o.topic, Partition: answer.Partition, Offset: f.at, IsolationLevel: kgo.ReadCommitted()}
	got, next := kgo.ProcessFetchPartition(options, answer, o.decompressor, nil)
	switch {
	case got.Err != nil:
		return f, got.Err
	case len(got.Records) == 0:
		f.at = next
		return f, nil
	}
	f.at, f.found = got.Records[0].Offset, true
	if t := got.Records[0].Timestamp; t.UnixMilli() >= 0 {
		f.time = t
	}
	return f, nil
}

// remember keeps what was found, unless the group has moved meanwhile.
func (o *oldest) remember(id [16]byte, of []position, found map[int32]first) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i := range of {
		number := of[i].partition
		if f := found[number]; o.id == id && o.known[number].from == f.from {
			o.known[number] = f
		}
	}
}

func (o *oldest) connect() (*client, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return nil, ErrClosed
	}
	if o.client == nil {
		var err error
		if o.client, err = o.open(); err != nil {
			return nil, err
		}
	}
	return o.client, nil
}

func (o *oldest) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
	if o.client != nil {
		o.client.Close()
	}
}
