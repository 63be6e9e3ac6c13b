// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/internal/queuetest"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
)

// fussy is a sink in memory that refuses odd events until it is told otherwise.
type fussy struct {
	memsink.Sink
	tolerant atomic.Bool
}

func (p *fussy) Deliver(ctx context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	if p.tolerant.Load() {
		return p.Sink.Deliver(ctx, events)
	}
	verdicts := make([]eventstore.Verdict, len(events))
	for i, e := range events {
		if number(e)%2 == 1 {
			verdicts[i] = eventstore.Verdict{Outcome: eventstore.Refused, Reason: "odd"}
			continue
		}
		v, err := p.Sink.Deliver(ctx, events[i:i+1])
		if err != nil {
			return nil, err
		}
		verdicts[i] = v[0]
	}
	return verdicts, nil
}

func quarantinedOf(t testing.TB, s *eventstore.Store) (numbers []int64) {
	t.Helper()
	for e, err := range s.ReadQuarantine() {
		if err != nil || e.Problem != "" || e.Reason != "odd" {
			t.Fatal(e, err)
		}
		numbers = append(numbers, number(eventstore.Event{Document: e.Document}))
	}
	return numbers
}

// TestQuarantineInMemory is read, replayed, refused again and removed as that of a disk.
func TestQuarantineInMemory(t *testing.T) {
	var sink fussy
	s := openInMemory(t, &sink, eventstore.Config{})
	addBatch(t, s, batch(t, 10), eventstore.AckWritten)
	flush(t, s)
	if n := quarantinedOf(t, s); len(n) != 5 {
		t.Fatalf("%v are in quarantine, want the five odd ones", n)
	}
	for _, want := range []int{5, 0} { // refused again, then not
		sink.tolerant.Store(want == 0)
		r, err := s.ReplayQuarantine(t.Context())
		if r.Replayed != 5 || r.Left != 0 || err != nil {
			t.Fatalf("%+v, %v", r, err)
		}
		flush(t, s)
		if n := quarantinedOf(t, s); len(n) != want {
			t.Fatalf("%v are in quarantine, want %d", n, want)
		}
		balanced(t, s)
	}
	if n := len(sink.Events()); n != 10 {
		t.Errorf("the sink has %d events, want 10", n)
	}
	sink.tolerant.Store(false)
	addBatch(t, s, batch(t, 4), eventstore.AckWritten)
	flush(t, s)
	err := s.Maintain(t.Context(), func(m *eventstore.Maintenance) error {
		damaged, failed := m.DamagedSegments()
		removed, err := m.RemoveQuarantined(func(e eventstore.QuarantinedEvent) bool { return number(eventstore.Event{Document: e.Document}) == 1 })
		if removed != 1 || damaged != 0 {
			t.Errorf("%d removed, %d damaged", removed, damaged)
		}
		return errors.Join(failed, err, m.ClearDelivered(t.Context()))
	})
	if n := quarantinedOf(t, s); err != nil || len(n) != 1 || n[0] != 3 {
		t.Errorf("%v are left, %v", n, err)
	}
}

// TestFullQuarantineInMemory loses refused events when there is no room for them, and holds nobody else up.
func TestFullQuarantineInMemory(t *testing.T) {
	var sink fussy
	var log servicetest.Log
	s := openInMemory(t, &sink, eventstore.Config{Logger: log.Logger()})
	var unstored atomic.Int64
	s.OnUnstored(func(list []eventstore.Unstored) { unstored.Add(int64(len(list))) })
	const all = 300
	pad := bson.E{Key: "pad", Value: strings.Repeat("x", 1_000)}
	for _, e := range batch(t, all, pad) {
		add(t, s, e)
	}
	flush(t, s)
	r, err := s.Append(t.Context(), event(t, pad, bson.E{Key: "n", Value: 1}), eventstore.AckStored)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Wait(t.Context()); !errors.Is(err, eventstore.ErrLost) {
		t.Errorf("who waits for an event that is refused gets %v, want ErrLost", err)
	}
	balanced(t, s)
	st := s.Stats()
	kept := queuetest.Sum(st.Quarantined)
	if kept == 0 || st.Lost == 0 || kept+st.Lost != all/2+1 || queuetest.Sum(st.Stored) != all/2 || unstored.Load() != all/2+1 {
		t.Errorf("%d told, %+v", unstored.Load(), st)
	}
	if n := len(quarantinedOf(t, s)); int64(n) != kept {
		t.Errorf("%d are in quarantine, and %d are counted", n, kept)
	}
	if text := log.String(); strings.Count(text, "a refused event is lost") != 1 || !strings.Contains(text, "reason=odd") || !strings.Contains(text, "raise Config.MemoryBytes") {
		t.Errorf("the log:\n%s", text)
	}
	sink.tolerant.Store(true)
	if r, err := s.ReplayQuarantine(t.Context()); r.Replayed != kept || err != nil {
		t.Errorf("%+v, %v", r, err)
	}
	flush(t, s)
	sink.tolerant.Store(false)
	r, err = s.Append(t.Context(), event(t, pad, bson.E{Key: "n", Value: 1}), eventstore.AckStored)
	if waited := r.Wait(t.Context()); err != nil || !errors.Is(waited, eventstore.ErrQuarantined) {
		t.Errorf("%v, %v; want room again", err, waited)
	}
	balanced(t, s)
	_ = shutdown(t, s, time.Minute)
	if !strings.Contains(log.String(), "the quarantine was in memory") {
		t.Errorf("the log does not tell that it is gone:\n%s", log.String())
	}
}

// TestSuppressedInMemory: a replay puts back nothing of a suppressed user.
func TestSuppressedInMemory(t *testing.T) {
	var sink fussy
	list := ban()
	s := openInMemory(t, &sink, eventstore.Config{Suppression: list})
	for _, user := range []string{"a", "b"} {
		add(t, s, event(t, bson.E{Key: "n", Value: 1}, bson.E{Key: "user_id", Value: user}))
	}
	flush(t, s)
	list.add("a")
	sink.tolerant.Store(true)
	r, err := s.ReplayQuarantine(t.Context())
	if err != nil || r.Suppressed != 1 || r.Replayed != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	flush(t, s)
	balanced(t, s)
}

// TestConsumersInMemory: Shutdown waits for consumers, since no next start offers them anything.
func TestConsumersInMemory(t *testing.T) {
	copied := memsink.NewConsumer("copy")
	slow := func(ctx context.Context, events []eventstore.ConsumedEvent) error {
		select {
		case <-time.After(50 * time.Millisecond):
			return copied.Consumer().Consume(ctx, events)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	failing := func(context.Context, []eventstore.ConsumedEvent) error { return errors.New("no") }
	s := openInMemory(t, memsink.New(), eventstore.Config{Consumers: []eventstore.Consumer{{Name: "slow", Consume: slow, BatchSize: 3}}})
	addNumbered(t, s, 1, 9)
	if err := shutdown(t, s, time.Minute); err != nil || len(copied.Events()) != 9 {
		t.Errorf("%v; the consumer has %d of 9", err, len(copied.Events()))
	}
	var log servicetest.Log
	s = openInMemory(t, memsink.New(), eventstore.Config{
		Consumers: []eventstore.Consumer{{Name: "failing", Consume: failing}}, Logger: log.Logger(),
	})
	addNumbered(t, s, 1, 9)
	if err := shutdown(t, s, time.Second); err != nil {
		t.Errorf("%v; the sink has all", err)
	}
	if c := s.Stats().Consumers[0]; c.Lost != 9 || c.Pending != 0 || !strings.Contains(log.String(), "because the store is in memory") {
		t.Errorf("%+v\n%s", c, log.String())
	}
}
