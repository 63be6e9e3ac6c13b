// SPDX-License-Identifier: Apache-2.0

package memsink

import (
	"context"
	"slices"
	"sync"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// Consumer is a consumer that keeps events in memory, each as often as it is offered and taken. Make it with NewConsumer. It is
// safe for concurrent use.
//
//	c := memsink.NewConsumer("copy")
//	store, err := eventstore.Open(ctx, sink, eventstore.Config{Consumers: []eventstore.Consumer{c.Consumer()}})
//	...
//	err = store.FlushConsumers(ctx)
//	events := c.Events()
type Consumer struct {
	name string

	mu     sync.Mutex // guards the following
	events []eventstore.ConsumedEvent
	err    error
	calls  int
	called chan struct{} // closed at the next call
}

// NewConsumer returns a consumer without events.
func NewConsumer(name string) *Consumer { return &Consumer{name: name, called: make(chan struct{})} }

// Consumer returns what [eventstore.Config] takes.
func (c *Consumer) Consumer() eventstore.Consumer {
	return eventstore.Consumer{Name: c.name, Consume: c.consume}
}

func (c *Consumer) consume(_ context.Context, events []eventstore.ConsumedEvent) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls++
	close(c.called)
	c.called = make(chan struct{})
	if c.err != nil {
		return c.err
	}
	for _, e := range events {
		e.Document = slices.Clone(e.Document)
		c.events = append(c.events, e)
	}
	return nil
}

// Fail makes each call fail with err from now on; nil ends that.
func (c *Consumer) Fail(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.err = err
}

// Events returns the events that were taken, in the order of the calls. Do not change their documents.
func (c *Consumer) Events() []eventstore.ConsumedEvent {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.events)
}

// Calls returns how many calls there were, failed ones included.
func (c *Consumer) Calls() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.calls
}

// AwaitCalls waits until there were n calls, failed ones included, or ctx ends.
func (c *Consumer) AwaitCalls(ctx context.Context, n int) error {
	for {
		c.mu.Lock()
		called, calls := c.called, c.calls
		c.mu.Unlock()
		if calls >= n {
			return nil
		}
		select {
		case <-called:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
