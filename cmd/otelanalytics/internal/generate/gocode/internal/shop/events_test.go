// SPDX-License-Identifier: Apache-2.0

package shop_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/generate/gocode/internal/shop"
	"github.com/otelanalytics/otelanalytics-go/eventctx"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/typed"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/typed/typedimpl"
)

func parse(t testing.TB) *eventmap.Map {
	t.Helper()
	m, err := eventmap.ParseFile("events.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

var key = otelanalytics.WithRedactKey([]byte("0123456789abcdef"))

func start(t *testing.T, options ...otelanalytics.Option) (*analyticstest.Recorder, *shop.Events) {
	t.Helper()
	rec := analyticstest.New(t, parse(t), append(options, key)...)
	events, err := shop.New(rec.Client)
	if err != nil {
		t.Fatal(err)
	}
	return rec, events
}

// TestTypedAndUntypedAreTheSame tracks an event both ways, and compares what is stored.
func TestTypedAndUntypedAreTheSame(t *testing.T) {
	rec, events := start(t)
	born := time.Date(1990, 5, 4, 3, 2, 1, 0, time.UTC)
	happened := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	meta := typed.Meta{UserID: "u-17", SessionID: "s-1", Platform: "ios", Time: happened}
	login := shop.UserLoggedIn{
		Meta: meta, AuthMethod: shop.AuthMethodEmail, AccountType: shop.AccountTypeAdmin, IP: "192.0.2.1", Email: "a@example.org",
		Attempts: typed.Int(3), Waited: typed.Float64(0), First: typed.Bool(false), Born: born,
		Client: map[string]any{"os": "ios", "password": "x"}, Tags: []any{"a", 1}, UserIDField: "data", EventField: "e",
	}
	if err := events.UserLoggedIn.Track(t.Context(), login); err != nil {
		t.Fatal(err)
	}
	if err := rec.Client.TrackBatch(t.Context(), []otelanalytics.Event{login.Event(), typedimpl.Event("user_logged_in", meta, map[string]any{
		"auth_method": "email", "account_type": "admin", "ip": "192.0.2.1", "email": "a@example.org",
		"attempts": 3, "waited": 0.0, "first": false, "born": born,
		"client": map[string]any{"os": "ios", "password": "x"}, "tags": []any{"a", 1}, "user_id": "data", "event": "e",
	})}); err != nil {
		t.Fatal(err)
	}
	got := rec.Events("user_logged_in")
	if len(got) != 3 {
		t.Fatalf("%d events, want 3", len(got))
	}
	for i := range got {
		got[i].Document = nil // has an id of its own
	}
	if diff := cmp.Diff(got[2], got[0]); diff != "" {
		t.Errorf("(-map +typed)\n%s", diff)
	}
	if diff := cmp.Diff(got[2], got[1]); diff != "" {
		t.Errorf("(-map +batch)\n%s", diff)
	}
	if got[0].UserID != "u-17" || got[0].Data["user_id"] != "data" || len(got[0].Data) != 11 {
		t.Errorf("got %+v", got[0])
	}
	if n := rec.Delta("user_logins", "auth_method", "email", "account_type", "admin"); n != 3 {
		t.Errorf("%v logins, want 3", n)
	}
}

func TestWhatIsNotSetIsMissing(t *testing.T) {
	rec, events := start(t)
	ctx := eventctx.WithUser(t.Context(), "u-18")
	if err := events.UserLoggedIn.Track(ctx, shop.UserLoggedIn{}); err != nil {
		t.Fatal(err)
	}
	if err := events.OrderAny.Track(ctx, shop.OrderAny{Type: "order.paid"}); err != nil {
		t.Fatal(err)
	}
	for _, e := range rec.Events("") {
		if len(e.Data) != 0 || e.UserID != "u-18" {
			t.Errorf("got %+v, want no data, and the user of the context", e)
		}
	}
	if rec.Delta("user_logins", "auth_method", "unknown", "account_type", "normal") != 1 {
		t.Error("the defaults do not stand in")
	}
}

func TestPatternsAndNestedFields(t *testing.T) {
	rec, events := start(t)
	order := shop.OrderAny{
		Type: "order.paid", Status: shop.OrdersStatusNotPaid, Cart: []any{"a", "b"},
		Total: shop.OrderAnyTotal{Amount: typed.Float64(42.5), Currency: "EUR"}, Address: shop.OrderAnyAddress{Country: "DE"},
	}
	if err := events.OrderAny.Track(t.Context(), order); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"total": map[string]any{"amount": 42.5, "currency": "EUR"}, "address": map[string]any{"country": "DE"},
		"status": "not paid", "cart": []any{"a", "b"},
	}
	got := rec.Events("order.paid")
	if len(got) != 1 {
		t.Fatalf("%d events, want 1", len(got))
	}
	if diff := cmp.Diff(want, got[0].Data); diff != "" {
		t.Error(diff)
	}
	if rec.Delta("orders", "status", "not paid", "event", "order.paid") != 1 {
		t.Error("the event's type is no attribute")
	}
	pull := shop.PullRequest{Type: "pull_request.opened"}
	pull.Data.Repository.Language = "Go"
	if err := events.PullRequest.Track(t.Context(), pull); err != nil {
		t.Fatal(err)
	}
	if rec.Delta("deliveries", "event", "pull_request.opened", "language", "Go") != 1 {
		t.Error("a nested field is no attribute")
	}
	for _, wrong := range []string{"", "order", "pull_request.opened"} {
		if err := events.OrderAny.Track(t.Context(), shop.OrderAny{Type: wrong}); err == nil {
			t.Errorf("an event of the type %q was tracked as order.*", wrong)
		}
	}
}

func TestRecordStoresNothing(t *testing.T) {
	rec, events := start(t)
	if err := events.SeatsTaken.Record(t.Context(), shop.SeatsTaken{Room: shop.Room2a, Taken: typed.Int(5)}); err != nil {
		t.Fatal(err)
	}
	if err := events.Probe.Record(t.Context(), shop.Probe{Type: "probe.up", Hosts: []any{map[string]any{"language": "Go"}}}); err != nil {
		t.Fatal(err)
	}
	if rec.Delta("deliveries", "event", "probe.up", "language", "Go") != 1 {
		t.Error("nothing was recorded")
	}
	if n := len(rec.Events("")); n != 0 {
		t.Errorf("%d events are stored", n)
	}
}

func TestMistakesNameTheField(t *testing.T) {
	_, events := start(t)
	bad := map[string]any{"c": make(chan int)}
	const want = `otelanalytics: event "user_logged_in": event_data.client.c: a Go chan int cannot be BSON; use a string, number, bool, time.Time, map or slice`
	if err := events.UserLoggedIn.Track(t.Context(), shop.UserLoggedIn{Client: bad}); err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if err := (shop.UserLoggedInTracker{}).Track(t.Context(), shop.UserLoggedIn{}); err == nil {
		t.Error("a zero tracker tracks")
	}
	if err := (shop.SeatsTakenTracker{}).Record(t.Context(), shop.SeatsTaken{}); err == nil {
		t.Error("a zero tracker records")
	}
}

func TestModules(t *testing.T) {
	rec, _ := start(t)
	events, err := shop.New(rec.Client.Module("users"))
	if err != nil {
		t.Fatal(err)
	}
	if err := events.UserLoggedOut.Track(t.Context(), shop.UserLoggedOut{}); err != nil {
		t.Fatal(err)
	}
	if got := rec.Events("user_logged_out"); len(got) != 1 || got[0].Module != "users" {
		t.Errorf("got %+v", got)
	}
}

func TestDisabledClient(t *testing.T) {
	events, err := shop.New(otelanalytics.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	if err := events.UserLoggedOut.Track(t.Context(), shop.UserLoggedOut{}); err != nil {
		t.Error(err)
	}
	if err := events.SeatsTaken.Record(t.Context(), shop.SeatsTaken{}); err != nil {
		t.Error(err)
	}
}

// TestCodeOfAnotherMap starts programs whose map has changed since their code was generated.
func TestCodeOfAnotherMap(t *testing.T) {
	newer, err := eventmap.Parse([]byte(`
version: 1
events: {user_logged_in: {description: "No longer the same."}}
`))
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	rec := analyticstest.New(t, newer, otelanalytics.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
	events, err := shop.New(rec.Client)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"level=WARN", "run otelanalytics generate go", "code_map_version=" + shop.MapVersion, "map_version=" + newer.Hash(), "user_registered"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log does not say %q:\n%s", want, &log)
		}
	}
	// What the map no longer declares goes on as Client.Track has it.
	if err := events.UserRegistered.Track(t.Context(), shop.UserRegistered{Source: "x"}); err != nil {
		t.Error(err)
	}
	if err := events.OrderAny.Track(t.Context(), shop.OrderAny{Type: "order.paid"}); err != nil {
		t.Error(err)
	}
	if len(rec.Events("user_registered")) != 1 || len(rec.Events("order.paid")) != 1 {
		t.Error("an event was lost")
	}
	if err := events.SeatsTaken.Record(t.Context(), shop.SeatsTaken{}); !errors.Is(err, otelanalytics.ErrUnknownEvent) {
		t.Errorf("got %v, want ErrUnknownEvent", err)
	}

	strict := analyticstest.New(t, newer, otelanalytics.WithStrict())
	if _, err := shop.New(strict.Client); !errors.Is(err, typed.ErrOutdatedCode) || !strings.Contains(err.Error(), "order.*") {
		t.Errorf("got %v, want typed.ErrOutdatedCode with what is not declared", err)
	}
	same := analyticstest.New(t, parse(t), key, otelanalytics.WithStrict())
	if _, err := shop.New(same.Client); err != nil {
		t.Errorf("the map is the same: %v", err)
	}
}

func TestHooksSeeTheData(t *testing.T) {
	var kept bson.Raw
	rec, events := start(t, otelanalytics.WithBeforeTrack(func(_ context.Context, e *otelanalytics.Event) bool {
		raw, ok := e.Data.(bson.Raw)
		if !ok {
			t.Errorf("the data are a %T", e.Data)
			return false
		}
		if kept == nil {
			kept = raw
		}
		e.Data = map[string]any{"source": raw.Lookup("source").StringValue() + "!"}
		return true
	}))
	for _, source := range []string{"a", "b"} {
		if err := events.UserRegistered.Track(t.Context(), shop.UserRegistered{Source: source}); err != nil {
			t.Fatal(err)
		}
	}
	if got := rec.Events("user_registered"); len(got) != 2 || got[1].Data["source"] != "b!" {
		t.Errorf("got %+v", got)
	}
	if got := kept.Lookup("source").StringValue(); got != "a" {
		t.Errorf("what the hook kept has become %q", got)
	}
}
