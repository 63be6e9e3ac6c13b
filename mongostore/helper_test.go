// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"

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

func batch(t testing.TB, n int, fields ...bson.E) []eventstore.Event {
	t.Helper()
	events := make([]eventstore.Event, n)
	for i := range events {
		events[i] = event(t, append(slices.Clone(fields), bson.E{Key: "n", Value: i})...)
	}
	return events
}

func open(t testing.TB, c mongostore.Config) *mongostore.Store {
	t.Helper()
	s, err := mongostore.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shutdown(t, s, time.Millisecond) })
	return s
}

func shutdown(t testing.TB, s *mongostore.Store, limit time.Duration) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	return s.Shutdown(ctx)
}

func add(t testing.TB, s *mongostore.Store, e eventstore.Event) {
	t.Helper()
	addBatch(t, s, []eventstore.Event{e}, eventstore.AckWritten)
}

func addBatch(t testing.TB, s *mongostore.Store, events []eventstore.Event, ack eventstore.Ack) eventstore.Receipt {
	t.Helper()
	n, r, err := s.AppendBatch(t.Context(), events, ack)
	if n != len(events) || err != nil {
		t.Fatalf("%d of %d accepted, %v", n, len(events), err)
	}
	return r
}

func flush(t testing.TB, s *mongostore.Store) {
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

// balanced checks the sum of the documentation of eventstore.Stats.
func balanced(t testing.TB, s *mongostore.Store) {
	t.Helper()
	st := s.Stats()
	if st.Accepted+st.Recovered != sum(st.Stored)+sum(st.Deduplicated)+st.Pending+sum(st.Quarantined)+sum(st.Suppressed)+st.Lost {
		t.Errorf("accepted + recovered = stored + deduplicated + pending + quarantined + suppressed + lost does not hold: %+v", st)
	}
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
