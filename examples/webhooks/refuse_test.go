// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// What Track returns decides whether GitHub's user should try again.
func TestRefuse(t *testing.T) {
	for _, c := range []struct {
		name   string
		err    error
		status int
		retry  bool
	}{
		{"journal full", fmt.Errorf("track: %w", otelanalytics.ErrJournalFull), 503, true},
		{"closed", otelanalytics.ErrClosed, 503, true},
		{"invalid", &otelanalytics.InvalidEventError{EventType: "push", Field: "event_data.a"}, 422, false},
		{"too large", otelanalytics.ErrTooLarge, 413, false},
		{"the disk", errors.New("input/output error"), 500, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			answer := httptest.NewRecorder()
			(&webhook{logger: slog.New(slog.DiscardHandler)}).refuse(answer, c.err)
			if retry := answer.Header().Get("Retry-After") != ""; answer.Code != c.status || retry != c.retry {
				t.Errorf("the answer is %d (Retry-After: %v), want %d (%v)", answer.Code, retry, c.status, c.retry)
			}
		})
	}
}

// A replay comes back when a service that has no room says so.
func TestReplayTriesAgain(t *testing.T) {
	var posts []string
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		posts = append(posts, r.Header.Get("X-GitHub-Delivery"))
		if len(posts) == 1 {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(http.StatusAccepted)
	}))
	defer service.Close()
	r := replay{url: service.URL}
	if err := r.line(t.Context(), []byte(`{"event":"push","payload":{}}`), "id"); err != nil {
		t.Fatal(err)
	}
	if len(posts) != 2 || posts[0] != "id" || posts[1] != "id" {
		t.Errorf("the deliveries posted are %q, want the same one twice", posts)
	}
}
