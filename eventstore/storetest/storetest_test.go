// SPDX-License-Identifier: Apache-2.0

package storetest_test

import (
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/storetest"
)

// TestShelf holds the sink of the example to the suite.
func TestShelf(t *testing.T) {
	storetest.Run(t, storetest.Harness{
		Deduplicates: true, Distinguishes: true,
		New: func(testing.TB) storetest.Subject {
			s := &shelf{documents: make(map[[16]byte][]byte)}
			return storetest.Subject{Sink: s, Stored: func() ([]eventstore.Event, error) {
				s.mu.Lock()
				defer s.mu.Unlock()
				var stored []eventstore.Event
				for id, document := range s.documents {
					stored = append(stored, eventstore.Event{ID: id, Document: document})
				}
				return stored, nil
			}}
		},
	})
}
