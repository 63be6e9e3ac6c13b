// SPDX-License-Identifier: Apache-2.0

package ingest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/otelanalytics/otelanalytics-go/ingest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

// TestPlainEvents sends the same two events in each form of the plain door.
func TestPlainEvents(t *testing.T) {
	first := `{"id":"1","event_type":"order_completed","user_id":"u","session_id":"s","platform":"tv","group_id":"g","event_data":{"total":2,"n":9007199254740993}}`
	second := `{"event_type":"page","anonymous_id":"a"}`
	for name, body := range map[string]string{
		"lines":          first + "\n" + second + "\n",
		"an array":       " [" + first + "," + second + "]",
		"one after":      first + second,
		"lines, windows": first + "\r\n\r\n" + second,
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, nil)
			if a := s.post("/v1/events", serverKey, body); a.Code != http.StatusOK || a.Refused != 0 {
				t.Fatalf("%d %s", a.Code, a.Body)
			}
			got := append(s.Events("order_completed"), s.Events("page")...)
			if n := fmt.Sprint(got[0].Data["n"]); n != "9007199254740993" {
				t.Errorf("a large integer is %s", n)
			}
			delete(got[0].Data, "n")
			want := []analyticstest.Event{
				{Type: "order_completed", Module: "backend", UserID: "u", SessionID: "s", Platform: "tv", GroupID: "g", Key: "1", Data: data{"total": 2}},
				{Type: "page", Module: "backend", AnonymousID: "a", Data: data{}},
			}
			if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(analyticstest.Event{}, "Time", "Document")); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestPlainRefusals(t *testing.T) {
	s := newService(t, nil)
	a := s.post("/v1/events", serverKey, `[{"event_type":"page","event_data":7},{},{"event_type":"page"}]`)
	if a.Code != http.StatusOK || a.Refused != 2 || len(a.Events) != 2 || a.Events[0].Reason != ingest.ReasonMalformed || a.Events[1].Message != "the event has no name" {
		t.Errorf("%d %s", a.Code, a.Body)
	}
	for body, status := range map[string]int{"": 400, "[": 400, "{}x": 400, "x": 400} {
		if a := s.post("/v1/events", serverKey, body); a.Code != status || a.Message == "" {
			t.Errorf("%q: %d %s", body, a.Code, a.Body)
		}
	}
	if n := len(s.Events("page")); n != 1 {
		t.Errorf("%d events, want 1", n)
	}
}

// TestPreflight: a browser asks before it sends a header such as authorization.
func TestPreflight(t *testing.T) {
	s := newService(t, nil)
	ask := func(origin string) answer {
		r := httptest.NewRequest(http.MethodOptions, "/v1/t", nil)
		r.Header.Set("Origin", origin)
		r.Header.Set("Access-Control-Request-Method", "POST")
		r.Header.Set("Access-Control-Request-Headers", "authorization,content-type,x-retry-count")
		return s.do(r)
	}
	a := ask(origin)
	want := map[string]string{
		"Access-Control-Allow-Origin": origin, "Vary": "Origin", "Access-Control-Expose-Headers": "Retry-After", "Access-Control-Allow-Credentials": "",
		"Access-Control-Allow-Headers": "authorization, content-type, x-retry-count, x-write-key, x-posthog-token, posthog-sdk-version, posthog-sdk-name, posthog-sdk-info, posthog-request-timestamp, posthog-request-id, posthog-attempt",
	}
	for name, value := range want {
		if got := a.Header().Get(name); got != value {
			t.Errorf("%s: %q, want %q", name, got, value)
		}
	}
	if a.Code != http.StatusNoContent {
		t.Errorf("%d", a.Code)
	}
	if a := ask("https://evil.example.com"); a.Code != http.StatusForbidden || a.Header().Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("another origin: %d %v", a.Code, a.Header())
	}
}

// TestSettings: Segment's browser client asks where to send, and is told of no other host.
func TestSettings(t *testing.T) {
	s := newService(t, func(c *ingest.Config) { c.PublicURL = "https://events.example.com/analytics/" })
	r := httptest.NewRequest(http.MethodGet, "/v1/projects/"+webKey+"/settings", nil)
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	for _, want := range []string{`"apiHost":"events.example.com/analytics/v1"`, `"protocol":"https"`, `"sampleRate":0`} {
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%d %s, want %s", w.Code, w.Body, want)
		}
	}
	if a := s.do(httptest.NewRequest(http.MethodGet, "/v1/projects/another/settings", nil)); a.Code != http.StatusNotFound {
		t.Errorf("an unknown key: %d", a.Code)
	}
}
