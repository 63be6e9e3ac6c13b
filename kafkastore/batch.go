// SPDX-License-Identifier: Apache-2.0

package kafkastore

import (
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// Batch is events that a reader has got from the topic, [BatchSize] at most. Its methods may be called by several goroutines.
type Batch struct {
	consumer *Consumer
	read     []read // one for each event
	events   []eventstore.Event
}

// read is where an event was read.
type read struct {
	span  *span
	bytes int
}

// Events returns the events. A record that is no BSON document with a UUID as its _id is no event: it has a Refusal, and a document
// that wraps it.
func (b *Batch) Events() []eventstore.Event { return b.events }

// Ack reports that the group is done with the events. Their offsets are committed within a second, once all events in front of them in
// their partitions are done, too. When the process dies, events that are not committed are given to a reader again.
func (b *Batch) Ack() error {
	b.consumer.acknowledge(b.read)
	return nil
}

// Extend does nothing: a partition is its reader's for as long as that lives.
func (b *Batch) Extend() error { return nil }

// Release has [Consumer.Next] return the events again, after a pause, unless another reader has got the partition by then.
func (b *Batch) Release(after time.Duration) error {
	b.consumer.release(b, after)
	return nil
}

// Split divides the events into those for which f returns true and the others, each in their order. Both parts are batches of their own,
// and either may have no events. b must not be used any more.
func (b *Batch) Split(f func(*eventstore.Event) bool) (yes, no *Batch) {
	return b.divide(func(i int) bool { return f(&b.events[i]) })
}

func (b *Batch) divide(f func(i int) bool) (yes, no *Batch) {
	yes, no = &Batch{consumer: b.consumer}, &Batch{consumer: b.consumer}
	for i := range b.events {
		part := no
		if f(i) {
			part = yes
		}
		part.read, part.events = append(part.read, b.read[i]), append(part.events, b.events[i])
	}
	return yes, no
}
