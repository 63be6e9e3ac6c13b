// SPDX-License-Identifier: Apache-2.0

package typedimpl_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
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

func parse(t *testing.T, text string) *eventmap.Map {
	t.Helper()
	m, err := eventmap.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
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
	m := parse(t, logins)
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
	got := typedimpl.Event("type", typed.Meta{Key: "key", UserID: "user", SessionID: "session", Platform: "platform", Time: at}, "data")
	want := otelanalytics.Event{Key: "key", Type: "type", UserID: "user", SessionID: "session", Platform: "platform", Time: at, Data: "data"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
