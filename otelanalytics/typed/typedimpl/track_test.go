// SPDX-License-Identifier: Apache-2.0

package typedimpl_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	sdklog "go.opentelemetry.io/otel/sdk/log"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/typed"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/typed/typedimpl"
)

// data returns what the generator's code for an event makes of it.
func data(method string) *typedimpl.Data {
	d := typedimpl.Begin()
	d.String("auth_method", method)
	return d
}

const logins = `
version: 1
metrics: {logins: {instrument: counter, attributes: {auth_method: {values: [email]}}}}
events:
  user_logged_in: {record: [{metric: logins}]}
  seen: {store: false, record: [{metric: logins}]}
  "probe.*": {store: false, record: [{metric: logins}]}
`

// start returns a recorder, and the event types of the map logins.
func start(t *testing.T) (*analyticstest.Recorder, []*otelanalytics.EventType) {
	t.Helper()
	m := servicetest.Map(t, logins)
	rec := analyticstest.New(t, m)
	types, err := typedimpl.EventTypes(rec.Client, typedimpl.Code{MapVersion: m.Hash(), Events: []string{"user_logged_in", "seen", "probe.*"}})
	if err != nil || len(types) != 3 {
		t.Fatalf("%v, %v", types, err)
	}
	return rec, types
}

func TestTrack(t *testing.T) {
	rec, types := start(t)
	if err := data("email").Track(t.Context(), types[0], "", typed.Meta{UserID: "u-17"}); err != nil {
		t.Fatal(err)
	}
	if got := rec.Events("user_logged_in"); len(got) != 1 || got[0].UserID != "u-17" || got[0].Data["auth_method"] != "email" {
		t.Errorf("got %+v", got)
	}
	if rec.Delta("logins", "auth_method", "email") != 1 {
		t.Error("nothing was recorded")
	}
	if err := rec.Client.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := data("email").Track(t.Context(), types[0], "", typed.Meta{}); !errors.Is(err, otelanalytics.ErrClosed) {
		t.Errorf("got %v, want ErrClosed", err)
	}
}

func TestRecord(t *testing.T) {
	rec, types := start(t)
	if err := data("email").Record(t.Context(), types[1]); err != nil {
		t.Fatal(err)
	}
	if err := data("email").RecordPattern(t.Context(), types[2], "probe.up"); err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []string{"", "seen", "other"} {
		if err := data("email").RecordPattern(t.Context(), types[2], wrong); err == nil {
			t.Errorf("an event of the type %q was recorded as probe.*", wrong)
		}
	}
	if n := rec.Delta("logins", "auth_method", "email"); n != 2 || len(rec.Events("")) != 0 {
		t.Errorf("%v recorded and %d stored, want 2 and none", n, len(rec.Events("")))
	}
}

// TestRecordAndRecordPatternAreAlike records through a client whose hook drops every event and that makes log records:
// what is recorded is no event, whether its name or a pattern is declared.
func TestRecordAndRecordPatternAreAlike(t *testing.T) {
	const undeclared = 3
	for _, tt := range []struct {
		name   string
		record func(ctx context.Context, types []*otelanalytics.EventType) error
		want   string // of the error; empty: none
	}{
		{"Record", func(ctx context.Context, types []*otelanalytics.EventType) error {
			return data("email").Record(ctx, types[1])
		}, ""},
		{"RecordPattern", func(ctx context.Context, types []*otelanalytics.EventType) error {
			return data("email").RecordPattern(ctx, types[2], "probe.up")
		}, ""},
		{"RecordPattern, not declared", func(ctx context.Context, types []*otelanalytics.EventType) error {
			return data("email").RecordPattern(ctx, types[undeclared], "gone.for.good")
		}, `otelanalytics: unknown event: "gone.for.good" is not in the event map`},
		{"RecordPattern, another type", func(ctx context.Context, types []*otelanalytics.EventType) error {
			return data("email").RecordPattern(ctx, types[2], "user_logged_in")
		}, `otelanalytics: event "user_logged_in": event_type: is not of the event type "probe.*" that tracks it`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := servicetest.Map(t, logins)
			hooked := 0
			var emitted logs
			rec := analyticstest.New(t, m,
				otelanalytics.WithBeforeTrack(func(context.Context, *otelanalytics.Event) bool { hooked++; return false }),
				otelanalytics.WithLoggerProvider(sdklog.NewLoggerProvider(sdklog.WithProcessor(&emitted))),
				otelanalytics.WithLogger(slog.New(slog.DiscardHandler)))
			types, err := typedimpl.EventTypes(rec.Client, typedimpl.Code{Events: []string{"user_logged_in", "seen", "probe.*", "gone.*"}})
			if err != nil {
				t.Fatal(err)
			}
			err = tt.record(t.Context(), types)
			recorded, got := 1.0, ""
			if err != nil {
				recorded, got = 0, err.Error()
			}
			if got != tt.want {
				t.Errorf("got the error %q, want %q", got, tt.want)
			}
			if got := rec.Delta("logins", "auth_method", "email"); got != recorded {
				t.Errorf("%v recorded, want %v", got, recorded)
			}
			if hooked != 0 || emitted != 0 || rec.Client.Stats() != (otelanalytics.Stats{}) {
				t.Errorf("%d calls of the hook, %d log records, %+v; want none", hooked, emitted, rec.Client.Stats())
			}
		})
	}
}

// logs counts log records.
type logs int

func (l *logs) OnEmit(context.Context, *sdklog.Record) error         { *l++; return nil }
func (*logs) Enabled(context.Context, sdklog.EnabledParameters) bool { return true }
func (*logs) Shutdown(context.Context) error                         { return nil }
func (*logs) ForceFlush(context.Context) error                       { return nil }

func TestZeroTracker(t *testing.T) {
	for name, err := range map[string]error{
		"Track":         data("email").Track(t.Context(), nil, "", typed.Meta{}),
		"Record":        data("email").Record(t.Context(), nil),
		"RecordPattern": data("email").RecordPattern(t.Context(), nil, "probe.up"),
	} {
		if err == nil {
			t.Errorf("%s of a zero tracker returns nil", name)
		}
	}
}

func TestEventTakesAllMetadata(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	got := typedimpl.Event("type", typed.Meta{Key: "key", UserID: "user", SessionID: "session", Platform: "platform", AnonymousID: "anonymous", GroupID: "group", Time: at}, "data")
	want := otelanalytics.Event{Key: "key", Type: "type", UserID: "user", SessionID: "session", Platform: "platform", AnonymousID: "anonymous", GroupID: "group", Time: at, Data: "data"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
