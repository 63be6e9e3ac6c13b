// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

func withSpan(ctx context.Context) context.Context {
	return trace.ContextWithSpanContext(ctx, trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID{0xab, 1}, SpanID: trace.SpanID{0xcd, 2}, TraceFlags: trace.FlagsSampled,
	}))
}

// TestTrackedEventIsInMongoDBAndOnMetrics is the main path: one call, a document with every field, and the
// metrics that the map names.
func TestTrackedEventIsInMongoDBAndOnMetrics(t *testing.T) {
	s := start(t, mongotest.Start(t))
	before := time.Now().Truncate(time.Millisecond)
	happened := time.Date(2024, 5, 6, 7, 8, 9, 123_456_789, time.UTC)
	ctx := eventctx.WithActor(withSpan(t.Context()), eventctx.Actor{UserID: "of the context", SessionID: "s-1", Platform: "ios"})
	err := s.client.Track(ctx, otelanalytics.Event{
		Key: "order-77", Type: "order.paid", UserID: "u-17", AnonymousID: "a-9", GroupID: "g-4", Time: happened,
		Data: bson.D{
			{Key: "total", Value: bson.D{{Key: "amount", Value: 42.5}, {Key: "currency", Value: "EUR"}}},
			{Key: "cart", Value: []any{"a", map[string]any{"n": int64(2)}}},
			{Key: "gift", Value: nil},
			{Key: "first", Value: true},
			{Key: "n", Value: 3},
			{Key: "at", Value: happened},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	docs := s.documents()
	if len(docs) != 1 {
		t.Fatalf("%d documents, want 1", len(docs))
	}
	fields := make(map[string]any)
	for _, e := range docs[0] {
		fields[e.Key] = e.Value
	}
	id, _ := fields["_id"].(bson.Binary)
	if parsed, err := uuid.FromBytes(id.Data); err != nil || id.Subtype != bson.TypeBinaryUUID || parsed.Version() != 5 || parsed.Variant() != uuid.RFC4122 {
		t.Errorf("_id is %v (%v), want a UUID of version 5", id, err)
	}
	received, _ := fields["received_at"].(bson.DateTime)
	if r := received.Time(); r.Before(before) || r.After(time.Now()) {
		t.Errorf("received_at is %v, want about now", r)
	}
	delete(fields, "_id")
	delete(fields, "received_at")
	ms := bson.NewDateTimeFromTime(happened)
	want := map[string]any{
		"key": "order-77", "user_id": "u-17", "event_type": "order.paid", "session_id": "s-1", "platform": "ios", "anonymous_id": "a-9", "group_id": "g-4",
		"event_data": bson.D{
			{Key: "total", Value: bson.D{{Key: "amount", Value: 42.5}, {Key: "currency", Value: "EUR"}}},
			{Key: "cart", Value: bson.A{"a", bson.D{{Key: "n", Value: int64(2)}}}},
			{Key: "gift", Value: nil},
			{Key: "first", Value: true},
			{Key: "n", Value: int32(3)},
			{Key: "at", Value: ms},
		},
		"timestamp": ms,
		"trace_id":  "ab010000000000000000000000000000", "span_id": "cd02000000000000",
		"service":     bson.D{{Key: "name", Value: "shop"}, {Key: "version", Value: "1.2"}},
		"map_version": parse(t).Hash(), "v": int32(1),
	}
	if diff := cmp.Diff(want, fields); diff != "" {
		t.Errorf("document: (-want +got)\n%s", diff)
	}
	s.has(
		`orders_total{event="order.paid"} 1`,
		`order_value_EUR_sum 42.5`, `order_value_EUR_count 1`,
		`cart_items_sum 2`,
		`otelanalytics_events_accepted_total{event_type="order.*"} 1`,
		`otelanalytics_events_stored_total{event_type="order.*"} 1`,
		`otelanalytics_journal_pending 0`,
	)
	if page := s.page("application/openmetrics-text"); !strings.Contains(page, `trace_id="ab010000000000000000000000000000"`) {
		t.Error("no exemplar has the trace id")
	}
	s.balanced()
}

func TestAbsentFieldsOfTheDocument(t *testing.T) {
	s := start(t, mongotest.Start(t))
	before := time.Now().Truncate(time.Millisecond)
	if err := s.client.Track(t.Context(), otelanalytics.Event{Type: "page_viewed"}); err != nil {
		t.Fatal(err)
	}
	doc := s.documents()[0]
	var keys []string
	for _, e := range doc {
		keys = append(keys, e.Key)
		switch e.Key {
		case "_id":
			if id := uuid.UUID(e.Value.(bson.Binary).Data); id.Version() != 7 || id.Variant() != uuid.RFC4122 {
				t.Errorf("_id is %v, want a UUID of version 7", id)
			} else if sec, nsec := id.Time().UnixTime(); time.Unix(sec, nsec).Before(before.Add(-time.Millisecond)) {
				t.Errorf("the id's time is %v, want about now", time.Unix(sec, nsec))
			}
		case "timestamp":
			if at := e.Value.(bson.DateTime).Time(); at.Before(before) || at.After(time.Now()) {
				t.Errorf("timestamp is %v, want about now", at)
			}
		case "user_id":
			if e.Value != "" {
				t.Errorf("user_id is %v, want empty", e.Value)
			}
		}
	}
	want := []string{"_id", "user_id", "event_type", "event_data", "timestamp", "received_at", "service", "map_version", "v"}
	if diff := cmp.Diff(want, keys); diff != "" {
		t.Error(diff)
	}
}

func TestUnknownEventTypeIsStoredAndCountedAsOther(t *testing.T) {
	s := start(t, mongotest.Start(t))
	for range 3 {
		if err := s.client.Track(t.Context(), otelanalytics.Event{Type: "never_declared", Data: map[string]any{"secret": "s3cret"}}); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(s.documents()); n != 3 {
		t.Errorf("%d documents, want 3", n)
	}
	s.has(`otelanalytics_events_accepted_total{event_type="other"} 3`, `otelanalytics_events_stored_total{event_type="other"} 3`)
	if strings.Contains(s.page(""), "never_declared") {
		t.Error("an undeclared event type is on the page")
	}
	if n := strings.Count(s.log.String(), "event_type=never_declared"); n != 1 {
		t.Errorf("%d warnings, want one a minute:\n%s", n, s.log)
	}
	if strings.Contains(s.log.String(), "s3cret") {
		t.Error("data is in the log")
	}
	s.balanced()
}

func TestKeyIsStoredAndRecordedOnce(t *testing.T) {
	s := start(t, mongotest.Start(t))
	login := otelanalytics.Event{Key: "k", Type: "user_logged_in", Data: map[string]any{"auth_method": "email"}}
	done := make(chan error)
	for range 20 {
		go func() { done <- s.client.Track(t.Context(), login, otelanalytics.WithAck(otelanalytics.AckStored)) }()
	}
	for range 20 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if n := len(s.documents()); n != 1 {
		t.Errorf("%d documents, want 1", n)
	}
	s.has(`user_logins_total{auth_method="email"} 1`,
		`otelanalytics_events_accepted_total{event_type="user_logged_in"} 1`,
		`otelanalytics_events_duplicate_total{event_type="user_logged_in"} 19`)
	s.balanced()
}

func TestKeyWindowIsBounded(t *testing.T) {
	s := start(t, mongotest.Start(t), otelanalytics.WithKeyWindow(2))
	now := time.Now()
	otelanalytics.SetClock(s.client, func() time.Time { return now })
	track := func(key string) {
		t.Helper()
		now = now.Add(time.Millisecond)
		if err := s.client.Track(t.Context(), otelanalytics.Event{Key: key, Type: "page_viewed"}); err != nil {
			t.Fatal(err)
		}
	}
	for _, key := range []string{"a", "b", "c", "b", "a"} { // a was forgotten when c came
		track(key)
	}
	if n := len(s.documents()); n != 3 {
		t.Errorf("%d documents, want 3: MongoDB refuses what the window has forgotten", n)
	}
	s.has(`otelanalytics_events_accepted_total{event_type="page_viewed"} 4`,
		`otelanalytics_events_duplicate_total{event_type="page_viewed"} 1`,
		`otelanalytics_events_stored_total{event_type="page_viewed"} 3`,
		`otelanalytics_events_deduplicated_total{event_type="page_viewed"} 1`)
	s.balanced()
}

func TestRefusedKeyMayTryAgain(t *testing.T) {
	s := start(t, mongotest.Start(t))
	bad := otelanalytics.Event{Key: "k", Type: "page_viewed", Data: map[string]any{"c": make(chan int)}}
	if err := s.client.Track(t.Context(), bad); err == nil {
		t.Fatal("a channel was accepted")
	}
	if err := s.client.Track(t.Context(), otelanalytics.Event{Key: "k", Type: "page_viewed"}); err != nil {
		t.Fatal(err)
	}
	if n := len(s.documents()); n != 1 {
		t.Errorf("%d documents, want 1", n)
	}
}

func TestInvalidEvents(t *testing.T) {
	s := start(t, mongotest.Start(t))
	large := strings.Repeat("x", 17<<20)
	for _, test := range []struct {
		name  string
		event otelanalytics.Event
		want  string
	}{
		{"no type", otelanalytics.Event{}, `otelanalytics: event "": event_type: is empty; name what happened`},
		{"year 10000", otelanalytics.Event{Type: "page_viewed", Time: time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)}, `otelanalytics: event "page_viewed": timestamp: is not in the years 1 to 9999 (UTC); the zero time is now`},
		{"time before BSON's", otelanalytics.Event{Type: "page_viewed", Time: time.Unix(math.MinInt64, 0)}, `otelanalytics: event "page_viewed": timestamp: is not in the years 1 to 9999 (UTC); the zero time is now`},
		{"time in the data", otelanalytics.Event{Type: "page_viewed", Data: map[string]any{"at": []any{time.Unix(1<<60, 0)}}}, `otelanalytics: event "page_viewed": event_data.at.0: is a time that BSON, with milliseconds in 64 bits, does not hold; use one within 292 million years of 1970`},
		{"channel", otelanalytics.Event{Type: "page_viewed", Data: map[string]any{"a": []any{make(chan int)}}}, `otelanalytics: event "page_viewed": event_data.a.0: a Go chan int cannot be BSON; use a string, number, bool, time.Time, map or slice`},
		{"data that are no document", otelanalytics.Event{Type: "page_viewed", Data: 5}, `otelanalytics: event "page_viewed": event_data: must be a document (a map[string]any, a bson.D, a struct), not a int`},
		{"too large", otelanalytics.Event{Type: "page_viewed", Data: bson.D{{Key: "small", Value: "s3cret"}, {Key: "body", Value: large}}}, `otelanalytics: event "page_viewed": event_data.body: takes 17825797 bytes of a document of 17826038; MongoDB stores at most 16777216 (16 MiB): keep large content elsewhere and track a reference to it`},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := s.client.Track(t.Context(), test.event)
			var invalid *otelanalytics.InvalidEventError
			if !errors.As(err, &invalid) || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
			if errors.Is(err, otelanalytics.ErrTooLarge) != (test.name == "too large") {
				t.Errorf("errors.Is(err, ErrTooLarge) is wrong for %v", err)
			}
		})
	}
	s.has(`otelanalytics_events_rejected_total{event_type="page_viewed",reason="invalid"} 5`,
		`otelanalytics_events_rejected_total{event_type="page_viewed",reason="too_large"} 1`,
		`otelanalytics_events_rejected_total{event_type="other",reason="invalid"} 1`)
	if n := len(s.documents()); n != 0 {
		t.Errorf("%d documents, want none", n)
	}
	s.balanced()
}

func TestAcknowledgementLevels(t *testing.T) {
	server := mongotest.Start(t)
	s := start(t, server, otelanalytics.WithDefaultAck(otelanalytics.AckSynced))
	event := otelanalytics.Event{Type: "page_viewed"}
	if err := s.client.Track(t.Context(), event); err != nil {
		t.Errorf("synced: %v", err)
	}
	if err := s.client.Track(t.Context(), event, otelanalytics.WithAck(otelanalytics.AckStored)); err != nil {
		t.Errorf("stored: %v", err)
	}
	if n, err := s.collection.CountDocuments(t.Context(), bson.D{}); err != nil || n != 2 {
		t.Errorf("%d documents (%v) right after AckStored, want 2", n, err)
	}
	if err := s.client.Track(t.Context(), event, otelanalytics.WithAck(7)); err == nil || err.Error() != "otelanalytics: WithAck(7): known are 0 (written), 1 (synced), 2 (stored)" {
		t.Errorf("an unknown level: %v", err)
	}
	if !server.CanStop() {
		t.Log("the rest needs a server that the test may stop")
		return
	}
	server.Stop()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := s.client.Track(ctx, event, otelanalytics.WithAck(otelanalytics.AckStored))
	if !errors.Is(err, otelanalytics.ErrUnconfirmed) || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want ErrUnconfirmed and context.Canceled", err)
	}
	if err := s.client.Track(ctx, event, otelanalytics.WithAck(otelanalytics.AckWritten)); err != nil {
		t.Errorf("acceptance must ignore the context's end: %v", err)
	}
	server.Start()
	if n := len(s.documents()); n != 4 {
		t.Errorf("%d documents, want 4", n)
	}
	s.balanced()
}

func TestTrackAfterShutdown(t *testing.T) {
	s := start(t, mongotest.Start(t))
	if err := s.client.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.client.Track(t.Context(), otelanalytics.Event{Type: "page_viewed"}); !errors.Is(err, otelanalytics.ErrClosed) {
		t.Errorf("got %v, want ErrClosed", err)
	}
	//lint:ignore SA1012 hosts do this
	if err := s.client.Shutdown(nil); err != nil {
		t.Errorf("second shutdown: %v", err)
	}
	if err := s.client.Record(t.Context(), "request", nil); !errors.Is(err, otelanalytics.ErrClosed) {
		t.Errorf("got %v, want ErrClosed", err)
	}
	s.has(`otelanalytics_events_rejected_total{event_type="page_viewed",reason="closed"} 1`)
}

func TestRecordStoresNothing(t *testing.T) {
	s := start(t, mongotest.Start(t))
	if err := s.client.Record(t.Context(), "request", map[string]any{"method": "GET"}); err != nil {
		t.Fatal(err)
	}
	if err := s.client.Track(t.Context(), otelanalytics.Event{Type: "request", Data: bson.D{{Key: "method", Value: "POST"}}}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.client.Track(t.Context(), otelanalytics.Event{Key: "k", Type: "request"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.client.Track(t.Context(), otelanalytics.Event{Type: "request", Data: 5}); err == nil {
		t.Error("a number was taken for a document")
	}
	s.has(`otelanalytics_events_rejected_total{event_type="request",reason="invalid"} 1`)
	if err := s.client.Record(t.Context(), "nonsense", nil); !errors.Is(err, otelanalytics.ErrUnknownEvent) || err.Error() != `otelanalytics: unknown event: "nonsense" is not in the event map` {
		t.Errorf("got %v, want ErrUnknownEvent", err)
	}
	if n := len(s.documents()); n != 0 {
		t.Errorf("%d documents, want none", n)
	}
	s.has(`requests_total{method="GET"} 1`, `requests_total{method="POST"} 1`, `requests_total{method="unknown"} 1`)
	s.balanced()
}

func TestClientWithoutStore(t *testing.T) {
	s := startWithoutStore(t)
	//lint:ignore SA1012 hosts do this
	err := s.client.Track(nil, otelanalytics.Event{Type: "user_logged_in", Data: map[string]any{"auth_method": "google"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.client.Flush(t.Context()); err != nil {
		t.Error(err)
	}
	s.has(`user_logins_total{auth_method="google"} 1`)
	if strings.Contains(s.page(""), "otelanalytics_journal") {
		t.Error("a journal is measured that does not exist")
	}
}

func TestEventType(t *testing.T) {
	s := start(t, mongotest.Start(t))
	login, err := s.client.EventType("user_logged_in")
	if err != nil {
		t.Fatal(err)
	}
	if err := login.Track(t.Context(), otelanalytics.Event{Data: map[string]any{"auth_method": "email"}}); err != nil {
		t.Error(err)
	}
	order, err := s.client.EventType("order.sent")
	if err != nil {
		t.Fatal(err)
	}
	if err := order.Track(t.Context(), otelanalytics.Event{Type: "order.sent"}); err != nil {
		t.Error(err)
	}
	for _, wrong := range []otelanalytics.Event{{}, {Type: "user_logged_in"}} {
		if err := order.Track(t.Context(), wrong); err == nil {
			t.Errorf("an event of type %q was tracked as order.*", wrong.Type)
		}
	}
	if _, err := s.client.EventType("nonsense"); !errors.Is(err, otelanalytics.ErrUnknownEvent) {
		t.Errorf("got %v, want ErrUnknownEvent", err)
	}
	if n := len(s.documents()); n != 2 {
		t.Errorf("%d documents, want 2", n)
	}
	s.has(`user_logins_total{auth_method="email"} 1`, `orders_total{event="order.sent"} 1`)
}
