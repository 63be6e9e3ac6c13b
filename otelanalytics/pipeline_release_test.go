// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// choosy is a sink that refuses events whose data say so.
type choosy struct{ memsink.Sink }

func (c *choosy) Deliver(ctx context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	verdicts := make([]eventstore.Verdict, len(events))
	for i, e := range events {
		if bad, _ := bson.Raw(e.Document).Lookup("event_data", "bad").BooleanOK(); bad {
			verdicts[i] = eventstore.Verdict{Outcome: eventstore.Refused}
			continue
		}
		v, err := c.Sink.Deliver(ctx, events[i:i+1])
		if err != nil {
			return verdicts[:i], err
		}
		verdicts[i] = v[0]
	}
	return verdicts, nil
}

func (s *service) openOn(sink eventstore.Sink) {
	s.t.Helper()
	store, err := eventstore.Open(s.t.Context(), sink, eventstore.Config{Dir: s.dir, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		s.t.Fatal(err)
	}
	s.run(otelanalytics.WithStore(store))
}

// TestQuarantineReleasesTheKey tracks an event that is quarantined, and then the corrected one with its key.
func TestQuarantineReleasesTheKey(t *testing.T) {
	everyDoor(t, func(t *testing.T, d door, k kind) {
		if !k.stored {
			t.Skip("nothing is stored")
		}
		sink := new(choosy)
		s := &service{t: t, log: new(servicetest.Log), dir: t.TempDir()}
		s.openOn(sink)
		stored := otelanalytics.WithAck(otelanalytics.AckStored)
		bad, good := k.event("k"), k.event("k")
		bad.Data = map[string]any{"bad": true}
		var first, second, third otelanalytics.Outcome
		if err := d.track(t.Context(), s.client, bad, stored, otelanalytics.WithOutcome(&first)); !errors.Is(err, otelanalytics.ErrQuarantined) {
			t.Fatalf("got %v, want ErrQuarantined", err)
		}
		if err := d.track(t.Context(), s.client, good, stored, otelanalytics.WithOutcome(&second)); err != nil {
			t.Fatal(err)
		}
		if err := d.track(t.Context(), s.client, good, stored, otelanalytics.WithOutcome(&third)); err != nil {
			t.Fatal(err)
		}
		if first.ID != second.ID || second.Result != otelanalytics.ResultAccepted || third.Result != otelanalytics.ResultDuplicate {
			t.Errorf("outcomes %v, %v, %v", first, second, third)
		}
		s.balanced()
	})
}

// TestReplayAfterTheCorrectedEvent: an event that comes back from quarantine when another one has its key is deduplicated, in
// this process and in a later one.
func TestReplayAfterTheCorrectedEvent(t *testing.T) {
	sink := &refusing{}
	s := &service{t: t, log: new(servicetest.Log), dir: t.TempDir()}
	store, err := eventstore.Open(t.Context(), sink, eventstore.Config{Dir: s.dir, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	s.run(otelanalytics.WithStore(store))
	event := otelanalytics.Event{Type: "page_viewed", Key: "k", UserID: "u", Data: map[string]any{"n": 1}}
	sink.set(true)
	if err := s.client.Track(t.Context(), event, otelanalytics.WithAck(otelanalytics.AckStored)); !errors.Is(err, otelanalytics.ErrQuarantined) {
		t.Fatalf("got %v, want ErrQuarantined", err)
	}
	sink.set(false)
	event.Data = map[string]any{"n": 2}
	if err := s.client.Track(t.Context(), event, otelanalytics.WithAck(otelanalytics.AckStored)); err != nil {
		t.Fatal(err)
	}
	if r, err := store.ReplayQuarantine(t.Context()); err != nil || r.Replayed != 1 {
		t.Fatalf("%+v, %v", r, err)
	}
	s.flush()
	if st := s.client.Stats(); st.Accepted != 2 || st.Recovered != 1 || st.Stored != 1 || st.Deduplicated != 1 || st.Quarantined != 1 {
		t.Errorf("%+v", st)
	}
	s.has(`otelanalytics_events_deduplicated_total{event_type="page_viewed"} 1`)
	s.balanced()
}

// refusing is a sink that refuses everything while it is told so.
type refusing struct {
	memsink.Sink
	mu sync.Mutex // guards on
	on bool
}

func (r *refusing) set(on bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.on = on
}

func (r *refusing) Deliver(ctx context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.on {
		return r.Sink.Deliver(ctx, events)
	}
	verdicts := make([]eventstore.Verdict, len(events))
	for i := range verdicts {
		verdicts[i].Outcome = eventstore.Refused
	}
	return verdicts, nil
}
