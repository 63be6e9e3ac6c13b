// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// nowhere is an address at which nothing listens.
const nowhere = "mongodb://user:s3cret@127.0.0.1:1/?serverSelectionTimeoutMS=200"

func event(t testing.TB, fields ...bson.E) eventstore.Event {
	t.Helper()
	id := uuid.New()
	doc, err := bson.Marshal(append(bson.D{{Key: "_id", Value: bson.Binary{Subtype: bson.TypeBinaryUUID, Data: id[:]}}}, fields...))
	if err != nil {
		t.Fatal(err)
	}
	return eventstore.Event{ID: id, Type: "e", Document: doc}
}

// open opens a store that delivers to MongoDB.
func open(t testing.TB, c mongostore.Config) *eventstore.Store {
	t.Helper()
	s, err := mongostore.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shutdown(t, s.Store, time.Millisecond) })
	return s.Store
}

// sinkFor returns the sink of a configuration, and queueFor the rest of it.
func sinkFor(t testing.TB, c mongostore.Config) *mongostore.Sink {
	t.Helper()
	sink, err := mongostore.NewSink(c)
	if err != nil {
		t.Fatal(err)
	}
	return sink
}

func queueFor(c mongostore.Config) eventstore.Config {
	return eventstore.Config{
		Dir: c.Dir, JournalBytes: c.JournalBytes, JournalFull: c.JournalFull, SyncInterval: c.SyncInterval,
		BatchSize: c.BatchSize, Logger: c.Logger,
	}
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

func count(t testing.TB, db *mongo.Database) int64 {
	t.Helper()
	n, err := db.Collection(mongostore.DefaultCollection).CountDocuments(t.Context(), bson.D{})
	if err != nil {
		t.Fatal(err)
	}
	return n
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
	if st.Accepted+st.Recovered != sum(st.Stored)+st.Pending+sum(st.Quarantined)+sum(st.Suppressed)+st.Lost {
		t.Errorf("accepted + recovered = stored + pending + quarantined + suppressed + lost does not hold: %+v", st)
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

// openOn opens a store on a sink that is no MongoDB's.
func openOn(t testing.TB, sink eventstore.Sink, c eventstore.Config) *eventstore.Store {
	t.Helper()
	if c.Dir == "" {
		c.Dir = t.TempDir()
	}
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
