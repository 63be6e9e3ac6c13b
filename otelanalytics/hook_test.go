// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"log/slog"
	"maps"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

func TestBeforeTrack(t *testing.T) {
	log := new(servicetest.Log)
	original := map[string]any{"auth_method": "email"}
	rec := analyticstest.New(t, parse(t),
		otelanalytics.WithLogger(slog.New(slog.NewTextHandler(log, nil))),
		otelanalytics.WithBeforeTrack(func(_ context.Context, e *otelanalytics.Event) bool {
			switch e.UserID {
			case "bot":
				return false
			case "panics":
				e.Platform = "changed"
				panic("the secret of the event")
			case "renamed":
				e.Type = "page_viewed"
			case "edited":
				data := maps.Clone(e.Data.(map[string]any))
				data["auth_method"] = "google"
				e.Data = data
			}
			return true
		}),
		otelanalytics.WithBeforeTrack(func(_ context.Context, e *otelanalytics.Event) bool {
			e.SessionID += "+second"
			return true
		}))
	typed, err := rec.Client.EventType("user_logged_in")
	if err != nil {
		t.Fatal(err)
	}
	for user, want := range map[string]struct {
		eventType, platform string
		stored              int
		email, google       float64
	}{
		"plain":   {"user_logged_in", "web", 3, 3, 0},
		"bot":     {"user_logged_in", "web", 0, 0, 0},
		"panics":  {"user_logged_in", "web", 3, 3, 0},
		"renamed": {"page_viewed", "web", 3, 0, 0},
		"edited":  {"user_logged_in", "web", 3, 0, 3},
	} {
		t.Run(user, func(t *testing.T) {
			rec.Reset()
			// The hook sees the actor of the context.
			ctx := eventctx.WithActor(t.Context(), eventctx.Actor{UserID: user, SessionID: "s", Platform: "web"})
			e := otelanalytics.Event{Type: "user_logged_in", Data: original}
			if err := rec.Client.Track(ctx, e); err != nil {
				t.Error(err)
			}
			if err := typed.Track(ctx, e); err != nil {
				t.Error(err)
			}
			if err := rec.Client.TrackBatch(ctx, []otelanalytics.Event{e}); err != nil {
				t.Error(err)
			}
			events := rec.Events("")
			if len(events) != want.stored {
				t.Fatalf("%d events stored, want %d", len(events), want.stored)
			}
			for _, e := range events {
				if e.Type != want.eventType || e.Platform != want.platform || e.UserID != user || e.SessionID != "s+second" {
					t.Errorf("stored: %+v", e)
				}
			}
			if email, google := rec.Delta("user_logins", "auth_method", "email"), rec.Delta("user_logins", "auth_method", "google"); email != want.email || google != want.google {
				t.Errorf("recorded: %v by email and %v by google, want %v and %v", email, google, want.email, want.google)
			}
		})
	}
	if st := rec.Client.Stats(); st.Dropped != 3 || st.Accepted != 12 || st.Rejected != 0 {
		t.Errorf("%+v, want 3 dropped and 12 accepted", st)
	}
	if original["auth_method"] != "email" {
		t.Error("the caller's data were changed")
	}
	if text := log.String(); strings.Count(text, "hook panicked") != 1 || strings.Contains(text, "the secret of the event") {
		t.Errorf("want one record of the panics in a minute, without what was thrown:\n%s", text)
	}
}

func TestHooksAreOnThePage(t *testing.T) {
	s := &service{t: t, log: new(servicetest.Log)}
	s.run(otelanalytics.WithBeforeTrack(func(_ context.Context, e *otelanalytics.Event) bool {
		if e.UserID == "" {
			panic("no user")
		}
		return false
	}))
	for _, user := range []string{"a", "b", ""} {
		if err := s.client.Track(t.Context(), otelanalytics.Event{Type: "user_logged_in", UserID: user}); err != nil {
			t.Fatal(err)
		}
	}
	s.has(
		`otelanalytics_events_dropped_total{event_type="user_logged_in",reason="hook"} 2`,
		`otelanalytics_hook_panics_total 1`,
	)
}
