// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
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

func event(t testing.TB, fields ...bson.E) eventstore.Event {
	t.Helper()
	id := uuid.New()
	doc, err := bson.Marshal(append(bson.D{{Key: "_id", Value: bson.Binary{Subtype: bson.TypeBinaryUUID, Data: id[:]}}}, fields...))
	if err != nil {
		t.Fatal(err)
	}
	return eventstore.Event{ID: id, Type: "e", Document: doc}
}

func shutdown(t testing.TB, s *eventstore.Store, limit time.Duration) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	return s.Shutdown(ctx)
}

func add(t testing.TB, s *eventstore.Store, e eventstore.Event) {
	t.Helper()
	if _, err := s.Append(t.Context(), e, eventstore.AckWritten); err != nil {
		t.Fatal(err)
	}
}

func flush(t testing.TB, s *eventstore.Store) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := s.Flush(ctx); err != nil {
		t.Fatal(err)
	}
}

func sum[K comparable](m map[K]int64) (n int64) {
	for _, v := range m {
		n += v
	}
	return n
}

// balanced checks the sum of the package's documentation.
func balanced(t testing.TB, s *eventstore.Store) {
	t.Helper()
	st := s.Stats()
	if st.Accepted+st.Recovered != sum(st.Stored)+sum(st.Deduplicated)+st.Pending+sum(st.Quarantined)+sum(st.Suppressed)+st.Lost {
		t.Errorf("accepted + recovered = stored + deduplicated + pending + quarantined + suppressed + lost does not hold: %+v", st)
	}
}

// safeBuffer is a log that several goroutines write.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
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

// eventually calls f until it returns true, or fails the test after a minute. f waits by itself.
func eventually(t *testing.T, f func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !f(); {
		if time.Now().After(end) {
			t.Fatal("it did not come about within a minute")
		}
	}
}
