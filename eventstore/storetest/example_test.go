// SPDX-License-Identifier: Apache-2.0

package storetest_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"sync"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// shelf is a whole sink. A mutex lets several goroutines deliver, and bytes.Clone keeps no memory of the queue's.
type shelf struct {
	mu        sync.Mutex
	documents map[[16]byte][]byte
}

func (s *shelf) Deliver(_ context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	verdicts := make([]eventstore.Verdict, len(events))
	for i, e := range events {
		if have, ok := s.documents[e.ID]; ok {
			verdicts[i].Outcome = eventstore.Redelivered
			if !bytes.Equal(have, e.Document) {
				verdicts[i].Outcome = eventstore.Deduplicated
			}
			continue
		}
		s.documents[e.ID] = bytes.Clone(e.Document)
		verdicts[i].Outcome = eventstore.Stored
	}
	return verdicts, nil
}

// A sink of one's own, behind the durable queue. storetest.Run tests it.
func Example() {
	dir, err := os.MkdirTemp("", "otelanalytics")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	sink := &shelf{documents: make(map[[16]byte][]byte)}
	store, err := eventstore.Open(ctx, sink, eventstore.Config{Dir: dir})
	if err != nil {
		fmt.Println(err)
		return
	}
	empty := []byte{5, 0, 0, 0, 0} // a BSON document without fields
	for id := range byte(3) {
		if _, err := store.Append(ctx, eventstore.Event{ID: [16]byte{id}, Type: "e", Document: empty}, eventstore.AckWritten); err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println(store.Shutdown(ctx), len(sink.documents))
	// Output: <nil> 3
}
