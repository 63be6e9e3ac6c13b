// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

// suppressedUsers is a list that never changes.
type suppressedUsers map[string]bool

func (suppressedUsers) Refresh(context.Context) (bool, error) { return true, nil }
func (s suppressedUsers) Suppressed(userID string) bool       { return s[userID] }

// withSuppressed returns a store that suppresses ada, and what it delivers to.
func withSuppressed(t *testing.T) (*memsink.Sink, *eventstore.Store) {
	t.Helper()
	sink := memsink.New()
	store, err := eventstore.Open(t.Context(), sink, eventstore.Config{
		Dir: t.TempDir(), Suppression: suppressedUsers{"ada": true}, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	return sink, store
}

// TestSuppressedAnonymousID: who is not signed in is known by the anonymous id.
func TestSuppressedAnonymousID(t *testing.T) {
	_, store := withSuppressed(t)
	rec := analyticstest.New(t, parse(t), otelanalytics.WithStore(store))
	for _, tt := range []struct {
		user, anonymous string
		want            error
	}{{"", "ada", otelanalytics.ErrSuppressed}, {"bob", "ada", nil}, {"", "bob", nil}} {
		err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "page_viewed", UserID: tt.user, AnonymousID: tt.anonymous})
		if !errors.Is(err, tt.want) {
			t.Errorf("%+v: %v", tt, err)
		}
	}
}

// A suppressed user's events are refused at every door, wherever the id comes from: there is no document, no metric and no log
// record, the key stays free, and the refusal is counted.
func TestSuppressedThroughEveryDoor(t *testing.T) {
	for _, tt := range []struct {
		name  string
		actor eventctx.Actor
		user  string
		hook  string // the user that a hook sets
	}{
		{name: "in the event", user: "ada"},
		{name: "in the context", actor: eventctx.Actor{UserID: "ada"}},
		{name: "from a hook", user: "bob", hook: "ada"},
		{name: "over the context", actor: eventctx.Actor{UserID: "bob"}, user: "ada"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			everyDoor(t, func(t *testing.T, d door, k kind) {
				sink, store := withSuppressed(t)
				kept, log := withLog()
				hook := tt.hook
				rec := analyticstest.New(t, parse(t), log, otelanalytics.WithStore(store),
					otelanalytics.WithBeforeTrack(func(_ context.Context, e *otelanalytics.Event) bool {
						if hook != "" && e.Type != "page_viewed" {
							e.UserID = hook
						}
						return true
					}))
				e := k.event("k")
				e.UserID = tt.user
				ctx := t.Context()
				if tt.actor.UserID != "" {
					ctx = eventctx.WithActor(ctx, tt.actor)
				}
				o := otelanalytics.Outcome{Result: otelanalytics.ResultDuplicate}
				err := d.track(ctx, rec.Client, e, otelanalytics.WithOutcome(&o), otelanalytics.WithAck(otelanalytics.AckStored))
				if !errors.Is(err, otelanalytics.ErrSuppressed) || o != (otelanalytics.Outcome{}) {
					t.Errorf("%v, outcome %+v, want ErrSuppressed and none", err, o)
				}
				refused := int64(1)
				if d.also && tt.actor.UserID == "ada" {
					refused = 3 // the others are the context's, too
				}
				if st := rec.Client.Stats(); st.Rejected != refused {
					t.Errorf("%d rejected, want %d", st.Rejected, refused)
				}
				if got := rec.Delta(k.metric); got != 0 {
					t.Errorf("%v recorded", got)
				}
				if got := len(kept.named(k.eventType)); got != 0 {
					t.Errorf("%d log records", got)
				}
				// The key is free for somebody else.
				hook, e.UserID = "", "bob"
				if err := d.track(t.Context(), rec.Client, e); err != nil {
					t.Error(err)
				}
				if err := rec.Client.Flush(t.Context()); err != nil {
					t.Error(err)
				}
				stored := 0
				for _, e := range sink.Events() {
					if e.Type == k.eventType || e.Type == entryOf(k.eventType) {
						stored++
					}
				}
				if want := map[bool]int{true: 1}[k.stored]; stored != want || rec.Delta(k.metric) != 1 {
					t.Errorf("bob's: %d stored, want %d, and %v recorded", stored, want, rec.Delta(k.metric))
				}
			})
		})
	}
}

func TestSuppressedThroughEveryRecordDoor(t *testing.T) {
	everyRecordDoor(t, func(t *testing.T, d recordDoor, k kind) {
		_, store := withSuppressed(t)
		rec := analyticstest.New(t, parse(t), otelanalytics.WithStore(store))
		for user, want := range map[string]error{"ada": otelanalytics.ErrSuppressed, "bob": nil, "": nil} {
			err := d.record(eventctx.WithActor(t.Context(), eventctx.Actor{UserID: user}), rec.Client, k.eventType, k.data)
			if !errors.Is(err, want) {
				t.Errorf("%q: %v, want %v", user, err, want)
			}
		}
		if got, st := rec.Delta(k.metric), rec.Client.Stats(); got != 2 || st.Rejected != 1 {
			t.Errorf("%v recorded and %d rejected, want 2 and 1", got, st.Rejected)
		}
	})
}
