// SPDX-License-Identifier: Apache-2.0

package livepage_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/otelanalytics/otelanalytics-go/livepage"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// TestStreamsEnd ends what viewers read in each of the ways, in less than a second.
func TestStreamsEnd(t *testing.T) {
	for name, end := range map[string]func(*site){
		"Client.Shutdown": func(s *site) { _ = s.client.Shutdown(context.Background()) },
		"Page.Close":      func(s *site) { s.page.Close(); s.page.Close() },
		"Server.Shutdown": func(s *site) {
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			defer cancel()
			if err := s.server.Config.Shutdown(ctx); err != nil {
				s.t.Error(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			quickest := time.Hour
			for try := 0; try < 5 && quickest > time.Second; try++ { // a busy machine may slow one
				s := start(t)
				s.enter()
				streams := []*stream{s.stream(""), s.stream(""), s.stream("")}
				s.watching(streams[0])
				began := time.Now()
				end(s)
				for _, st := range streams {
					for ok := true; ok; {
						_, ok = st.next("figures")
					}
				}
				quickest = min(quickest, time.Since(began))
			}
			if quickest > time.Second {
				t.Errorf("it took %v or more", quickest)
			}
		})
	}
}

// TestNothingIsLeftRunning once the page is closed.
func TestNothingIsLeftRunning(t *testing.T) {
	before := goleak.IgnoreCurrent()
	s := start(t)
	s.enter()
	st := s.stream("")
	s.watching(st)
	s.page.Close()
	for ok := true; ok; {
		_, ok = st.next("figures")
	}
	_ = s.client.Shutdown(t.Context())
	s.http.CloseIdleConnections()
	s.server.Close()
	goleak.VerifyNone(t, before)
}

// TestViewerThatDoesNotRead is dropped; the others see everything, and nobody who tracks waits.
func TestViewerThatDoesNotRead(t *testing.T) {
	s := start(t)
	s.enter()
	asleep, awake := s.stream(""), s.stream("?f=rare")
	s.watching(awake)
	text := strings.Repeat("x", 20<<10)
	deadline := time.Now().Add(time.Minute)
	dropped := int64(0)
	for dropped == 0 && time.Now().Before(deadline) {
		for range 20 {
			s.track(otelanalytics.Event{Type: "login", Data: map[string]any{"text": text}})
		}
		data, ok := awake.next("figures")
		if !ok {
			t.Fatal("the viewer that reads was dropped")
		}
		var f struct {
			Dropped int64 `json:"dropped_viewers"`
		}
		if err := json.Unmarshal([]byte(data), &f); err != nil {
			t.Fatal(err)
		}
		dropped = f.Dropped
	}
	if dropped != 1 {
		t.Errorf("%d viewers dropped, want the one that does not read", dropped)
	}
	for ok := true; ok; { // its stream has an end
		_, ok = asleep.next("events")
	}
	s.track(otelanalytics.Event{Type: "rare"})
	if e := awake.events(1)[0]; e.Type != "rare" {
		t.Errorf("the viewer that reads sees %q", e.Type)
	}
}

func TestMoreThanThePageShowsIsSaid(t *testing.T) {
	s := start(t)
	s.enter()
	st := s.stream("")
	s.watching(st)
	const n = 6_000
	for range n {
		s.track(otelanalytics.Event{Type: "login"})
	}
	var got, unseen int64
	for got+unseen < n {
		data, ok := st.next("events")
		if !ok {
			t.Fatalf("the stream ended after %d events and %d that were left out", got, unseen)
		}
		var news struct {
			Events          []json.RawMessage
			Skipped, Missed int64
		}
		if err := json.Unmarshal([]byte(data), &news); err != nil {
			t.Fatal(err)
		}
		got, unseen = got+int64(len(news.Events)), news.Skipped+news.Missed
	}
	if got+unseen != n || got == n {
		t.Errorf("%d shown and %d left out, want %d together", got, unseen, n)
	}
}

// TestServersEndTheirOwnStreams: the page is served by a public server and one of the service's own.
func TestServersEndTheirOwnStreams(t *testing.T) {
	everybody := livepage.WithAuthorization(func(*http.Request) (livepage.Access, bool) { return livepage.Access{}, true })
	s := start(t, everybody)
	mux := http.NewServeMux()
	mux.Handle("/debug/analytics/", s.page)
	second := httptest.NewServer(mux)
	t.Cleanup(second.Close) // once the streams have ended
	ending, staying := s.stream(""), (&site{t: t, http: s.http, base: second.URL + "/debug/analytics/"}).stream("")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for range 2 {
		if err := s.server.Config.Shutdown(ctx); err != nil {
			t.Fatal(err)
		}
	}
	for ok := true; ok; {
		_, ok = ending.next("figures")
	}
	s.watching(staying)
	s.track(otelanalytics.Event{Type: "login"})
	if e := staying.events(1)[0]; e.Type != "login" {
		t.Errorf("the other server's viewer sees %q", e.Type)
	}
	s.base = second.URL + "/debug/analytics/"
	s.watching(s.stream(""))
}

// TestHeadOfAStream is answered at once, and is no viewer.
func TestHeadOfAStream(t *testing.T) {
	s := start(t, livepage.WithAuthorization(func(*http.Request) (livepage.Access, bool) { return livepage.Access{}, true }))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	w := httptest.NewRecorder()
	s.page.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodHead, "/live/api/stream", nil))
	if w.Code != http.StatusOK || w.Body.Len() > 0 || ctx.Err() != nil {
		t.Errorf("answers %d with %d bytes, %v", w.Code, w.Body.Len(), ctx.Err())
	}
}

func TestViewersAreBounded(t *testing.T) {
	s := start(t, livepage.WithAuthorization(func(*http.Request) (livepage.Access, bool) { return livepage.Access{}, true }))
	for range 32 {
		s.stream("")
	}
	if status, _ := s.get("live/api/stream"); status != http.StatusServiceUnavailable {
		t.Errorf("one more gets %d", status)
	}
}
