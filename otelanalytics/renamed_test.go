// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/typed"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/typed/typedimpl"
)

const renamedMap = `
version: 1
metrics:
  events: {instrument: counter, attributes: {event: {limit: 20}}}
  paid: {instrument: counter, attributes: {currency: {values: [eur, usd]}}}
every_event: {record: [{metric: events, from: {event: $type}}]}
events:
  order_paid:
    renamed_from: [paid, orders.paid]
    data: {amount: {type: int}, currency: {type: string}, card: {redact: drop}}
    record: [{metric: paid, value: amount, when: type == 'order_paid'}]
  "orders.*": {}
`

// TestTrackUnderAnEarlierName tracks an event under the name that it had before, through each door: it follows the entry of
// its new name, and is stored under the one that it came with.
func TestTrackUnderAnEarlierName(t *testing.T) {
	m := servicetest.Map(t, renamedMap)
	data := map[string]any{"amount": 5, "currency": "eur", "card": "4711"}
	for name, track := range map[string]func(context.Context, *analyticstest.Recorder, string) error{
		"Track": func(ctx context.Context, rec *analyticstest.Recorder, name string) error {
			return rec.Client.Track(ctx, otelanalytics.Event{Type: name, Data: data})
		},
		"TrackBatch": func(ctx context.Context, rec *analyticstest.Recorder, name string) error {
			return rec.Client.TrackBatch(ctx, []otelanalytics.Event{{Type: name, Data: data}})
		},
		"Module": func(ctx context.Context, rec *analyticstest.Recorder, name string) error {
			return rec.Client.Module("shop").Track(ctx, otelanalytics.Event{Type: name, Data: data})
		},
		"EventType": func(ctx context.Context, rec *analyticstest.Recorder, name string) error {
			et, err := rec.Client.EventType(name)
			if err != nil {
				return err
			}
			return et.Track(ctx, otelanalytics.Event{Data: data})
		},
		"generated code of an older map": func(ctx context.Context, rec *analyticstest.Recorder, name string) error {
			types, err := typedimpl.EventTypes(rec.Client, typedimpl.Code{MapVersion: "0123456789abcdef", Events: []string{name}})
			if err != nil {
				return err
			}
			d := typedimpl.Begin()
			d.Int("amount", typed.Some(int64(5)))
			d.String("currency", "eur")
			d.String("card", "4711")
			return d.Track(ctx, types[0], "", typed.Meta{})
		},
	} {
		t.Run(name, func(t *testing.T) {
			rec := analyticstest.New(t, m)
			for _, name := range []string{"paid", "orders.paid", "order_paid"} {
				if err := track(t.Context(), rec, name); err != nil {
					t.Fatal(err)
				}
			}
			if got := rec.Delta("paid", "currency", "eur"); got != 15 {
				t.Errorf("%v recorded, want 15", got)
			}
			if got := rec.Delta("events", "event", "order_paid"); got != 3 {
				t.Errorf("%v of $type are order_paid, want 3", got)
			}
			var names []string
			for _, e := range rec.Events("order_paid") {
				names = append(names, e.Type)
				if _, ok := e.Data["card"]; ok {
					t.Errorf("%s: the data has what the new entry redacts", e.Type)
				}
			}
			if want := []string{"paid", "orders.paid", "order_paid"}; !slices.Equal(names, want) {
				t.Errorf("stored as %q, want %q", names, want)
			}
			if got := rec.Events("paid"); len(got) != 1 {
				t.Errorf("%d events under the earlier name, want 1", len(got))
			}
		})
	}
}

// TestRecordUnderAnEarlierName records without an event.
func TestRecordUnderAnEarlierName(t *testing.T) {
	m := servicetest.Map(t, renamedMap)
	rec := analyticstest.New(t, m, otelanalytics.WithStrict())
	if err := rec.Client.Record(t.Context(), "paid", map[string]any{"amount": 5, "currency": "usd"}); err != nil {
		t.Fatal(err)
	}
	if got := rec.Delta("paid", "currency", "usd"); got != 5 {
		t.Errorf("%v recorded, want 5", got)
	}
}

// TestSwitchesKnowEarlierNames: instances with an older and a newer map can have the same settings.
func TestSwitchesKnowEarlierNames(t *testing.T) {
	m := servicetest.Map(t, renamedMap)
	rec := analyticstest.New(t, m)
	if err := rec.Client.Configure(config.Runtime{DisabledEvents: []string{"paid"}}); err != nil {
		t.Fatal(err)
	}
	s := rec.Client.Switches()
	if s.Event("order_paid") || s.Event("paid") || s.Event("orders.paid") || !s.Event("orders.*") {
		t.Error("the switch of the event is on under one of its names, or another one is off")
	}
	if err := s.SetEvent("orders.paid", true); err != nil || !s.Event("order_paid") {
		t.Errorf("switching it on under an earlier name: %v", err)
	}
	if err := s.SetEvent("orders.sent", true); err == nil {
		t.Error("a type that only a pattern matches has a switch")
	}
}

// down is a sink that is out.
type down struct{}

func (down) Deliver(context.Context, []eventstore.Event) ([]eventstore.Verdict, error) {
	return nil, errors.New("out")
}

// TestRecoverUnderAnEarlierName delivers what a process with an older map has left in the journal: it is counted as stored
// under the name of now.
func TestRecoverUnderAnEarlierName(t *testing.T) {
	dir := t.TempDir()
	older := servicetest.Map(t, "version: 1\nevents: {paid: {}}\n")
	store, err := eventstore.Open(t.Context(), down{}, eventstore.Config{Dir: dir, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	client, err := otelanalytics.New(older, otelanalytics.WithStore(store))
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Track(t.Context(), otelanalytics.Event{Type: "paid"}); err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_ = client.Shutdown(ended) // one event is left, it says

	newer := servicetest.Map(t, renamedMap)
	if store, err = eventstore.Open(t.Context(), memsink.New(), eventstore.Config{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	s := &service{t: t, eventMap: newer, log: new(servicetest.Log)}
	s.run(otelanalytics.WithStore(store))
	if err := s.client.Track(t.Context(), otelanalytics.Event{Type: "orders.paid"}); err != nil {
		t.Fatal(err)
	}
	s.flush()
	s.has(`otelanalytics_events_accepted_total{event_type="order_paid"} 1`, `otelanalytics_events_stored_total{event_type="order_paid"} 2`, `otelanalytics_events_stored_total{event_type="other"} 0`)
}
