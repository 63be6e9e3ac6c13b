// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

func TestRefusedThroughEveryDoor(t *testing.T) {
	channel := map[string]any{"a": []any{make(chan int)}}
	const badChannel = `event_data.a.0: a Go chan int cannot be BSON; use a string, number, bool, time.Time, map or slice`
	large := map[string]any{"small": "s3cret", "body": strings.Repeat("x", eventstore.MaxDocumentBytes)}
	const tooLarge = "MongoDB stores at most 16777216 (16 MiB): keep large content elsewhere and track a reference to it"
	for _, tt := range []struct {
		name   string
		change func(e *otelanalytics.Event)
		option otelanalytics.TrackOption
		want   string
	}{
		{"too large", func(e *otelanalytics.Event) { e.Data = large }, nil, tooLarge},
		{"bad data", func(e *otelanalytics.Event) { e.Data = channel }, nil, badChannel},
		{"data that are no document", func(e *otelanalytics.Event) { e.Data = 5 }, nil, "event_data: must be a document (a map[string]any, a bson.D, a struct), not a int"},
		{"data that panic", func(e *otelanalytics.Event) { e.Data = panics{} }, nil, "event_data: AppendBSON of otelanalytics_test.panics panicked"},
		{"a value that panics", func(e *otelanalytics.Event) { e.Data = map[string]any{"v": panics{}} }, nil, "event_data.v: MarshalBSONValue of otelanalytics_test.panics panicked"},
		{"no type", func(e *otelanalytics.Event) { e.Type = "" }, nil, `event_type: is empty; name what happened`},
		{"unknown level", func(*otelanalytics.Event) {}, otelanalytics.WithAck(7), "otelanalytics: WithAck(7): known are 0 (written), 1 (synced), 2 (stored)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			everyDoor(t, func(t *testing.T, d door, k kind) {
				e := k.event("k")
				tt.change(&e)
				if d.takes != nil && !d.takes(e) {
					t.Skip("this door does not take it")
				}
				if tt.want == tooLarge && !k.stored {
					t.Skip("there is no document")
				}
				kept, log := withLog()
				rec := analyticstest.New(t, parse(t), log)
				o := otelanalytics.Outcome{Result: otelanalytics.ResultDuplicate}
				err := d.track(t.Context(), rec.Client, e, otelanalytics.WithOutcome(&o), tt.option)
				if err == nil || !strings.HasSuffix(err.Error(), tt.want) || strings.Contains(err.Error(), "s3cret") {
					t.Errorf("got  %v\nwant %s", err, tt.want)
				}
				var invalid *otelanalytics.InvalidEventError
				if tt.want == tooLarge && (!errors.As(err, &invalid) || invalid.Field != "event_data.body") {
					t.Errorf("%v does not name the largest field", err)
				}
				if errors.Is(err, otelanalytics.ErrTooLarge) != (tt.want == tooLarge) {
					t.Errorf("errors.Is(err, ErrTooLarge) is wrong for %v", err)
				}
				if o != (otelanalytics.Outcome{}) {
					t.Errorf("outcome %+v", o)
				}
				checkOnce(t, rec, k, 0)
				if got := len(kept.named(k.eventType)); got != 0 {
					t.Errorf("%d log records", got)
				}
				// The key is free.
				if err := d.track(t.Context(), rec.Client, k.event("k")); err != nil {
					t.Error(err)
				}
				checkOnce(t, rec, k, 1)
			})
		})
	}
}

func TestStrictThroughEveryDoor(t *testing.T) {
	everyDoor(t, func(t *testing.T, d door, k kind) {
		rec := analyticstest.New(t, parse(t), otelanalytics.WithStrict())
		e := k.event("k")
		e.Type = "never_declared"
		if err := d.track(t.Context(), rec.Client, e); !errors.Is(err, otelanalytics.ErrUnknownEvent) {
			t.Errorf("got %v, want ErrUnknownEvent", err)
		}
		checkFree(t, rec.Client, d, k, k.accepted())
	})
}
