// SPDX-License-Identifier: Apache-2.0

package natsstore

import (
	"errors"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// Batch is a set of events that a reader received from the stream, at most [BatchSize]. Several goroutines may call its methods.
type Batch struct {
	consumer *Consumer
	messages []jetstream.Msg
	events   []eventstore.Event
}

// Events returns the events. A message is not an event when it is not a BSON document with a UUID as its _id. It then has a Refusal, and
// a document that wraps the message.
func (b *Batch) Events() []eventstore.Event { return b.events }

// Ack acknowledges the events: the group is done with them. It does not wait. When an acknowledgement gets lost, the stream gives the
// events to a reader again.
func (b *Batch) Ack() error { return b.each(jetstream.Msg.Ack) }

// Extend keeps the events from other readers for another [AckWait].
func (b *Batch) Extend() error { return b.each(jetstream.Msg.InProgress) }

// Release gives the events to a reader again, after a pause.
func (b *Batch) Release(after time.Duration) error {
	return b.each(func(m jetstream.Msg) error { return m.NakWithDelay(after) })
}

// Split divides the events into those for which f returns true and the others, each in their order. Both parts are separate batches,
// and either may be empty. Do not use b afterwards.
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
