// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// delivering returns a call that tracks a login, into a journal with a sink that only acknowledges, and with others behind it.
func (b *run1) delivering(others ...eventstore.SinkConfig) func() {
	store, err := eventstore.Open(context.Background(), taken{}, eventstore.Config{
		Dir: b.TempDir(), Sinks: others, Logger: slog.New(slog.DiscardHandler),
	})
	b.must(err)
	client, err := otelanalytics.New(b.loginMap(), otelanalytics.WithMeterProvider(provider()),
		otelanalytics.WithStore(store), otelanalytics.WithLogger(slog.New(slog.DiscardHandler)))
	b.must(err)
	b.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		b.must(client.Shutdown(ctx))
	})
	return b.trackBy(client)
}

// trackSinks tracks 10,000 events a second with two sinks that only acknowledge, and as many with one, in turns of 100 calls.
func trackSinks(b *run1) []Result {
	bursts := 1_000
	if b.quick {
		bursts = 200
	}
	sides := [2]func(){b.delivering(eventstore.SinkConfig{Name: "other", Sink: taken{}}), b.delivering()}
	steadily(sides, bursts/2)
	took := steadily(sides, bursts)
	return []Result{ratio("track_sinks", "ns", median(took[0]), median(took[1]), 1.05)}
}
