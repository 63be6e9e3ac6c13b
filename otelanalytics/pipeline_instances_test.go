// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// instance is one process of the service shop, with a directory and a page of its own.
func instance(t *testing.T, server *mongotest.Server, database, dir, id string, wrap func(eventstore.Sink) eventstore.Sink) *service {
	t.Helper()
	sink, err := mongostore.NewSink(mongostore.Config{URI: server.URI(), Database: database})
	if err != nil {
		t.Fatal(err)
	}
	store, err := eventstore.Open(t.Context(), wrap(sink), eventstore.Config{Dir: dir, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	s := &service{t: t, log: new(servicetest.Log), dir: dir}
	s.run(otelanalytics.WithStore(store), otelanalytics.WithResource(resource.NewSchemaless(
		attribute.String("service.name", "shop"), attribute.String("service.instance.id", id))))
	return s
}

func asItIs(s eventstore.Sink) eventstore.Sink { return s }

// TestKeysOfTwoInstances has two processes track the same events at the same time. MongoDB has each once, and what the two
// counted adds up.
func TestKeysOfTwoInstances(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	both := []*service{
		instance(t, server, db.Name(), t.TempDir(), "a", asItIs), instance(t, server, db.Name(), t.TempDir(), "b", asItIs),
	}
	const keys = 100
	types, users := []string{"user_logged_in", "page_viewed", "order.placed"}, []string{"u", "v", ""}
	var group sync.WaitGroup
	for n, s := range both {
		group.Go(func() {
			for i := range keys {
				var events []otelanalytics.Event
				for _, eventType := range types {
					for _, user := range users {
						events = append(events, otelanalytics.Event{Type: eventType, UserID: user, Key: fmt.Sprint("order-", i), Data: map[string]any{"by": n}})
					}
				}
				if err := s.client.TrackBatch(t.Context(), events); err != nil {
					t.Error(err)
				}
				if i%10 == 0 { // the sum holds at every moment, not only at the end
					sumHolds(t, s.client)
				}
			}
		})
	}
	group.Wait()
	const each = keys * 9
	var stored, deduplicated int64
	for _, s := range both {
		s.flush()
		s.balanced()
		st := s.client.Stats()
		if st.Accepted != each || st.Duplicate != 0 {
			t.Errorf("%+v, want %d accepted", st, each)
		}
		stored, deduplicated = stored+st.Stored, deduplicated+st.Deduplicated
	}
	n, err := db.Collection(mongostore.DefaultCollection).CountDocuments(t.Context(), bson.D{})
	if err != nil || n != each || stored != each || deduplicated != each {
		t.Errorf("%d documents, %v, %d stored, %d deduplicated; want %d of each", n, err, stored, deduplicated, each)
	}
}

// sumHolds checks the sum while events are under way: what was accepted only grows.
func sumHolds(t *testing.T, c *otelanalytics.Client) {
	t.Helper()
	before := c.Stats().Accepted
	st := c.Stats()
	after := c.Stats().Accepted
	if sum := st.Stored + st.Deduplicated + st.Pending + st.Quarantined + st.Suppressed + st.Lost - st.Recovered; sum < before || sum > after {
		t.Errorf("the sum is %d, with %d to %d accepted: %+v", sum, before, after, st)
	}
}

// forgetful is a sink whose answers do not arrive, as when the process dies behind the insert.
type forgetful struct {
	eventstore.Sink
	want int
	all  chan struct{} // closed when so many events are there

	mu    sync.Mutex // guards there
	there map[[16]byte]bool
}

func (f *forgetful) Deliver(ctx context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	if _, err := f.Sink.Deliver(ctx, events); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	had := len(f.there)
	for _, e := range events {
		f.there[e.ID] = true
	}
	if had < f.want && len(f.there) == f.want {
		close(f.all)
	}
	return nil, errors.New("the answer did not arrive")
}

// TestRedeliveryOfKeysIsStored: what a process had inserted and not noted, the next one delivers again. It counts as stored,
// whatever the next process is called; another instance's events with these keys do not.
func TestRedeliveryOfKeysIsStored(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	dir := t.TempDir()
	const n = 50
	track := func(s *service) {
		t.Helper()
		for i := range n {
			if err := s.client.Track(t.Context(), otelanalytics.Event{Type: "page_viewed", UserID: "u", Key: fmt.Sprint(i)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	sink := &forgetful{want: n, all: make(chan struct{}), there: make(map[[16]byte]bool)}
	first := instance(t, server, db.Name(), dir, "first", func(s eventstore.Sink) eventstore.Sink { sink.Sink = s; return sink })
	first.Abandon = true
	track(first)
	<-sink.all
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_ = first.client.Shutdown(ended)

	again := instance(t, server, db.Name(), dir, "second", asItIs)
	other := instance(t, server, db.Name(), t.TempDir(), "other", asItIs)
	track(other)
	for _, s := range []*service{again, other} {
		s.flush()
		s.balanced()
	}
	if st := again.client.Stats(); st.Recovered != n || st.Stored != n || st.Deduplicated != 0 {
		t.Errorf("the next process: %+v, want %d stored", st, n)
	}
	if st := other.client.Stats(); st.Accepted != n || st.Stored != 0 || st.Deduplicated != n {
		t.Errorf("another instance: %+v, want %d deduplicated", st, n)
	}
}
