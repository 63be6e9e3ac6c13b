// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

const everyMap = `
version: 1
every_event:
  record:
    - {metric: events, from: {event: $type, platform: $platform, module: $module, session: $session_present}}
    - {metric: paid, value: "=data.amount ?? 0", when: type != 'order.free'}
metrics:
  events:
    instrument: counter
    attributes:
      event: {limit: 20}
      platform: {values: [web, ios], default: none}
      module: {limit: 5, default: none}
      session: {values: [true, false]}
  paid: {instrument: counter}
  orders: {instrument: counter, attributes: {platform: {limit: 3}}}
events:
  "order.*": {data: {amount: {type: int}}, record: [{metric: orders, from: {platform: $platform}}]}
  refunded: {data: {amount: {type: int}}, store: false}
  plain: {}
`

func everyRecorder(t *testing.T) *analyticstest.Recorder {
	t.Helper()
	m := servicetest.Map(t, everyMap)
	return analyticstest.New(t, m)
}

// TestEveryEvent tracks through each door, events of every kind: declared, by a pattern, not stored, unknown.
func TestEveryEvent(t *testing.T) {
	types := []string{"order.paid", "order.free", "refunded", "plain", "nobody declared it"}
	for name, track := range map[string]func(*analyticstest.Recorder, context.Context, otelanalytics.Event) error{
		"Track": func(rec *analyticstest.Recorder, ctx context.Context, e otelanalytics.Event) error {
			return rec.Client.Track(ctx, e)
		},
		"TrackBatch": func(rec *analyticstest.Recorder, ctx context.Context, e otelanalytics.Event) error {
			return rec.Client.TrackBatch(ctx, []otelanalytics.Event{e})
		},
		"EventType": func(rec *analyticstest.Recorder, ctx context.Context, e otelanalytics.Event) error {
			typed, err := rec.Client.EventType(e.Type)
			if err != nil { // it is not declared
				return rec.Client.Track(ctx, e)
			}
			return typed.Track(ctx, e)
		},
	} {
		t.Run(name, func(t *testing.T) {
			rec := everyRecorder(t)
			ctx := eventctx.WithActor(t.Context(), eventctx.Actor{SessionID: "s", Platform: "ios"})
			for _, eventType := range types {
				if err := track(rec, ctx, otelanalytics.Event{Type: eventType, Data: map[string]any{"amount": 5}}); err != nil {
					t.Fatal(err)
				}
				if got := rec.Delta("events", "event", eventType, "platform", "ios", "module", "none", "session", "true"); got != 1 {
					t.Errorf("%s: %v recorded, want 1", eventType, got)
				}
			}
			if got := rec.Delta("events"); got != float64(len(types)) {
				t.Errorf("%v recorded, want %d", got, len(types))
			}
			if got := rec.Delta("paid"); got != 20 {
				t.Errorf("%v paid, want those of all events but order.free, 20", got)
			}
			if got := rec.Delta("orders", "platform", "ios"); got != 2 {
				t.Errorf("%v orders, want 2: the records of the own entry come too", got)
			}
		})
	}
}

func TestEveryEventBesideItsData(t *testing.T) {
	rec := everyRecorder(t)
	shop := rec.Client.Module("shop")
	for _, e := range []otelanalytics.Event{
		{Type: "plain", Platform: "web"},
		{Type: "plain", Platform: "windows", SessionID: "s"},
	} {
		if err := shop.Track(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	if err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "plain"}); err != nil {
		t.Fatal(err)
	}
	for _, want := range [][]string{
		{"platform", "web", "module", "shop", "session", "false"},
		{"platform", "other", "module", "shop", "session", "true"},
		{"platform", "none", "module", "none", "session", "false"},
	} {
		if got := rec.Delta("events", want...); got != 1 {
			t.Errorf("%q: %v recorded, want 1", want, got)
		}
	}
}

// TestEveryEventIsOfAcceptedEvents: what is no event, is refused, is a duplicate or has its metrics off records none of it.
func TestEveryEventIsOfAcceptedEvents(t *testing.T) {
	rec := everyRecorder(t)
	ctx := eventctx.WithActor(t.Context(), eventctx.Actor{Platform: "ios"})
	if err := rec.Client.Record(ctx, "order.paid", map[string]any{"amount": 5}); err != nil {
		t.Fatal(err)
	}
	if got := rec.Delta("orders", "platform", "ios"); got != 1 {
		t.Errorf("Record has made %v records of the entry with the platform of the context, want 1", got)
	}
	if err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: ""}); err == nil {
		t.Error("an event without a type was accepted")
	}
	if err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "plain"}, otelanalytics.WithoutMetrics()); err != nil {
		t.Error(err)
	}
	if err := rec.Client.Switches().SetEvent("plain", false); err != nil {
		t.Error(err)
	}
	if err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "plain"}); err != nil {
		t.Error(err)
	}
	if got := rec.Delta("events"); got != 0 {
		t.Errorf("%v recorded, want none", got)
	}
	for range 2 {
		if err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "order.paid", Key: "k"}); err != nil {
			t.Error(err)
		}
	}
	if got := rec.Delta("events"); got != 1 {
		t.Errorf("%v recorded of two events with one key, want 1", got)
	}
}
