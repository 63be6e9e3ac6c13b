// SPDX-License-Identifier: Apache-2.0

//go:build unix

package natsstore_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/storetest"
	"github.com/otelanalytics/otelanalytics-go/internal/natstest"
	"github.com/otelanalytics/otelanalytics-go/natsstore"
)

// TestSink holds the sink to the suite on a real server. The stream knows each id, and not what the document of an id was.
func TestSink(t *testing.T) {
	server := natstest.Start(t, 1).Server(0)
	js := client(t, server.URL())
	storetest.Run(t, storetest.Harness{
		Deduplicates: true,
		New: func(t testing.TB) storetest.Subject {
			between, url := proxied(t, server.Addr())
			c := own(url)
			return storetest.Subject{
				Sink:   sinkOf(t, c),
				Stored: func() ([]eventstore.Event, error) { return stored(js, c.Stream) },
				Outage: func() func() { between.down(); return between.up },
				Stall: func() func() {
					server.Signal(syscall.SIGSTOP)
					return func() { server.Signal(syscall.SIGCONT) }
				},
				Partial: func() func() {
					change(t, js, c.Stream, func(s *jetstream.StreamConfig) { s.MaxMsgs = 5 })
					return sync.OnceFunc(func() { change(t, js, c.Stream, func(s *jetstream.StreamConfig) { s.MaxMsgs = -1 }) })
				},
				Refuse: func() eventstore.Event {
					change(t, js, c.Stream, func(s *jetstream.StreamConfig) { s.MaxMsgSize = 64 << 10 })
					return event(t, "large", 64<<10)
				},
			}
		},
	})
}

func stored(js jetstream.JetStream, stream string) ([]eventstore.Event, error) {
	all, err := messages(context.Background(), js, stream)
	var events []eventstore.Event
	for _, m := range all {
		id, err := uuid.Parse(m.Header.Get(jetstream.MsgIDHeader))
		if err != nil {
			return nil, err
		}
		events = append(events, eventstore.Event{ID: id, Document: m.Data})
	}
	return events, err
}

// change changes a stream.
func change(t testing.TB, js jetstream.JetStream, stream string, how func(*jetstream.StreamConfig)) {
	t.Helper()
	s, err := js.Stream(t.Context(), stream)
	if err != nil {
		t.Fatal(err)
	}
	c := s.CachedInfo().Config
	how(&c)
	if _, err := js.UpdateStream(t.Context(), c); err != nil {
		t.Fatal(err)
	}
}

// TestSubjectsByType publishes each type under a subject of its own, with the bytes of the document.
func TestSubjectsByType(t *testing.T) {
	server := natstest.Start(t, 1).Server(0)
	c := own(server.URL())
	s := sinkOf(t, c)
	events := []eventstore.Event{event(t, "user_logged_in", 0), event(t, "a.b > c*", 0), event(t, "käse", 0)}
	deliver(t, s, events...)
	all, err := messages(within(t), client(t, server.URL()), c.Stream)
	if err != nil || len(all) != len(events) {
		t.Fatalf("%d messages, %v", len(all), err)
	}
	for i, want := range []string{"user_logged_in", "a%2Eb%20%3E%20c%2A", "k%C3%A4se"} {
		if all[i].Subject != c.Subjects+"."+want || string(all[i].Data) != string(events[i].Document) {
			t.Errorf("event %d has the subject %s, want %s", i, all[i].Subject, want)
		}
	}
}

// TestFewInFlight delivers more events than may be under way.
func TestFewInFlight(t *testing.T) {
	server := natstest.Start(t, 1).Server(0)
	c := own(server.URL())
	c.InFlight = 3
	events := make([]eventstore.Event, 20)
	for i := range events {
		events[i] = event(t, "e", 0)
	}
	for i, v := range deliver(t, sinkOf(t, c), events...) {
		if v.Outcome != eventstore.Stored {
			t.Errorf("event %d: the outcome is %d", i, v.Outcome)
		}
	}
	if all, err := messages(within(t), client(t, server.URL()), c.Stream); err != nil || len(all) != len(events) {
		t.Errorf("%d messages, %v", len(all), err)
	}
}

// TestLargeEvents are refused when they are tracked, or quarantined when the server takes less than the configuration says.
func TestLargeEvents(t *testing.T) {
	server := natstest.Start(t, 1, natstest.WithConfig("max_payload: 8192")).Server(0)
	c := own(server.URL())
	s := sinkOf(t, c)
	if err := s.Prepare(within(t)); err == nil || !strings.Contains(err.Error(), "8192 bytes") || !strings.Contains(err.Error(), "to 8129") {
		t.Errorf("Prepare says %v", err)
	}
	verdicts := deliver(t, s, event(t, "small", 0), event(t, "large", 8192), event(t, "small", 0))
	if v := verdicts[1]; v.Outcome != eventstore.Refused || v.Reason != "too_large" || v.Message == "" {
		t.Errorf("the large one: %+v", v)
	}
	if verdicts[0].Outcome != eventstore.Stored || verdicts[2].Outcome != eventstore.Stored {
		t.Errorf("the others: %+v", verdicts)
	}
	if n := s.MaxEventBytes(); n != 8129 {
		t.Errorf("the largest event has %d bytes", n)
	}
	c.MaxEventBytes = 4096
	s = sinkOf(t, c)
	if err := s.Prepare(within(t)); err != nil {
		t.Error(err)
	}
	store, err := eventstore.Open(t.Context(), s, eventstore.Config{Dir: t.TempDir(), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		_ = store.Shutdown(ctx)
	}()
	_, err = store.Append(within(t), event(t, "large", 4096), eventstore.AckWritten)
	if !errors.Is(err, eventstore.ErrTooLarge) || !strings.Contains(err.Error(), "nats") {
		t.Errorf("a large event is tracked with %v", err)
	}
}

// TestStreamThatIsRemoved is created anew: events wait until it is.
func TestStreamThatIsRemoved(t *testing.T) {
	server := natstest.Start(t, 1).Server(0)
	c, js := own(server.URL()), client(t, server.URL())
	s := sinkOf(t, c)
	deliver(t, s, event(t, "e", 0))
	if err := js.DeleteStream(within(t), c.Stream); err != nil {
		t.Fatal(err)
	}
	deliver(t, s, event(t, "e", 0))
	if all, err := messages(within(t), js, c.Stream); err != nil || len(all) != 1 {
		t.Errorf("%d messages, %v", len(all), err)
	}
}

// TestClosed delivers nothing, and says so.
func TestClosed(t *testing.T) {
	s := sinkOf(t, natsstore.Config{URL: "nats://127.0.0.1:1"})
	if err := s.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if verdicts, err := s.Deliver(t.Context(), []eventstore.Event{event(t, "e", 0)}); len(verdicts) > 0 || err == nil {
		t.Errorf("%v, %v", verdicts, err)
	}
}
