// SPDX-License-Identifier: Apache-2.0

package memsink_test

import (
	"context"
	"fmt"
	"os"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
)

func Example() {
	dir, err := os.MkdirTemp("", "otelanalytics") // in a test: t.TempDir()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	sink := memsink.New()
	store, err := eventstore.Open(ctx, sink, eventstore.Config{Dir: dir})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer store.Shutdown(ctx)
	document := []byte{5, 0, 0, 0, 0} // BSON, without fields
	if _, err := store.Append(ctx, eventstore.Event{ID: [16]byte{1}, Type: "user_logged_in", Document: document}, eventstore.AckWritten); err != nil {
		fmt.Println(err)
		return
	}
	if err := store.Flush(ctx); err != nil {
		fmt.Println(err)
		return
	}
	for _, e := range sink.Events() {
		fmt.Println(e.Type)
	}
	// Output: user_logged_in
}
