// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// TestErrorsOfConsumersAreCounted has a consumer that fails once.
func TestErrorsOfConsumersAreCounted(t *testing.T) {
	c, idle := memsink.NewConsumer("copy"), memsink.NewConsumer("idle")
	store, err := eventstore.Open(t.Context(), memsink.New(), eventstore.Config{
		Dir: t.TempDir(), Consumers: []eventstore.Consumer{c.Consumer(), idle.Consumer()}, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	s := &service{t: t, log: new(servicetest.Log)}
	s.run(otelanalytics.WithStore(store))
	c.Fail(errors.New("no room"))
	if err := s.client.Track(t.Context(), otelanalytics.Event{Type: "page_viewed"}); err != nil {
		t.Fatal(err)
	}
	if err := c.AwaitCalls(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	c.Fail(nil)
	if err := store.FlushConsumers(t.Context()); err != nil {
		t.Fatal(err)
	}
	stats := store.Stats().Consumers
	if len(stats) != 2 || stats[0].Errors < 1 {
		t.Fatalf("%+v", stats)
	}
	s.has(
		`otelanalytics_journal_consumer_pending{consumer="copy"} 0`, fmt.Sprintf(`otelanalytics_journal_consumer_errors_total{consumer="copy"} %d`, stats[0].Errors),
		`otelanalytics_journal_consumer_errors_total{consumer="idle"} 0`,
	)
}
