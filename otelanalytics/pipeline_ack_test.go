// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// gatedSink keeps events in memory, once its gate is open.
type gatedSink struct {
	memsink.Sink
	gate chan struct{}
}

func (s *gatedSink) Deliver(ctx context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	select {
	case <-s.gate:
		return s.Sink.Deliver(ctx, events)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// has reports whether the sink has an event.
func (s *gatedSink) has(id otelanalytics.EventID) bool {
	return slices.ContainsFunc(s.Events(), func(e eventstore.Event) bool { return e.ID == id })
}

// askedStore keeps the levels that it was asked for.
type askedStore struct {
	otelanalytics.Store
	mu   sync.Mutex // guards acks
	acks []otelanalytics.Ack
}

func (s *askedStore) asked(ack otelanalytics.Ack) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.acks = append(s.acks, ack)
}

// taken returns the levels since the last call, each once.
func (s *askedStore) taken() []otelanalytics.Ack {
	s.mu.Lock()
	defer s.mu.Unlock()
	acks := slices.Compact(s.acks)
	s.acks = nil
	return acks
}

func (s *askedStore) Append(ctx context.Context, e eventstore.Event, ack otelanalytics.Ack) (eventstore.Receipt, error) {
	s.asked(ack)
	return s.Store.Append(ctx, e, ack)
}

func (s *askedStore) AppendBatch(ctx context.Context, events []eventstore.Event, ack otelanalytics.Ack) (int, eventstore.Receipt, error) {
	s.asked(ack)
	return s.Store.AppendBatch(ctx, events, ack)
}

func (s *askedStore) Await(seq uint64, ack otelanalytics.Ack) eventstore.Receipt {
	s.asked(ack)
	return s.Store.Await(seq, ack)
}

// TestAcknowledgementThroughEveryDoor tracks at each level while the sink takes nothing, with a context that has ended, and
// then when it takes everything.
func TestAcknowledgementThroughEveryDoor(t *testing.T) {
	everyDoor(t, func(t *testing.T, d door, k kind) {
		sink := &gatedSink{gate: make(chan struct{})}
		open := sync.OnceFunc(func() { close(sink.gate) })
		log := new(servicetest.Log)
		real, err := eventstore.Open(t.Context(), sink, eventstore.Config{Dir: t.TempDir(), Logger: log.Logger()})
		if err != nil {
			t.Fatal(err)
		}
		store := &askedStore{Store: real}
		s := &service{t: t, log: log}
		s.run(otelanalytics.WithStore(store), otelanalytics.WithDefaultAck(otelanalytics.AckSynced))
		t.Cleanup(open) // before the shutdown of run
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		asks := k.stored || d.also
		for _, tt := range []struct {
			name   string
			ctx    context.Context
			key    string
			option otelanalytics.TrackOption
			level  otelanalytics.Ack
			want   otelanalytics.Result
		}{
			{"the client's level", t.Context(), "synced", nil, otelanalytics.AckSynced, k.accepted()},
			{"written", t.Context(), "written", otelanalytics.WithAck(otelanalytics.AckWritten), otelanalytics.AckWritten, k.accepted()},
			{"written, after the context's end", ended, "late", otelanalytics.WithAck(otelanalytics.AckWritten), otelanalytics.AckWritten, k.accepted()},
			{"stored, after the context's end", ended, "stored", otelanalytics.WithAck(otelanalytics.AckStored), otelanalytics.AckStored, k.accepted()},
			{"a duplicate", ended, "stored", otelanalytics.WithAck(otelanalytics.AckStored), otelanalytics.AckStored, otelanalytics.ResultDuplicate},
		} {
			var o otelanalytics.Outcome
			err := d.track(tt.ctx, s.client, k.event(tt.key), otelanalytics.WithOutcome(&o), tt.option)
			unconfirmed := errors.Is(err, otelanalytics.ErrUnconfirmed) && errors.Is(err, context.Canceled)
			if tt.level == otelanalytics.AckStored && asks && !unconfirmed {
				t.Errorf("%s: got %v, want ErrUnconfirmed and context.Canceled", tt.name, err)
			} else if (tt.level != otelanalytics.AckStored || !asks) && err != nil {
				t.Errorf("%s: %v", tt.name, err)
			}
			if o.Result != tt.want {
				t.Errorf("%s: %v, want %v", tt.name, o.Result, tt.want)
			}
			if got := store.taken(); asks != slices.Equal(got, []otelanalytics.Ack{tt.level}) || !asks && got != nil {
				t.Errorf("%s: the store was asked for %v, want %v", tt.name, got, tt.level)
			}
		}
		if n := len(sink.Events()); n != 0 {
			t.Fatalf("the sink has %d events before it takes any", n)
		}
		open()
		var o otelanalytics.Outcome
		for _, want := range []otelanalytics.Result{k.accepted(), otelanalytics.ResultDuplicate} {
			if err := d.track(t.Context(), s.client, k.event("last"), otelanalytics.WithOutcome(&o), otelanalytics.WithAck(otelanalytics.AckStored)); err != nil || o.Result != want {
				t.Errorf("stored: %v, %v; want %v", o.Result, err, want)
			}
			if sink.has(o.ID) != k.stored {
				t.Errorf("the sink has the event: %v", !k.stored)
			}
		}
		// Whatever the call returned, what was accepted is stored.
		s.flush()
		want := uint64(0)
		if k.stored {
			want = 5
		}
		got := uint64(0)
		for _, e := range sink.Events() {
			if e.Type == entryOf(k.eventType) {
				got++
			}
		}
		if got != want {
			t.Errorf("%d events stored, want %d", got, want)
		}
		s.balanced()
	})
}
