// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// slowToEnd is a store whose first Shutdown waits for a test, and whose others do not wait for the first.
type slowToEnd struct {
	*eventstore.Store
	entered, end chan struct{}
}

func (s *slowToEnd) Shutdown(ctx context.Context) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	close(s.entered)
	<-s.end
	return s.Store.Shutdown(ctx)
}

// held is a sink in memory that stores nothing until it is let go.
type held struct {
	memsink.Sink
	letGo chan struct{}
}

func (h *held) Deliver(ctx context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	select {
	case <-h.letGo:
		return h.Sink.Deliver(ctx, events)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// TestStatsAfterTwoShutdowns: a second call that gives up early does not fix the counters before the first has ended.
func TestStatsAfterTwoShutdowns(t *testing.T) {
	sink := &held{letGo: make(chan struct{})}
	queue, err := eventstore.Open(t.Context(), sink, eventstore.Config{Dir: t.TempDir(), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	store := &slowToEnd{Store: queue, entered: make(chan struct{}), end: make(chan struct{})}
	client, err := otelanalytics.New(parse(t), otelanalytics.WithStore(store), otelanalytics.WithLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Track(t.Context(), otelanalytics.Event{Type: "page_viewed"}); err != nil {
		t.Fatal(err)
	}
	first := make(chan error)
	go func() { first <- client.Shutdown(context.Background()) }()
	<-store.entered
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := client.Shutdown(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("the second call: %v", err)
	}
	close(sink.letGo)
	close(store.end)
	if err := <-first; err != nil {
		t.Error(err)
	}
	if st := client.Stats(); st.Stored != 1 || st.Pending != 0 {
		t.Errorf("%+v, want 1 stored and none pending", st)
	}
}
