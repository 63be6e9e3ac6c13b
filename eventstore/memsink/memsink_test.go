// SPDX-License-Identifier: Apache-2.0

package memsink_test

import (
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/eventstore/storetest"
)

func TestSink(t *testing.T) {
	storetest.Run(t, storetest.Harness{
		Deduplicates: true, Distinguishes: true,
		New: func(testing.TB) storetest.Subject {
			s := memsink.New()
			return storetest.Subject{Sink: s, Stored: func() ([]eventstore.Event, error) { return s.Events(), nil }}
		},
	})
}

// TestReset forgets events and not their ids, and keeps the order of delivery.
func TestReset(t *testing.T) {
	var s memsink.Sink
	deliver := func(ids ...byte) (duplicates int) {
		t.Helper()
		events := make([]eventstore.Event, len(ids))
		for i, id := range ids {
			events[i].ID[0] = id
		}
		verdicts, err := s.Deliver(t.Context(), events)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range verdicts {
			if v.Outcome == eventstore.Redelivered {
				duplicates++
			}
		}
		return duplicates
	}
	if n := deliver(3, 1, 2, 1); n != 1 {
		t.Errorf("%d duplicates, want 1", n)
	}
	for i, want := range []byte{3, 1, 2} {
		if got := s.Events(); len(got) != 3 || got[i].ID[0] != want {
			t.Fatalf("%v", got)
		}
	}
	s.Reset()
	if n := deliver(2, 4); n != 1 || len(s.Events()) != 1 {
		t.Errorf("%d duplicates and %d events after Reset, want one of each", n, len(s.Events()))
	}
}
