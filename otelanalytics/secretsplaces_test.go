// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// moody is a sink in memory that is away, or refuses each event, until it is well.
type moody struct {
	*memsink.Sink
	refuses bool
	well    atomic.Bool
}

func (m *moody) Deliver(ctx context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	switch {
	case m.well.Load():
		return m.Sink.Deliver(ctx, events)
	case !m.refuses:
		return nil, errors.New("away")
	}
	verdicts := make([]eventstore.Verdict, len(events))
	for i := range verdicts {
		verdicts[i] = eventstore.Verdict{Outcome: eventstore.Refused, Reason: "validation", Message: "refused"}
	}
	return verdicts, nil
}

// TestSecretsAreRedactedWhereverEventsWait: events are redacted before they are anywhere, so that what waits in memory, in quarantine or
// in the directory of a dead process, and is delivered from there, has no secret.
func TestSecretsAreRedactedWhereverEventsWait(t *testing.T) {
	type tagged struct {
		Hash  string `json:"h"`
		Other string `json:"pw"`
	}
	events := []otelanalytics.Event{
		{Type: "dropped", Data: map[string]any{"pw": secret}},
		{Type: "hashed", Data: tagged{secret, secret}},
		{Type: "nobody declared it", Data: tagged{"", secret}},
	}
	for _, c := range []struct {
		name    string
		storage eventstore.Storage
		auto    bool
		refuses bool
		dies    bool // the client that accepts the events; another one delivers them
	}{
		{name: "in memory", storage: eventstore.Memory},
		{name: "in quarantine in memory", storage: eventstore.Memory, refuses: true},
		{name: "in quarantine", refuses: true},
		{name: "in a directory that is adopted", auto: true, dies: true},
		{name: "in quarantine of a directory that is adopted", auto: true, refuses: true, dies: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir, log := t.TempDir(), new(servicetest.Log)
			sink := &moody{Sink: memsink.New(), refuses: c.refuses}
			logger := slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
			open := func() (*eventstore.Store, *otelanalytics.Client) {
				config := eventstore.Config{Storage: c.storage, Dir: dir, Logger: logger}
				if c.auto {
					config.Dir = eventstore.DirAuto + ":" + dir
				}
				store := must(eventstore.Open(t.Context(), sink, config))
				return store, must(otelanalytics.New(servicetest.Map(t, secretMap), otelanalytics.WithStore(store),
					otelanalytics.WithLogger(logger), otelanalytics.WithRedactKey([]byte("0123456789abcdef"))))
			}
			store, client := open()
			if err := client.TrackBatch(t.Context(), events); err != nil {
				t.Fatal(err)
			}
			if c.refuses {
				if err := client.Flush(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if c.dies {
				// One process more than there are, so that a directory is adopted rather than taken.
				_, other := open()
				errs := errors.Join(other.TrackBatch(t.Context(), events), other.Shutdown(expired(t)), client.Shutdown(expired(t)))
				if errs != nil && !errors.Is(errs, otelanalytics.ErrPending) {
					t.Fatal(errs)
				}
			}
			places := map[string]string{}
			for _, file := range files(t, dir) {
				places[file] = string(must(os.ReadFile(file)))
			}
			sink.well.Store(true)
			if c.dies {
				store, client = open()
			}
			want := len(events)
			if c.dies {
				want *= 2
			}
			for end := time.Now().Add(time.Minute); len(sink.Events()) < want && time.Now().Before(end); {
				if _, err := store.ReplayQuarantine(t.Context()); err != nil {
					t.Fatal(err)
				}
				if err := client.Flush(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			delivered := sink.Events()
			for _, e := range delivered {
				places["delivered "+e.Type] += string(e.Document)
			}
			if err := client.Shutdown(t.Context()); err != nil {
				t.Error(err)
			}
			places["log"] = log.String()
			findsSecret(t, places)
			if len(delivered) != want {
				t.Errorf("%d events were delivered, want %d", len(delivered), want)
			}
		})
	}
}

// expired returns a context that ends soon.
func expired(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	t.Cleanup(cancel)
	return ctx
}
