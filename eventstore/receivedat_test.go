// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// times is a sink that keeps the ReceivedAt of what it is given.
type times struct {
	mu   sync.Mutex
	seen []time.Time
}

func (s *times) Deliver(_ context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	verdicts := make([]eventstore.Verdict, len(events))
	for i, e := range events {
		s.seen = append(s.seen, e.ReceivedAt)
		verdicts[i].Outcome = eventstore.Stored
	}
	return verdicts, nil
}

// The journal takes the time that the caller has read, for one event and for a batch, and reads the clock where none is
// given. No two events have the same.
func TestReceivedAt(t *testing.T) {
	received := time.Now().Add(time.Minute).Truncate(time.Millisecond) // later than the clock, so that it cannot be it
	before := time.Now()
	sink := new(times)
	s, err := eventstore.Open(t.Context(), sink, eventstore.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	event := func(at time.Time) eventstore.Event {
		return eventstore.Event{Type: "seen", Document: []byte{5, 0, 0, 0, 0}, ReceivedAt: at}
	}
	add := func(at ...time.Time) {
		t.Helper()
		var events []eventstore.Event
		for _, at := range at {
			events = append(events, event(at))
		}
		if _, _, err := s.AppendBatch(t.Context(), events, eventstore.AckWritten); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Append(t.Context(), event(time.Time{}), eventstore.AckWritten); err != nil {
		t.Fatal(err)
	}
	add(time.Time{})
	if _, err := s.Append(t.Context(), event(received), eventstore.AckWritten); err != nil {
		t.Fatal(err)
	}
	add(received.Add(time.Second), received.Add(time.Hour))
	if err := s.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(sink.seen) != 5 {
		t.Fatalf("%d events", len(sink.seen))
	}
	for i, at := range sink.seen[:2] {
		if at.Before(before) || !at.Before(received) {
			t.Errorf("event %d has %s, want what the clock said", i, at)
		}
	}
	for i, want := range map[int]time.Time{
		2: received, 3: received.Add(time.Second), 4: received.Add(time.Second + time.Nanosecond),
	} {
		if got := sink.seen[i]; !got.Equal(want) {
			t.Errorf("event %d has %s, want %s", i, got, want)
		}
	}
}
