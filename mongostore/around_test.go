// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/uniques"
)

// counting returns the configuration of a counter of daily users.
func counting(r *mongostore.Reader) uniques.Config {
	return uniques.Config{
		Metrics: []uniques.Metric{{Name: "users", Windows: map[string]time.Duration{"daily": 24 * time.Hour}}},
		Key:     []byte("16 bytes or more"), Records: r.Records(), Documents: r,
	}
}

func users(t *testing.T, c *uniques.Counter) uint64 {
	t.Helper()
	numbers, err := c.Numbers(t.Context())
	if err != nil || len(numbers) != 1 {
		t.Fatal(numbers, err)
	}
	return numbers[0].Value
}

// TestCounterAroundTheSink counts what the queue delivers, in two processes, after they have ended, and again from the documents.
func TestCounterAroundTheSink(t *testing.T) {
	server := mongotest.Start(t)
	c := mongostore.Config{URI: server.URI(), Database: server.Database(t).Name()}
	var counters []*uniques.Counter
	var stores []*mongostore.Store
	began := time.Now()
	for range 2 {
		c.Dir = t.TempDir()
		c.Around = func(s *mongostore.Sink) (eventstore.Sink, error) {
			counter, err := uniques.New(counting(s.Reader()))
			if err != nil {
				return nil, err
			}
			counters = append(counters, counter)
			return counter.Around(s), nil
		}
		stores = append(stores, open(t, c))
	}
	for i, s := range stores {
		for n := range 30 {
			add(t, s, event(t, bson.E{Key: "user_id", Value: fmt.Sprint("user-", 20*i+n)}, bson.E{Key: "timestamp", Value: time.Now()}, bson.E{Key: "received_at", Value: time.Now()}))
		}
		flush(t, s)
		if err := counters[i].Save(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if a, b := users(t, counters[0]), users(t, counters[1]); a != 50 || b != 50 {
		t.Errorf("two processes count %d and %d of 50 users", a, b)
	}
	for _, s := range stores {
		if err := s.Health(t.Context()).SinkError; err != "" {
			t.Error(err)
		}
		if err := shutdown(t, s, 30*time.Second); err != nil {
			t.Error(err)
		}
	}
	reader, err := mongostore.NewReader(mongostore.Config{URI: server.URI(), Database: c.Database})
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	after, err := uniques.New(counting(reader))
	if err != nil {
		t.Fatal(err)
	}
	if err := after.RollUp(t.Context()); err != nil {
		t.Error(err)
	}
	if n := users(t, after); n != 50 {
		t.Errorf("after both have ended: %d of 50 users", n)
	}
	leases, err := reader.Records().List(t.Context(), "lease|", time.Time{}, time.Time{})
	if err != nil || len(leases) != 0 {
		t.Errorf("they leave leases: %v, %v", leases, err)
	}
	again := counting(reader)
	again.Key = []byte("another key, of 16 bytes")
	rebuilt, err := uniques.New(again)
	if err != nil {
		t.Fatal(err)
	}
	if n := users(t, rebuilt); n != 0 {
		t.Errorf("%d users are counted with another key", n)
	}
	if err := rebuilt.Rebuild(t.Context(), began.Add(-time.Second)); err != nil {
		t.Fatal(err)
	}
	if n := users(t, rebuilt); n != 50 {
		t.Errorf("%d of 50 users are counted from the documents", n)
	}
}

func TestAroundThatFails(t *testing.T) {
	broken := errors.New("broken")
	_, err := mongostore.Open(t.Context(), mongostore.Config{URI: nowhere, Dir: t.TempDir(), Around: func(*mongostore.Sink) (eventstore.Sink, error) { return nil, broken }})
	if !errors.Is(err, broken) {
		t.Error(err)
	}
}

func TestReceived(t *testing.T) {
	server := mongotest.Start(t)
	s := open(t, mongostore.Config{URI: server.URI(), Database: server.Database(t).Name(), Dir: t.TempDir()})
	at := time.Now().Truncate(time.Millisecond)
	for i := range 3 {
		add(t, s, event(t, bson.E{Key: "n", Value: i}, bson.E{Key: "received_at", Value: at.Add(time.Duration(i) * time.Millisecond)}))
	}
	add(t, s, event(t, bson.E{Key: "n", Value: 9}))
	flush(t, s)
	var got []int64
	if err := s.Reader().Received(t.Context(), at.Add(time.Millisecond), time.Time{}, func(doc bson.Raw) error {
		got = append(got, doc.Lookup("n").AsInt64())
		return nil
	}); err != nil || len(got) != 2 || got[0]+got[1] != 3 {
		t.Errorf("%v, %v; want 1 and 2", got, err)
	}
	got = nil
	if err := s.Reader().Received(t.Context(), at, at.Add(2*time.Millisecond), func(doc bson.Raw) error {
		got = append(got, doc.Lookup("n").AsInt64())
		return nil
	}); err != nil || len(got) != 2 || got[0]+got[1] != 1 {
		t.Errorf("before the third: %v, %v; want 0 and 1", got, err)
	}
	enough := errors.New("enough")
	if err := s.Reader().Received(t.Context(), at, time.Time{}, func(bson.Raw) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("%v, want the caller's error", err)
	}
}
