// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

func TestHooksThroughEveryDoor(t *testing.T) {
	for _, tt := range []struct {
		name string
		hook otelanalytics.BeforeTrack
		want otelanalytics.Result // ResultAccepted: of the kind
		text string               // of the log
	}{
		{"drops", func(context.Context, *otelanalytics.Event) bool { return false }, otelanalytics.ResultDropped, ""},
		{"panics", func(context.Context, *otelanalytics.Event) bool { panic("s3cret") }, otelanalytics.ResultAccepted, "hook panicked"},
		{"gives a key that is taken", func(_ context.Context, e *otelanalytics.Event) bool {
			e.Type, e.UserID, e.Key = "page_viewed", "taker", "taken"
			return true
		}, otelanalytics.ResultDuplicate, ""},
		{"gives bad data", func(_ context.Context, e *otelanalytics.Event) bool { e.Data = 5; return true }, otelanalytics.ResultNone, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			everyDoor(t, func(t *testing.T, d door, k kind) {
				kept, log := withLog()
				on := false
				rec := analyticstest.New(t, parse(t), log, otelanalytics.WithBeforeTrack(func(ctx context.Context, e *otelanalytics.Event) bool {
					return !on || e.Type == "page_viewed" || tt.hook(ctx, e)
				}))
				if err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "page_viewed", UserID: "taker", Key: "taken"}); err != nil {
					t.Fatal(err)
				}
				on = true
				var o otelanalytics.Outcome
				err := d.track(t.Context(), rec.Client, k.event(""), otelanalytics.WithOutcome(&o))
				want, n := tt.want, 0
				if want == otelanalytics.ResultAccepted {
					want, n = k.accepted(), 1
				}
				if o.Result != want || (err == nil) != (want != otelanalytics.ResultNone) {
					t.Errorf("outcome %v with the error %v, want %v", o.Result, err, want)
				}
				checkOnce(t, rec, k, n)
				if got := len(kept.named(k.eventType)); got != n {
					t.Errorf("%d log records, want %d", got, n)
				}
			})
		})
	}
}

// TestDataOfTypedCodeInHooks looks at what a hook gets, which it can read and keep.
func TestDataOfTypedCodeInHooks(t *testing.T) {
	everyDoor(t, func(t *testing.T, d door, k kind) {
		var seen any
		rec := analyticstest.New(t, parse(t), otelanalytics.WithBeforeTrack(func(_ context.Context, e *otelanalytics.Event) bool {
			if e.Type == k.eventType {
				seen = e.Data
			}
			return true
		}))
		if err := d.track(t.Context(), rec.Client, k.event("")); err != nil {
			t.Fatal(err)
		}
		if _, raw := seen.(bson.Raw); raw != strings.Contains(d.name, "typed") {
			t.Errorf("the hook got a %T", seen)
		}
		checkOnce(t, rec, k, 1)
	})
}
