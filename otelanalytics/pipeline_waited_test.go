// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// asked is a context that tells when somebody waits for its end.
type asked struct {
	context.Context
	tell func()
}

func (c asked) Done() <-chan struct{} {
	c.tell()
	return c.Context.Done()
}

// TestReceivedAtAfterAWaitForSpace fills the journal under the policy block. An event that waits has the time of the append
// as its received_at, and keeps the time when it happened.
func TestReceivedAtAfterAWaitForSpace(t *testing.T) {
	large := map[string]any{"text": strings.Repeat("x", 200<<10)}
	events := []otelanalytics.Event{{Type: "page_viewed", Data: large}, {Type: "page_viewed", Data: large}}
	for name, track := range map[string]func(context.Context, *otelanalytics.Client) error{
		"Track":      func(ctx context.Context, c *otelanalytics.Client) error { return c.Track(ctx, events[0]) },
		"TrackBatch": func(ctx context.Context, c *otelanalytics.Client) error { return c.TrackBatch(ctx, events) },
	} {
		t.Run(name, func(t *testing.T) {
			sink := &gatedSink{gate: make(chan struct{})}
			open := sync.OnceFunc(func() { close(sink.gate) })
			log := new(servicetest.Log)
			store, err := eventstore.Open(t.Context(), sink, eventstore.Config{
				Dir: t.TempDir(), JournalBytes: eventstore.MinJournalBytes, JournalFull: eventstore.Block, Logger: log.Logger(),
			})
			if err != nil {
				t.Fatal(err)
			}
			s := &service{t: t, log: log}
			s.run(otelanalytics.WithStore(store))
			t.Cleanup(open)
			called := time.Date(2026, 1, 2, 3, 4, 5, 6_000_000, time.UTC)
			otelanalytics.SetClock(s.client, func() time.Time { return called })

			ended, cancel := context.WithCancel(t.Context())
			cancel()
			for err = nil; err == nil; {
				err = s.client.Track(ended, events[0])
			}
			if !errors.Is(err, otelanalytics.ErrJournalFull) {
				t.Fatal(err)
			}
			waits := make(chan struct{})
			done := make(chan error, 1)
			go func() { done <- track(asked{context.Background(), sync.OnceFunc(func() { close(waits) })}, s.client) }()
			<-waits
			opened := time.Now().Truncate(time.Millisecond)
			open()
			if err := <-done; err != nil {
				t.Fatal(err)
			}
			s.flush()
			all := sink.Events()
			for i, e := range all {
				at, happened := bson.Raw(e.Document).Lookup("received_at").Time(), bson.Raw(e.Document).Lookup("timestamp").Time()
				if !happened.Equal(called) {
					t.Errorf("event %d happened at %v, want %v", i, happened, called)
				}
				if waited := i >= len(all)-1; waited && (at.Before(opened) || at.After(time.Now())) {
					t.Errorf("event %d waited, and was received at %v, want %v or a little later", i, at, opened)
				} else if i == 0 && !at.Equal(called) {
					t.Errorf("event %d did not wait, and was received at %v, want %v", i, at, called)
				}
			}
		})
	}
}
