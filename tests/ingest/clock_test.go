// SPDX-License-Identifier: Apache-2.0

package ingest_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/posthog/posthog-go"
)

// clocks are by how much the clock of a client is wrong.
var clocks = []time.Duration{time.Hour, -time.Hour}

// aheadBy has a client's clock ahead: that of npm's in clock.js, that of Go's in [wrongClock].
func aheadBy(d time.Duration) string { return clockAhead + strconv.FormatInt(d.Milliseconds(), 10) }

const clockAhead = "CLOCK_AHEAD="

// TestClientsWithAWrongClock: a client whose clock is an hour ahead or behind does no harm. Its events happened at
// received − (sent − timestamp).
func TestClientsWithAWrongClock(t *testing.T) {
	for _, ahead := range clocks {
		for _, c := range clients {
			t.Run(fmt.Sprint(c.name, " ", ahead), func(t *testing.T) {
				t.Parallel()
				s := newService(t)
				c.send(t, s.url, aheadBy(ahead))
				c.check(t, s.Events)
			})
		}
		for _, c := range posthogClients {
			if c.noSentAt {
				continue // TestPostHogGoIsBelieved
			}
			t.Run(fmt.Sprint(c.name, " ", ahead), func(t *testing.T) {
				t.Parallel()
				s := newService(t)
				c.send(t, s.url, aheadBy(ahead))
				checkPostHog(t, s.Events)
			})
		}
	}
}

// TestPostHogGoIsBelieved: in capture v0 posthog-go does not say when it sent a request. A public source refuses what lies too far
// ahead, and what is behind is stored so. docs/ingest.md says so.
func TestPostHogGoIsBelieved(t *testing.T) {
	for _, ahead := range clocks {
		t.Run(fmt.Sprint(ahead), func(t *testing.T) {
			s := newService(t)
			posthogGo(posthog.CaptureModeLegacy)(t, s.url, aheadBy(ahead))
			pages := s.Events("page")
			if ahead > 0 {
				if len(pages) != 0 {
					t.Errorf("%d pages: does the client send sent_at by now?", len(pages))
				}
				return
			}
			if len(pages) != 1 {
				t.Fatalf("%d pages", len(pages))
			}
			if off := time.Since(pages[0].Time) + ahead - time.Minute; off < -5*time.Second || off > time.Minute {
				t.Errorf("the page is %v old: does the client send sent_at by now?", time.Since(pages[0].Time))
			}
		})
	}
}

// wrongClock shifts the times of requests, as a client would write them whose clock is ahead.
type wrongClock struct {
	t     *testing.T
	ahead time.Duration
}

// clockOf returns the transport of a Go client with the clock that env says.
func clockOf(t *testing.T, env []string) http.RoundTripper {
	for _, e := range env {
		if text, ok := strings.CutPrefix(e, clockAhead); ok {
			ms, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return wrongClock{t, time.Duration(ms) * time.Millisecond}
		}
	}
	return http.DefaultTransport
}

// moment matches a time as Go's clients write it.
var moment = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)`)

func (w wrongClock) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err == nil && bytes.HasPrefix(body, []byte("\x1f\x8b")) {
		var z *gzip.Reader
		if z, err = gzip.NewReader(bytes.NewReader(body)); err == nil {
			body, err = io.ReadAll(z)
		}
	}
	if err != nil {
		return nil, err
	}
	shifted := 0
	shift := func(text string) string {
		return moment.ReplaceAllStringFunc(text, func(m string) string {
			at, err := time.Parse(time.RFC3339Nano, m)
			if err != nil {
				w.t.Error(err)
			}
			shifted++
			return at.Add(w.ahead).Format(time.RFC3339Nano)
		})
	}
	r = r.Clone(r.Context())
	text := shift(string(body))
	if shifted == 0 {
		w.t.Errorf("a request has no time: %s", text)
	}
	for _, values := range r.Header {
		for i := range values {
			values[i] = shift(values[i])
		}
	}
	r.Header.Del("Content-Encoding")
	r.Body, r.ContentLength = io.NopCloser(strings.NewReader(text)), int64(len(text))
	return http.DefaultTransport.RoundTrip(r)
}
