// SPDX-License-Identifier: Apache-2.0

package kafkastore_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/kafkastore"
)

// A durable queue in front of a topic. Here, nothing listens at the address: the event waits in the journal.
func Example() {
	dir, err := os.MkdirTemp("", "otelanalytics")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	sink, err := kafkastore.NewSink(kafkastore.Config{URL: "kafka://127.0.0.1:1/events", MaxAge: 30 * 24 * time.Hour})
	if err != nil {
		fmt.Println(err)
		return
	}
	store, err := eventstore.Open(ctx, sink, eventstore.Config{Dir: dir})
	if err != nil {
		fmt.Println(err)
		return
	}
	document := []byte{5, 0, 0, 0, 0} // BSON, without fields
	if _, err := store.Append(ctx, eventstore.Event{ID: [16]byte{1}, Type: "user_logged_in", Document: document}, eventstore.AckWritten); err != nil {
		fmt.Println(err)
	}
	fmt.Println(store.Stats().Pending, "pending; store.Shutdown says so, too:", store.Shutdown(ctx) != nil)
	// Output: 1 pending; store.Shutdown says so, too: true
}
