// SPDX-License-Identifier: Apache-2.0

package ingest_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/ingest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

// TestRefusedEvents: each event that is refused for good is named inside a 200, and the others are accepted.
func TestRefusedEvents(t *testing.T) {
	good := `{"type":"track","event":"order_completed","userId":"u"}`
	long := strings.Repeat("x", 33<<10)
	old := form(time.Now().Add(-25 * time.Hour))
	for _, tt := range []struct {
		name, path, key, event string
		reason                 ingest.Reason
		message                string
	}{
		{"another type's key", "/v1/batch", webKey, `{"type":"track","event":"payout","userId":"u","messageId":"m"}`, ingest.ReasonType, `source "web" may not send this event type`},
		{"an undeclared type", "/v1/batch", webKey, `{"type":"track","event":"made up","userId":"u"}`, ingest.ReasonType, `source "web" may not send this event type`},
		{"nobody", "/v1/batch", webKey, `{"type":"track","event":"order_completed"}`, ingest.ReasonMalformed, "it has neither userId nor anonymousId"},
		{"no event", "/v1/batch", webKey, `{"type":"track","userId":"u"}`, ingest.ReasonMalformed, "a track message has no event"},
		{"no group", "/v1/batch", webKey, `{"type":"group","userId":"u"}`, ingest.ReasonMalformed, "a group message has no groupId"},
		{"no previous id", "/v1/batch", webKey, `{"type":"alias","userId":"u"}`, ingest.ReasonMalformed, "an alias message has no previousId"},
		{"an unknown call", "/v1/batch", webKey, `{"type":"merge","userId":"u"}`, ingest.ReasonMalformed, "its type is none of track, identify, page, screen, group, alias"},
		{"an object as id", "/v1/batch", webKey, `{"type":"track","userId":{}}`, ingest.ReasonMalformed, "want a JSON string or number"},
		{"properties in an array", "/v1/batch", webKey, `{"type":"track","event":"order_completed","userId":"u","properties":[1]}`, ingest.ReasonMalformed, "want a JSON object"},
		{"no time", "/v1/batch", webKey, `{"type":"track","event":"order_completed","userId":"u","timestamp":"noon"}`, ingest.ReasonMalformed, "want a time such as 2026-01-02T15:04:05.000Z, or milliseconds since 1970 as a number"},
		{"no message", "/v1/batch", webKey, `7`, ingest.ReasonMalformed, "it is a JSON number; want a JSON object"},
		{"backdated", "/v1/batch", webKey, `{"type":"track","event":"order_completed","userId":"u","timestamp":"` + old + `"}`, ingest.ReasonTime, `it happened more than 24h0m0s ago, which is the most that source "web" may send`},
		{"in the future", "/v1/batch", serverKey, `{"type":"track","event":"order_completed","userId":"u","timestamp":"2300-01-01T00:00:00Z"}`, ingest.ReasonTime, "it lies more than 10m0s in the future"},
		{"in the last year", "/v1/batch", webKey, `{"type":"track","event":"order_completed","userId":"u","timestamp":"9999-01-01T00:00:00Z"}`, ingest.ReasonTime, "it lies more than 10m0s in the future"},
		{"in the first year", "/v1/batch", webKey, `{"type":"track","event":"order_completed","userId":"u","timestamp":"0001-01-02T00:00:00Z"}`, ingest.ReasonTime, ""},
		{"too long", "/v1/batch", webKey, `{"type":"track","event":"` + long + `","userId":"u"}`, ingest.ReasonTooLarge, ""},
		{"an import", "/v1/import", webKey, good, ingest.ReasonImport, "a public key cannot import events; use a key of a secret source"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newService(t, nil)
			a := s.post(tt.path, tt.key, `{"batch":[`+tt.event+`,`+good+`]}`)
			if a.Code != http.StatusOK || !a.Success || len(a.Events) == 0 {
				t.Fatalf("%d %s", a.Code, a.Body)
			}
			if e := a.Events[0]; e.Index != 0 || e.Reason != tt.reason || tt.message != "" && e.Message != tt.message {
				t.Errorf("%+v\nwant %s: %s", e, tt.reason, tt.message)
			}
			accepted := 1
			if tt.reason == ingest.ReasonImport {
				accepted = 0
			}
			if n := len(s.Events("order_completed")); n != accepted || a.Refused != 2-accepted {
				t.Errorf("%d accepted, %d refused", n, a.Refused)
			}
		})
	}
}

// TestManyRefusals: the answer is bounded, and its count is not.
func TestManyRefusals(t *testing.T) {
	s := newService(t, nil)
	a := s.post("/v1/batch", webKey, `{"batch":[7`+strings.Repeat(",7", 2_499)+`,7]}`)
	if a.Code != http.StatusOK || a.Refused != 2_501 || len(a.Events) != 100 {
		t.Errorf("%d: %d refused, %d named", a.Code, a.Refused, len(a.Events))
	}
}

// TestRefusedRequests: what concerns the whole request is a status that clients act upon.
func TestRefusedRequests(t *testing.T) {
	request := func(method, path, key, body string, headers ...string) *http.Request {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		if key != "" {
			r.SetBasicAuth(key, "")
		}
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		return r
	}
	const batch = `{"batch":[{"type":"track","event":"order_completed","userId":"u"}]}`
	for _, tt := range []struct {
		name   string
		r      *http.Request
		status int
	}{
		{"no key", request("POST", "/v1/batch", "", batch), 401},
		{"an unknown key", request("POST", "/v1/batch", "another", batch), 401},
		{"an empty key", request("POST", "/v1/batch", "", `{"writeKey":"","batch":[]}`), 401},
		{"no JSON", request("POST", "/v1/batch", webKey, `{"batch":`), 400},
		{"an array", request("POST", "/v1/batch", webKey, `[]`), 400},
		{"broken gzip", request("POST", "/v1/batch", webKey, "\x1f\x8b\x08broken"), 400},
		{"broken zstd", request("POST", "/v1/batch", webKey, "\x28\xb5\x2f\xfdbroken"), 400},
		{"brotli", request("POST", "/v1/batch", webKey, "\x0b\x02\x80\x7b\x7d\x03", "Content-Encoding", "br"), 415},
		{"brotli with an unknown key", request("POST", "/v1/batch", "another", "\x0b\x02\x80\x7b\x7d\x03", "Content-Encoding", "BR"), 401},
		{"labelled as brotli, and none", request("POST", "/v1/batch", webKey, gzipped(batch), "Content-Encoding", "br"), 200},
		{"too large", request("POST", "/v1/batch", webKey, strings.Repeat(" ", 600<<10)), 413},
		{"another address", request("POST", "/v1/other", webKey, batch), 404},
		{"another method", request("GET", "/v1/batch", webKey, ""), 405},
		{"another origin", request("POST", "/v1/batch", webKey, batch, "Origin", "https://evil.example.com"), 403},
		{"a configured origin", request("POST", "/v1/batch", webKey, batch, "Origin", origin), 200},
		{"Bearer", request("POST", "/v1/batch", "", batch, "Authorization", "Bearer "+webKey), 200},
		{"a header of its own", request("POST", "/v1/batch", "", batch, "X-Write-Key", webKey), 200},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newService(t, nil)
			a := s.do(tt.r)
			if a.Code != tt.status || (a.Code == 200) != a.Success || a.Code != 200 && a.Message == "" {
				t.Errorf("%d %s", a.Code, a.Body)
			}
			if strings.Contains(a.Body.String(), webKey) || strings.Contains(a.Body.String(), "another\"") {
				t.Errorf("the answer has the key: %s", a.Body)
			}
			if n := len(s.Events("order_completed")); (n == 1) != (tt.status == 200) {
				t.Errorf("%d events", n)
			}
		})
	}
}

// TestGzipWhateverItIsCalled: the first bytes say that a body is compressed, not its labels. What it becomes is bounded.
func TestGzipWhateverItIsCalled(t *testing.T) {
	zipped := func(text string) *bytes.Buffer {
		b := new(bytes.Buffer)
		z := gzip.NewWriter(b)
		if _, err := z.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b
	}
	s := newService(t, nil)
	for _, label := range []string{"application/x-www-form-urlencoded", "text/plain", "application/json"} {
		r := httptest.NewRequest(http.MethodPost, "/v1/batch", zipped(`{"batch":[{"type":"track","event":"order_completed","userId":"u"}]}`))
		r.SetBasicAuth(webKey, "")
		r.Header.Set("Content-Type", label)
		if a := s.do(r); a.Code != http.StatusOK {
			t.Errorf("%s: %d %s", label, a.Code, a.Body)
		}
	}
	if n := len(s.Events("order_completed")); n != 3 {
		t.Errorf("%d events, want 3", n)
	}
	r := httptest.NewRequest(http.MethodPost, "/v1/batch", strings.NewReader(bomb()))
	r.SetBasicAuth(webKey, "")
	if a := s.do(r); a.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("a body of 64 MiB: %d %s", a.Code, a.Body)
	}
}

// TestBodiesInFlight: a request that would need more memory than all bodies may have is sent again later.
func TestBodiesInFlight(t *testing.T) {
	s := newService(t, func(c *ingest.Config) { c.MaxBytesInFlight = 10 << 10 })
	body := `{"batch":[` + strings.Repeat(" ", 20<<10) + `]}`
	for range 3 { // what a refused request held is given back
		if a := s.post("/v1/batch", webKey, body); a.Code != http.StatusTooManyRequests || a.Header().Get("Retry-After") != "5" {
			t.Fatalf("%d %v", a.Code, a.Header())
		}
		if a := s.post("/v1/batch", webKey, `{"batch":[]}`); a.Code != http.StatusOK {
			t.Fatalf("%d %s", a.Code, a.Body)
		}
	}
}

// TestClosedClient: events cannot be accepted at the moment, and the client keeps them.
func TestClosedClient(t *testing.T) {
	s := newService(t, nil)
	if err := s.Client.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	a := s.post("/v1/track", webKey, `{"event":"order_completed","userId":"u"}`)
	if a.Code != http.StatusServiceUnavailable || a.Header().Get("Retry-After") != "5" {
		t.Errorf("%d %v %s", a.Code, a.Header(), a.Body)
	}
}

// fullStore is a store without room.
type fullStore struct{ *eventstore.Store }

func (fullStore) AppendBatch(context.Context, []eventstore.Event, eventstore.Ack) (int, eventstore.Receipt, error) {
	return 0, eventstore.Receipt{}, eventstore.ErrJournalFull
}

// TestFullJournal: the client is told to send the events again, in whole seconds.
func TestFullJournal(t *testing.T) {
	m, err := eventmap.Parse([]byte(shopMap))
	if err != nil {
		t.Fatal(err)
	}
	store, err := eventstore.Open(t.Context(), memsink.New(), eventstore.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Shutdown(context.Background()) }) // it is empty
	client, err := otelanalytics.New(m, otelanalytics.WithStore(fullStore{store}))
	if err != nil {
		t.Fatal(err)
	}
	handler, err := ingest.New(client, ingest.Config{Sources: []ingest.Source{{Name: "web", Keys: []ingest.KeyHash{ingest.HashKey(webKey)}}}})
	if err != nil {
		t.Fatal(err)
	}
	s := &service{t: t, handler: handler}
	a := s.post("/v1/batch", webKey, `{"batch":[{"type":"track","event":"order_completed","userId":"u"},7]}`)
	if a.Code != http.StatusTooManyRequests || a.Header().Get("Retry-After") != "5" || a.Success {
		t.Errorf("%d %v %s", a.Code, a.Header(), a.Body)
	}
	a = s.post("/batch/", "", `{"api_key":"`+webKey+`","batch":[{"event":"page","distinct_id":"u"},7]}`)
	if a.Code != http.StatusTooManyRequests || a.Header().Get("Retry-After") != "5" || a.Success {
		t.Errorf("capture v0: %d %v %s", a.Code, a.Header(), a.Body)
	}
	w, v := s.captureV1(webKey, v1Event("a", "page", "")+","+v1Event("b", "page", `,"properties":7`), nil)
	if w.Code != http.StatusOK || w.Header().Get("Retry-After") != "5" || v.Results["a"].Result != "retry" || v.Results["b"].Result != "drop" {
		t.Errorf("capture v1: %d %v %s", w.Code, w.Header(), w.Body)
	}
}

// TestWrongConfigurations: every mistake is reported at once, and no key is in a message.
func TestWrongConfigurations(t *testing.T) {
	m, err := eventmap.Parse([]byte(shopMap))
	if err != nil {
		t.Fatal(err)
	}
	client := analyticstest.New(t, m).Client
	_, err = ingest.New(client, ingest.Config{
		Sources: []ingest.Source{
			{Name: "web", Keys: []ingest.KeyHash{ingest.HashKey("k")}, Types: []string{"order_complete"}},
			{Name: "web", Keys: []ingest.KeyHash{ingest.HashKey("k"), ingest.HashKey("")}, Kind: 7, MaxAge: -1},
			{},
		},
		Origins: []string{"shop.example.com", "https://shop.example.com/"}, PublicURL: "ftp://u:secret@x/", MaxBytesInFlight: -1, BodyTimeout: -1, Ack: 9,
	})
	want := `ingest: Ack is Ack(9); want AckWritten, AckSynced or AckStored
ingest: MaxBytesInFlight is -1; want a number of bytes, or 0 for 25165824
ingest: BodyTimeout is -1ns; want a duration, or 0 for 15s
ingest: Origins has "shop.example.com"; want a scheme and a host as browsers send them, such as https://shop.example.com, in lower case, without a path or the port that the scheme has anyway
ingest: Origins has "https://shop.example.com/"; want a scheme and a host as browsers send them, such as https://shop.example.com, in lower case, without a path or the port that the scheme has anyway
ingest: PublicURL is "ftp://u:xxxxx@x/"; want an address such as https://events.example.com/analytics
ingest: source "web": Types has "order_complete", which the event map does not declare
ingest: two sources have the Name "web"
ingest: source "web": Kind is 7; want Public or Secret
ingest: source "web": a key belongs to source "web", too; give each source keys of its own
ingest: source "web": a key is empty; make one of random bytes
ingest: source "web": MaxAge is -1ns and MaxAhead is 0s; want durations, or 0 for the defaults
ingest: source number 3 has no Name; give it one, which is the module of its documents
ingest: source number 3 has no Keys; add the hash of one, which HashKey makes`
	if err == nil || err.Error() != want {
		t.Errorf("%v\nwant\n%s", err, want)
	}
	if _, err := ingest.New(client, ingest.Config{}); err == nil || err.Error() != "ingest: Sources is empty, so that nobody could send anything; add a source" {
		t.Errorf("no sources: %v", err)
	}
	if _, err := ingest.ParseKeyHash("abc"); err == nil || err.Error() != "ingest: the hash of a write key is 64 hexadecimal digits, as String of HashKey writes them; this has 3 characters" {
		t.Errorf("a short hash: %v", err)
	}
	if h, err := ingest.ParseKeyHash(ingest.HashKey("k").String()); err != nil || h != ingest.HashKey("k") {
		t.Errorf("a hash: %v, %v", h, err)
	}
}
