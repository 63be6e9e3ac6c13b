// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// unable is a sink that takes nothing until it is able.
type unable struct {
	memsink.Sink
	called chan struct{}
	able   atomic.Bool
}

func (u *unable) Deliver(ctx context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	select {
	case u.called <- struct{}{}:
	default:
	}
	if u.able.Load() {
		return u.Sink.Deliver(ctx, events)
	}
	return nil, errors.New("no room")
}

// TestSinksHaveSeriesOfTheirOwn has a store with a sink that works and one that does not beside the first. The series that were
// there are about the first alone.
func TestSinksHaveSeriesOfTheirOwn(t *testing.T) {
	gone := &unable{called: make(chan struct{})}
	store, err := eventstore.Open(t.Context(), memsink.New(), eventstore.Config{
		Dir: t.TempDir(), Sinks: []eventstore.SinkConfig{{Name: "copy", Sink: memsink.New()}, {Name: "gone", Sink: gone}}, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	s := &service{t: t, log: new(servicetest.Log)}
	s.run(otelanalytics.WithStore(store))
	if err := s.client.Track(t.Context(), otelanalytics.Event{Type: "page_viewed"}, otelanalytics.WithAck(otelanalytics.AckStored)); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the first attempt is counted when there is a second
		<-gone.called
	}
	if err := store.FlushSinks(ended(t)); err == nil || !strings.Contains(err.Error(), "sink gone does not have 1 ") {
		t.Errorf("flush: %v", err)
	}
	h := s.client.Health(t.Context())
	if h.Status != otelanalytics.StatusDegraded || len(h.Sinks) != 2 || h.Sinks[0].Error != "" || h.Sinks[1].Error != "no room" {
		t.Errorf("%+v", h)
	}
	s.has(
		`otelanalytics_events_stored_total{event_type="page_viewed"} 1`, `otelanalytics_journal_pending 0`,
		`otelanalytics_sink_pending{sink="gone"} 1`, `otelanalytics_sink_events_total{outcome="stored",sink="gone"} 0`,
		`otelanalytics_sink_oldest_age_seconds{sink="copy"} 0`,
	)
	page := s.page("")
	for _, other := range []string{"journal_consumer", `otelanalytics_store_errors_total{`} {
		if strings.Contains(page, other) {
			t.Errorf("the sinks are in %s:\n%s", other, page)
		}
	}
	if !strings.Contains(page, `otelanalytics_sink_errors_total{kind="other",sink="gone"}`) {
		t.Errorf("no errors are counted:\n%s", page)
	}
	gone.able.Store(true)
	if err := store.FlushSinks(t.Context()); err != nil {
		t.Error(err)
	}
	s.has(`otelanalytics_sink_events_total{outcome="stored",sink="gone"} 1`, `otelanalytics_sink_pending{sink="gone"} 0`)
}

// ended is a context that has ended.
func ended(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}

// narrow is a sink that takes no document larger than 2,000 bytes.
type narrow struct{ memsink.Sink }

func (*narrow) MaxEventBytes() int { return 2_000 }
func (*narrow) Name() string       { return "nats" }

// TestSinkThatTakesNoLargeEvents has events refused when they are tracked that a sink would refuse: by name, and counted. Others of a
// batch are accepted.
func TestSinkThatTakesNoLargeEvents(t *testing.T) {
	for name, tt := range map[string]struct {
		first, other eventstore.Sink
		named        string
	}{
		"the first": {new(narrow), memsink.New(), "nats takes at most 2000: keep large content elsewhere and track a reference to it"},
		"another":   {memsink.New(), new(narrow), "sink copy takes at most 2000: keep large content elsewhere and track a reference to it"},
	} {
		t.Run(name, func(t *testing.T) {
			store, err := eventstore.Open(t.Context(), tt.first, eventstore.Config{
				Dir: t.TempDir(), Sinks: []eventstore.SinkConfig{{Name: "copy", Sink: tt.other}}, Logger: slog.New(slog.DiscardHandler),
			})
			if err != nil {
				t.Fatal(err)
			}
			s := &service{t: t, log: new(servicetest.Log)}
			s.run(otelanalytics.WithStore(store))
			large := otelanalytics.Event{Type: "page_viewed", Data: bson.D{{Key: "small", Value: 1}, {Key: "body", Value: strings.Repeat("x", 2_000)}}}
			errs := []error{s.client.Track(t.Context(), large)}
			batch := s.client.TrackBatch(t.Context(), []otelanalytics.Event{{Type: "page_viewed"}, large, {Type: "page_viewed"}})
			for _, err := range append(errs, batch) {
				var invalid *otelanalytics.InvalidEventError
				if !errors.Is(err, otelanalytics.ErrTooLarge) || !errors.As(err, &invalid) || invalid.Field != "event_data.body" || !strings.HasSuffix(invalid.Problem, tt.named) {
					t.Errorf("got  %v\nwant %s", err, tt.named)
				}
			}
			if err := store.FlushSinks(t.Context()); err != nil {
				t.Error(err)
			}
			s.has(`otelanalytics_events_rejected_total{event_type="page_viewed",reason="too_large"} 2`,
				`otelanalytics_events_accepted_total{event_type="page_viewed"} 2`,
				fmt.Sprintf(`otelanalytics_sink_events_total{outcome="stored",sink=%q} 2`, "copy"))
		})
	}
}
