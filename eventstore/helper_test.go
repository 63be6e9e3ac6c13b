// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/internal/queuetest"
)

// The queue's helpers under short names.
var (
	event      = queuetest.Event
	batch      = queuetest.Batch
	addBatch   = queuetest.AddBatch
	flush      = queuetest.Flush
	shutdown   = queuetest.Shutdown
	balanced   = queuetest.Balanced
	eventually = queuetest.Eventually
)

var errAway = errors.New("the sink is away")

// away is a sink in memory that takes nothing until it is back.
type away struct {
	memsink.Sink
	back atomic.Bool
}

func (a *away) Deliver(ctx context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	if !a.back.Load() {
		return nil, errAway
	}
	return a.Sink.Deliver(ctx, events)
}

func (a *away) Ping(context.Context) error {
	if !a.back.Load() {
		return errAway
	}
	return nil
}

func add(t testing.TB, s *eventstore.Store, e eventstore.Event) {
	t.Helper()
	if _, err := s.Append(t.Context(), e, eventstore.AckWritten); err != nil {
		t.Fatal(err)
	}
}

// sinkFunc is a sink that answers a ping, and is called by several goroutines.
type sinkFunc func(ctx context.Context, events []eventstore.Event) ([]eventstore.Verdict, error)

func (f sinkFunc) Deliver(ctx context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	return f(ctx, events)
}

func (f sinkFunc) Ping(context.Context) error { return nil }

// verdictsOf judges each event by its number n.
func verdictsOf(events []eventstore.Event, judge func(n int64) eventstore.Outcome) []eventstore.Verdict {
	v := make([]eventstore.Verdict, len(events))
	for i := range events {
		v[i] = eventstore.Verdict{Outcome: judge(number(events[i])), Reason: "odd"}
	}
	return v
}

func number(e eventstore.Event) int64 {
	n, _ := bson.Raw(e.Document).Lookup("n").AsInt64OK()
	return n
}

func allStored(int64) eventstore.Outcome { return eventstore.Stored }

// storageVariable has the tests of this package run with stores in memory: see TestStoresInMemory.
const storageVariable = "EVENTSTORE_TEST_STORAGE"

// tested is where the stores of tests keep events that say nothing else.
func tested() eventstore.Storage {
	if os.Getenv(storageVariable) == eventstore.Memory.String() {
		return eventstore.Memory
	}
	return eventstore.Disk
}

// openOn opens a store on a sink.
func openOn(t testing.TB, sink eventstore.Sink, c eventstore.Config) *eventstore.Store {
	t.Helper()
	if c.Dir == "" {
		c.Dir = t.TempDir()
	}
	c.Storage = max(c.Storage, tested())
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	s, err := eventstore.Open(t.Context(), sink, c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shutdown(t, s, time.Millisecond) })
	return s
}
