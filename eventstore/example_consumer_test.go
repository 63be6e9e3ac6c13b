// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"context"
	"fmt"
	"os"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
)

// A consumer counts events by type, beside the sink.
func ExampleConsumer() {
	dir, err := os.MkdirTemp("", "otelanalytics")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	counts, last := map[string]int{}, uint64(0)
	counter := eventstore.Consumer{Name: "counts", Consume: func(_ context.Context, events []eventstore.ConsumedEvent) error {
		for _, e := range events {
			if e.Seq > last { // else it was counted, and is offered again
				counts[e.Type]++
				last = e.Seq
			}
		}
		return nil
	}}
	store, err := eventstore.Open(ctx, memsink.New(), eventstore.Config{Dir: dir, Consumers: []eventstore.Consumer{counter}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for n := range byte(3) {
		e := eventstore.Event{ID: [16]byte{n}, Type: "user_logged_in", Document: []byte{5, 0, 0, 0, 0}}
		if _, err := store.Append(ctx, e, eventstore.AckWritten); err != nil {
			fmt.Println(err)
			return
		}
	}
	if err := store.FlushConsumers(ctx); err != nil {
		fmt.Println(err)
	}
	if err := store.Shutdown(ctx); err != nil {
		fmt.Println(err)
	}
	fmt.Println(counts)
	// Output: map[user_logged_in:3]
}
