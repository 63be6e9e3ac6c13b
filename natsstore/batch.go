// SPDX-License-Identifier: Apache-2.0

package natsstore

import (
	"errors"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// Batch is events that a reader has got from the stream, [BatchSize] at most. Its methods may be called by several goroutines.
type Batch struct {
	consumer *Consumer
	messages []jetstream.Msg
	events   []eventstore.Event
}

// Events returns the events. What is no event, because it is no BSON document with a UUID as its _id, has a Refusal, and a document
// that wraps the message.
func (b *Batch) Events() []eventstore.Event { return b.events }

// Ack tells the stream that the group is done with the events. It does not wait: an acknowledgement that gets lost has the events given
// to a reader again.
func (b *Batch) Ack() error { return b.each(jetstream.Msg.Ack) }

// Extend keeps the events from other readers for another [AckWait].
func (b *Batch) Extend() error { return b.each(jetstream.Msg.InProgress) }

// Release gives the events to a reader again, after a pause.
func (b *Batch) Release(after time.Duration) error {
	return b.each(func(m jetstream.Msg) error { return m.NakWithDelay(after) })
}

// Split divides the events into those for which f returns true and the others, each in their order. Both parts are batches of their own,
// and either may have no events. b must not be used any more.
func (b *Batch) Split(f func(*eventstore.Event) bool) (yes, no *Batch) {
	yes, no = &Batch{consumer: b.consumer}, &Batch{consumer: b.consumer}
	for i := range b.events {
		part := no
		if f(&b.events[i]) {
			part = yes
		}
		part.messages, part.events = append(part.messages, b.messages[i]), append(part.events, b.events[i])
	}
	return yes, no
}

func (b *Batch) each(f func(jetstream.Msg) error) error {
	for _, m := range b.messages {
		if err := f(m); err != nil && !errors.Is(err, jetstream.ErrMsgAlreadyAckd) {
			return b.consumer.connection.safe(err)
		}
	}
	return nil
}
