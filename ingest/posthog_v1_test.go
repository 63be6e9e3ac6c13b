// SPDX-License-Identifier: Apache-2.0

package ingest_test

import (
	"bytes"
	"compress/zlib"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelanalytics/otelanalytics-go/ingest"
	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// verdicts is the answer of capture v1.
type verdicts struct {
	Results map[string]struct{ Result, Details string }
	Refused int
	Events  []struct{ Index int }
}

// captureV1 sends events to capture v1.
func (s *service) captureV1(key, events string, change func(*http.Request)) (*httptest.ResponseRecorder, verdicts) {
	s.t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/i/v1/analytics/events", strings.NewReader(`{"created_at":"2026-01-01T00:00:00Z","batch":[`+events+`]}`))
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("PostHog-Sdk-Info", "posthog-node/5.70.0")
	r.Header.Set("PostHog-Request-Timestamp", time.Now().UTC().Format(time.RFC3339Nano))
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	var v verdicts
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		s.t.Fatalf("%d %s: %v", w.Code, w.Body, err)
	}
	return w, v
}

func v1Event(uuid, event, more string) string {
	at := time.Now().Add(-time.Minute).UTC().Format(time.RFC3339Nano)
	return `{"event":"` + event + `","uuid":"` + uuid + `","distinct_id":"u","timestamp":"` + at + `"` + more + `}`
}

// TestPostHogV1: each event has its verdict by its uuid.
func TestPostHogV1(t *testing.T) {
	s := newService(t, nil)
	w, v := s.captureV1(webKey, strings.Join([]string{
		v1Event("a", "page", ""), v1Event("b", "payout", ""), v1Event("c", "page", `,"properties":[]`), v1Event("", "page", `,"options":7`), v1Event("a", "page", ""),
	}, ","), nil)
	want := map[string]struct{ Result, Details string }{
		"a": {"ok", ""},
		"b": {"drop", `type_not_allowed: source "web" may not send this event type`},
		"c": {"drop", "malformed: want a JSON object"},
	}
	if diff := cmp.Diff(want, v.Results); w.Code != http.StatusOK || v.Refused != 3 || len(v.Events) != 1 || v.Events[0].Index != 3 || diff != "" {
		t.Errorf("%d %s\n(-want +got)\n%s", w.Code, w.Body, diff)
	}
	if n := len(s.Events("page")); n != 1 {
		t.Errorf("%d events, want one: the other has its uuid", n)
	}
}

// TestPostHogV1Fields: what capture v1 has in fields and headers is where capture v0 has it.
func TestPostHogV1Fields(t *testing.T) {
	s := newService(t, nil)
	hour := func(n int) string { return time.Now().Add(time.Duration(n) * time.Hour).UTC().Format(time.RFC3339Nano) }
	at := func(n int) string {
		return `{"event":"page","uuid":"` + hour(n) + `","distinct_id":"d","timestamp":"` + hour(n) + `"`
	}
	_, v := s.captureV1(serverKey, at(2)+`,"session_id":"s","window_id":"w","options":{"process_person_profile":false,"other":1},"properties":{"a":1}},`+
		at(-2)+`,"options":{"disable_skew_correction":true}}`, func(r *http.Request) { r.Header.Set("PostHog-Request-Timestamp", hour(3)) })
	events := s.Events("page")
	if v.Refused != 0 || len(events) != 2 {
		t.Fatalf("%+v", v)
	}
	e := events[0]
	if e.SessionID != "s" || e.AnonymousID != "d" || e.UserID != "" {
		t.Errorf("%+v", e)
	}
	if diff := cmp.Diff(data{"a": 1, "$window_id": "w", "$process_person_profile": false, "$lib": "posthog-node", "$lib_version": "5.70.0"}, e.Data); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for i, ago := range []time.Duration{time.Hour, 2 * time.Hour} {
		if off := time.Since(events[i].Time) - ago; off < -time.Second || off > 30*time.Second {
			t.Errorf("event %d is off by %v", i, off)
		}
	}
}

// TestPostHogV1Again: what cannot be accepted at the moment comes again, and what is refused for good does not.
func TestPostHogV1Again(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*ingest.Config)
		before func(*service)
		after  string
	}{
		"the service stops": {nil, func(s *service) { _ = s.Client.Shutdown(s.t.Context()) }, "5"},
		"a rate": {func(c *ingest.Config) { c.Sources[0].Rate = 1 }, func(s *service) {
			s.captureV1(webKey, strings.TrimSuffix(strings.Repeat(v1Event("x", "page", "")+",", 10), ","), nil)
		}, "3"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, tt.change)
			tt.before(s)
			w, v := s.captureV1(webKey, strings.Join([]string{v1Event("a", "page", ""), v1Event("b", "page", ""), v1Event("c", "page", "")}, ","), nil)
			if w.Code != http.StatusOK || w.Header().Get("Retry-After") != tt.after {
				t.Errorf("%d %v", w.Code, w.Header())
			}
			for _, uuid := range []string{"a", "b", "c"} {
				if v.Results[uuid].Result != "retry" {
					t.Errorf("%s: %+v", uuid, v.Results)
				}
			}
		})
	}
}

// TestPostHogV1WithoutID: an event without a uuid can have no verdict, so that the whole request comes again.
func TestPostHogV1WithoutID(t *testing.T) {
	s := newService(t, nil)
	both := v1Event("a", "page", "") + "," + v1Event("", "page", "")
	if w, v := s.captureV1(webKey, both, nil); w.Code != http.StatusOK || v.Results["a"].Result != "ok" || v.Refused != 0 {
		t.Errorf("%d %+v", w.Code, v)
	}
	_ = s.Client.Shutdown(t.Context()) // it has no store
	if w, v := s.captureV1(webKey, both, nil); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") != "5" || len(v.Results) != 0 {
		t.Errorf("%d %v %+v", w.Code, w.Header(), v)
	}
}

// TestPostHogV1Requests: a request of which no event is known has a status.
func TestPostHogV1Requests(t *testing.T) {
	var deflated bytes.Buffer
	z := zlib.NewWriter(&deflated)
	_, _ = z.Write([]byte(`{"batch":[` + v1Event("a", "page", "") + `]}`)) // to memory
	_ = z.Close()
	for name, tt := range map[string]struct {
		method, key, encoding, body string
		status                      int
	}{
		"deflate":             {"POST", webKey, "deflate", deflated.String(), http.StatusOK},
		"gzip":                {"POST", webKey, "gzip", gzipped(`{"batch":[]}`), http.StatusOK},
		"zstd":                {"POST", webKey, "zstd", zstandard(`{"batch":[]}`), http.StatusOK},
		"half a zstd":         {"POST", webKey, "zstd", "\x28\xb5\x2f\xfd\x00\x00", http.StatusBadRequest},
		"another compression": {"POST", webKey, "br", "\x0b\x02\x80\x7b\x7d\x03", http.StatusUnsupportedMediaType},
		"no JSON":             {"POST", webKey, "", "{", http.StatusBadRequest},
		"no key":              {"POST", "", "", `{"api_key":"` + webKey + `","batch":[]}`, http.StatusUnauthorized},
		"GET":                 {"GET", webKey, "", "", http.StatusMethodNotAllowed},
		"too many bytes":      {"POST", webKey, "", strings.Repeat(" ", 1<<20) + "{}", http.StatusServiceUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, func(c *ingest.Config) { c.MaxBytesInFlight = 1 << 20 })
			r := httptest.NewRequest(tt.method, "/i/v1/analytics/events/", strings.NewReader(tt.body))
			r.Header.Set("Content-Encoding", tt.encoding)
			if tt.key != "" {
				r.Header.Set("Authorization", "Bearer "+tt.key)
			}
			if a := s.do(r); a.Code != tt.status || tt.status == http.StatusServiceUnavailable && a.Header().Get("Retry-After") != "5" {
				t.Errorf("%d %v %s", a.Code, a.Header(), a.Body)
			}
		})
	}
}

// TestPostHogCounters: events of a request that is tracked in parts, and verdicts, are counted once.
func TestPostHogCounters(t *testing.T) {
	reader := sdkmetric.NewManualReader()
	s := newService(t, func(c *ingest.Config) {
		c.MeterProvider = sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
		c.Sources[0].Rate = 20
	})
	large := `{"event":"page","distinct_id":"u","properties":{"filler":"` + strings.Repeat("x", 30_000) + `"}},`
	if a := s.post("/batch/", "", `{"api_key":"`+webKey+`","batch":[`+strings.Repeat(large, 100)+`7]}`); a.Refused != 1 {
		t.Fatal(a.Body)
	}
	s.captureV1(webKey, v1Event("a", "page", "")+","+v1Event("b", "payout", ""), nil)
	s.captureV1(webKey, strings.TrimSuffix(strings.Repeat(v1Event("c", "page", "")+",", 200), ","), nil) // beyond the rate
	// The client sends events with the verdict retry again. Events beyond the bound of a request get no verdict, and do not come again.
	_, v := s.captureV1(webKey, strings.TrimSuffix(strings.Repeat(v1Event("d", "page", "")+",", 2503), ","), nil)
	if v.Results["d"].Result != "retry" || v.Refused != 3 || len(v.Events) != 1 || v.Events[0].Index != 2500 {
		t.Errorf("%d refused, %+v %+v", v.Refused, v.Results, v.Events)
	}
	want := map[string]int64{
		ownmetrics.IngestEventsAccepted.Name + " web":                 101,
		ownmetrics.IngestEventsAccepted.Name + " backend":             0,
		ownmetrics.IngestEventsRefused.Name + " malformed web":        1,
		ownmetrics.IngestEventsRefused.Name + " type_not_allowed web": 1,
		ownmetrics.IngestEventsRefused.Name + " too_large web":        3,
		ownmetrics.IngestRequestsAccepted.Name + " web":               2,
		ownmetrics.IngestRequestsAccepted.Name + " backend":           0,
		ownmetrics.IngestRequestsRefused.Name + " rate web":           2,
	}
	if diff := cmp.Diff(want, counts(t, reader)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
