// SPDX-License-Identifier: Apache-2.0

package ingest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/otelanalytics/otelanalytics-go/ingest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

type data = map[string]any

// TestSegmentCalls sends each call of Segment's specification, through its long and its short address and in a batch.
func TestSegmentCalls(t *testing.T) {
	for _, tt := range []struct {
		kind, message, event string
		want                 analyticstest.Event
	}{
		{
			"track", `{"event":"Order Completed","userId":"u-1","properties":{"total":12.5,"currency":"EUR","email":"a@example.com"}}`, "order_completed",
			analyticstest.Event{Type: "Order Completed", UserID: "u-1", Data: data{"total": 12.5, "currency": "EUR"}},
		},
		{
			"identify", `{"userId":7,"anonymousId":"a-1","traits":{"plan":"pro"}}`, "identify",
			analyticstest.Event{Type: "identify", UserID: "7", AnonymousID: "a-1", Data: data{"traits": data{"plan": "pro"}}},
		},
		{
			"page", `{"anonymousId":"a-1","name":"Home","category":"Docs","properties":{"url":"https://shop.example.com/","name":"its own"}}`, "page",
			analyticstest.Event{Type: "page", AnonymousID: "a-1", Data: data{"url": "https://shop.example.com/", "name": "its own", "category": "Docs"}},
		},
		{
			"screen", `{"anonymousId":"a-1","name":"Cart","context":{"device":{"type":"iOS"},"sessionId":1700000000}}`, "screen",
			analyticstest.Event{Type: "screen", AnonymousID: "a-1", SessionID: "1700000000", Platform: "ios", Data: data{"name": "Cart"}},
		},
		{
			"group", `{"userId":"u-1","groupId":"g-1","traits":{"seats":3}}`, "group",
			analyticstest.Event{Type: "group", UserID: "u-1", GroupID: "g-1", Data: data{"traits": data{"seats": 3}}},
		},
		{
			"alias", `{"userId":"u-1","previousId":"a-1"}`, "alias",
			analyticstest.Event{Type: "alias", UserID: "u-1", Data: data{"previous_id": "a-1"}},
		},
	} {
		tt.want.Module = "web"
		if tt.want.Platform == "" {
			tt.want.Platform = "web"
		}
		for _, door := range []struct{ path, body string }{
			{"/v1/" + tt.kind, tt.message},
			{"/v1/" + tt.kind[:1] + "/", tt.message},
			{"/v1/batch", `{"batch":[{"type":"` + tt.kind + `",` + tt.message[1:] + `]}`},
			{"/v1/b", `{"writeKey":"` + webKey + `","batch":[{"type":"` + tt.kind + `",` + tt.message[1:] + `]}`},
		} {
			t.Run(tt.kind+door.path, func(t *testing.T) {
				s := newService(t, nil)
				key := webKey
				if strings.Contains(door.body, "writeKey") {
					key = ""
				}
				if a := s.post(door.path, key, door.body); a.Code != http.StatusOK || !a.Success || a.Refused != 0 {
					t.Fatalf("%d %s", a.Code, a.Body)
				}
				got := s.Events(tt.event)
				ignored := cmpopts.IgnoreFields(analyticstest.Event{}, "Time", "Document")
				if diff := cmp.Diff([]analyticstest.Event{tt.want}, got, ignored); diff != "" {
					t.Errorf("(-want +got)\n%s", diff)
				}
			})
		}
	}
}

// TestSegmentMetrics: an event that came over HTTP updates the metrics of the map, once however often it is sent.
func TestSegmentMetrics(t *testing.T) {
	s := newService(t, nil)
	for range 3 {
		a := s.post("/v1/batch", webKey, `{"batch":[
			{"type":"track","event":"Order Completed","messageId":"m-1","userId":"u","properties":{"total":2,"currency":"EUR"}},
			{"type":"track","event":"order_completed","messageId":"m-2","userId":"u","properties":{"total":3,"currency":"USD"}}]}`)
		if a.Code != http.StatusOK || a.Refused != 0 {
			t.Fatalf("%d %s", a.Code, a.Body)
		}
	}
	if n := s.Delta("orders", "currency", "EUR"); n != 1 {
		t.Errorf("%v orders in EUR, want 1", n)
	}
	if sum := s.Delta("revenue"); sum != 5 {
		t.Errorf("revenue %v, want 5", sum)
	}
	if n := len(s.Events("order_completed")); n != 2 {
		t.Errorf("%d events, want 2", n)
	}
}

// TestMessageIDsOfTwoSources: an id is one of its source.
func TestMessageIDsOfTwoSources(t *testing.T) {
	s := newService(t, nil)
	for _, key := range []string{webKey, serverKey, "retired"} {
		if a := s.post("/v1/track", key, `{"event":"order_completed","messageId":"m-1","userId":"u"}`); a.Code != http.StatusOK {
			t.Fatalf("%d %s", a.Code, a.Body)
		}
	}
	var modules []string
	for _, e := range s.Events("order_completed") {
		modules = append(modules, e.Module)
	}
	if diff := cmp.Diff([]string{"web", "backend"}, modules); diff != "" {
		t.Error(diff)
	}
}

// TestSegmentContext: the context of the batch is merged into each message, and the source keeps some of its fields.
func TestSegmentContext(t *testing.T) {
	s := newService(t, func(c *ingest.Config) { c.Sources[1].Context = []string{"os", "ip"} })
	body := `{"context":{"library":{"name":"go"},"locale":"de","ip":"192.0.2.1","os":{"name":"x"}},"batch":[
		{"type":"track","event":"order_completed","userId":"u","context":{"locale":"fr"}},
		{"type":"track","event":"order_completed","userId":"u","properties":{"context":"mine"}}]}`
	for _, key := range []string{webKey, serverKey} {
		if a := s.post("/v1/batch", key, body); a.Code != http.StatusOK || a.Refused != 0 {
			t.Fatalf("%d %s", a.Code, a.Body)
		}
	}
	var got []any
	for _, e := range s.Events("order_completed") {
		got = append(got, e.Data["context"])
	}
	want := []any{
		data{"library": data{"name": "go"}, "locale": "fr"},
		"mine",
		data{"os": data{"name": "x"}, "ip": "192.0.2.1"},
		"mine",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestSegmentContextOfManyMessages: more than is decoded at once, and each message has the context.
func TestSegmentContextOfManyMessages(t *testing.T) {
	s := newService(t, nil)
	const n = 100
	long := strings.Repeat("x", 16<<10)
	messages := strings.Repeat(`,{"type":"track","event":"order_completed","userId":"u","context":{"locale":"fr"}}`, n)[1:]
	a := s.post("/v1/batch", webKey, `{"context":{"locale":"de","page":"`+long+`"},"batch":[`+messages+`,{"type":"x"}]}`)
	if a.Code != http.StatusOK || a.Refused != 1 || a.Events[0].Index != n {
		t.Fatalf("%d %s", a.Code, a.Body)
	}
	events := s.Events("order_completed")
	for _, e := range events {
		if diff := cmp.Diff(data{"context": data{"locale": "fr", "page": long}}, e.Data); diff != "" {
			t.Fatalf("(-want +got)\n%s", diff)
		}
	}
	if len(events) != n {
		t.Errorf("%d events, want %d", len(events), n)
	}
}

// TestSegmentTimes: the clock of the client is an hour off, and the documents have the time of this machine.
func TestSegmentTimes(t *testing.T) {
	hour := time.Hour
	for _, tt := range []struct {
		name, path, key string
		message         func(clock time.Time) string // what a client with this clock sends
		off             time.Duration                // of the client's clock
		want            time.Duration                // of the event, from now
	}{
		{"a right clock", "/v1/batch", webKey, sent("originalTimestamp", -5*time.Minute), 0, -5 * time.Minute},
		{"an hour ahead", "/v1/batch", webKey, sent("originalTimestamp", -5*time.Minute), hour, -5 * time.Minute},
		{"an hour behind", "/v1/batch", webKey, sent("timestamp", -5*time.Minute), -hour, -5 * time.Minute},
		{"no time", "/v1/batch", webKey, func(time.Time) string { return `{"batch":[{"type":"track","event":"order_completed","userId":"u"}]}` }, 0, 0},
		{"an import", "/v1/import", serverKey, func(time.Time) string {
			return `{"sentAt":"2030-01-01T00:00:00Z","batch":[{"type":"track","event":"order_completed","userId":"u","timestamp":"` + form(time.Now().Add(-1000*hour)) + `"}]}`
		}, 0, -1000 * hour},
		{"an import with the other field", "/v1/import", serverKey, func(time.Time) string {
			return `{"sentAt":"2030-01-01T00:00:00Z","batch":[{"type":"track","event":"order_completed","userId":"u","originalTimestamp":"` + form(time.Now().Add(-1000*hour)) + `"}]}`
		}, 0, -1000 * hour},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newService(t, nil)
			now := time.Now()
			if a := s.post(tt.path, tt.key, tt.message(now.Add(tt.off))); a.Code != http.StatusOK || a.Refused != 0 {
				t.Fatalf("%d %s", a.Code, a.Body)
			}
			got := s.Events("order_completed")
			if len(got) != 1 {
				t.Fatalf("%d events", len(got))
			}
			if off := got[0].Time.Sub(now.Add(tt.want)); off < -time.Second || off > 30*time.Second {
				t.Errorf("it happened %v off", off)
			}
		})
	}
}

func form(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// sent returns a batch whose event happened some time before it is sent.
func sent(field string, before time.Duration) func(time.Time) string {
	return func(clock time.Time) string {
		return fmt.Sprintf(`{"sentAt":%q,"batch":[{"type":"track","event":"order_completed","userId":"u",%q:%q}]}`, form(clock), field, form(clock.Add(before)))
	}
}

// TestTimestampBesideOriginal: a client that notes when it was called sends the caller's time beside it.
func TestTimestampBesideOriginal(t *testing.T) {
	s := newService(t, nil)
	now := time.Now()
	body := fmt.Sprintf(`{"sentAt":%q,"batch":[{"type":"track","event":"order_completed","userId":"u","timestamp":%q,"originalTimestamp":%q}]}`,
		form(now), form(now.Add(-time.Hour)), form(now))
	if a := s.post("/v1/batch", webKey, body); a.Code != http.StatusOK || a.Refused != 0 {
		t.Fatalf("%d %s", a.Code, a.Body)
	}
	if age := now.Sub(s.Events("order_completed")[0].Time); age < 59*time.Minute || age > 61*time.Minute {
		t.Errorf("it happened %v ago, want an hour", age)
	}
}

// TestPublicKeysAreNotTrusted: the document says that anybody may have sent it.
func TestPublicKeysAreNotTrusted(t *testing.T) {
	s := newService(t, nil)
	for _, key := range []string{webKey, serverKey} {
		if a := s.post("/v1/alias", key, `{"userId":"u","previousId":"`+key+`"}`); a.Refused != 0 {
			t.Fatal(a.Body)
		}
	}
	for _, e := range s.Events("alias") {
		untrusted, _ := e.Document.Lookup("untrusted").BooleanOK()
		if public := e.Data["previous_id"] == webKey; untrusted != public {
			t.Errorf("%v is untrusted: %v", e.Data, untrusted)
		}
	}
}
