// SPDX-License-Identifier: Apache-2.0

package ingest_test

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/ingest"
)

// site has pages of another origin than the doors.
func site(t *testing.T) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServer(http.Dir("browser")))
	mux.Handle("/clients/", http.StripPrefix("/clients/", http.FileServer(http.Dir(filepath.Join(*typescript, "node_modules")))))
	for _, path := range []string{"/left", "/favicon.ico"} {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Type", "text/html") })
	}
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

// browse has a page make its calls, and leaves it once arrived says so. It fails for errors of the page, and for whatever was asked
// of another host than the doors and the page's own. tolerated are beginnings of errors on the console.
func browse(t *testing.T, page string, tolerated []string, fail func(*service), arrived func(*service) bool, changes ...func(*ingest.Config)) *service {
	t.Helper()
	pages := site(t)
	recorder, names := elsewhere(t)
	s := newService(t, append(changes, func(c *ingest.Config) { c.Origins = []string{pages.URL} })...)
	if fail != nil {
		fail(s)
	}
	var out bytes.Buffer
	at, err := url.Parse(pages.URL + "/" + page)
	if err != nil {
		t.Fatal(err)
	}
	query := at.Query()
	query.Set("doors", s.url)
	at.RawQuery = query.Encode()
	cmd := exec.CommandContext(t.Context(), "node", "browser/client.mjs", at.String(), recorder)
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &out, &out, 10*time.Second
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = in.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("%v\n%s", err, &out)
		}
		for line := range bytes.Lines(out.Bytes()) {
			if !containsOne(string(line), tolerated) {
				t.Errorf("%s", line)
			}
		}
		for _, name := range names() {
			if !chromiumsOwn.MatchString(name) {
				t.Errorf("a connection to %q", name)
			}
		}
	}()
	s.await(page, func() bool { return arrived(s) })
	before := len(s.Events("page_left"))
	if _, err := io.WriteString(in, "leave\n"); err != nil {
		t.Error(err)
	}
	if strings.HasPrefix(page, "posthog.html") {
		s.await("the page is left", func() bool { return len(s.Events("page_left")) > before })
	}
	return s
}

func containsOne(line string, texts []string) bool {
	return slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(line, text) })
}

// browserWant is what a call becomes. Browsers add fields of their own to the data.
type browserWant struct {
	// user is anyUser where that depends on when the client sends.
	user, group string
	data        data
}

const anyUser = "?"

var segmentPage = map[string]browserWant{
	"page":            {"", "", data{"url": "/", "name": "Home", "category": "Docs", "title": "Shop"}},
	"identify":        {"u-1", "", data{"traits": data{"plan": "pro", "seats": 3}}},
	"order_completed": {"u-1", "", data{"total": 12.5, "currency": "EUR", "items": []any{data{"sku": "a", "quantity": 2}}}},
	"screen":          {"u-1", "", data{"name": "Cart"}},
	"group":           {"u-1", "g-1", data{"traits": data{"plan": "pro", "seats": 3}}},
	"alias":           {"u-1", "", data{"previous_id": "a-0"}},
}

var posthogPage = map[string]browserWant{
	"page":            {"", "", data{"title": "Shop", "$lib": "web"}},
	"identify":        {"u-1", "", data{"$set": data{"plan": "pro", "seats": 3}, "$lib": "web"}},
	"group":           {"u-1", "g-1", data{"$group_type": "company", "$group_key": "g-1", "$group_set": data{"plan": "pro", "seats": 3}}},
	"order_completed": {"u-1", "g-1", data{"total": 12.5, "currency": "EUR", "items": []any{data{"sku": "a", "quantity": 2}}, "$groups": data{"company": "g-1"}}},
	"alias":           {"u-1", "g-1", data{"alias": "u-2"}},
	"exception":       {"u-1", "g-1", data{"order": 7}},
	"person":          {"u-1", "g-1", data{"$set": data{"plan": "free"}}},
	"click":           {"", "", data{"$event_type": "click", "$lib": "web"}},
}

func all(want map[string]browserWant) func(*service) bool {
	return func(s *service) bool {
		for name := range want {
			if len(s.Events(name)) == 0 {
				return false
			}
		}
		return true
	}
}

func checkBrowser(t *testing.T, s *service, want map[string]browserWant) {
	t.Helper()
	anonymous := ""
	for name, want := range want {
		got := s.Events(name)
		if len(got) != 1 {
			t.Errorf("%s: %d documents, want 1", name, len(got))
			continue
		}
		e := got[0]
		if name == "click" {
			e.UserID, e.GroupID = "", "" // the client has its handler of clicks run before or behind that of the page
		}
		if want.user == anyUser {
			e.UserID = anyUser
		}
		if off := time.Since(e.Time); off < -5*time.Second || off > 2*time.Minute {
			t.Errorf("%s: the time is off by %v", name, off)
		}
		if e.Key == "" || e.UserID != want.user || e.GroupID != want.group || e.AnonymousID == "" || e.Module != "shop" {
			t.Errorf("%s: %+v", name, e)
		}
		if anonymous == "" {
			anonymous = e.AnonymousID
		}
		if e.AnonymousID != anonymous {
			t.Errorf("%s: the browser is %q, and was %q", name, e.AnonymousID, anonymous)
		}
		for field, value := range want.data {
			if diff := cmp.Diff(asJSON(t, value), asJSON(t, e.Data[field])); diff != "" {
				t.Errorf("%s: %s (-want +got)\n%s", name, field, diff)
			}
		}
		for _, personal := range []string{"$ip", "$raw_user_agent", "token", "distinct_id"} {
			if _, there := e.Data[personal]; there {
				t.Errorf("%s: the data have %s", name, personal)
			}
		}
	}
	s.checkOrders()
}

// TestClientsInABrowser: each call of a page of another origin becomes one document, and nobody but the doors is asked.
func TestClientsInABrowser(t *testing.T) {
	for page, want := range map[string]map[string]browserWant{"segment.html": segmentPage, "posthog.html": posthogPage} {
		t.Run(page, func(t *testing.T) {
			t.Parallel()
			checkBrowser(t, browse(t, page, nil, nil, all(want)), want)
		})
	}
}

// TestBrowsersWithAWrongClock: a browser whose clock is an hour ahead does no harm.
func TestBrowsersWithAWrongClock(t *testing.T) {
	for page, want := range map[string]map[string]browserWant{"segment.html": segmentPage, "posthog.html": posthogPage} {
		t.Run(page, func(t *testing.T) {
			t.Parallel()
			checkBrowser(t, browse(t, fmt.Sprintf("%s?ahead=%d", page, time.Hour.Milliseconds()), nil, nil, all(want)), want)
		})
	}
}

// TestSegmentInABrowserTriesAgain: the last of six requests is beyond a rate of one in two seconds. The page reads from Retry-After
// when it may be sent again.
func TestSegmentInABrowserTriesAgain(t *testing.T) {
	t.Parallel()
	s := browse(t, "segment.html", []string{"Failed to load resource", "429: "}, nil, all(segmentPage), func(c *ingest.Config) { c.Sources[0].Rate = 0.5 })
	checkBrowser(t, s, segmentPage)
	if n := s.requests.Load(); n < 7 {
		t.Errorf("%d requests: nothing was sent again", n)
	}
}

// TestSegmentInABrowserSendsAll: requests are refused, reset, or accepted without an answer. The page is told nothing of it: its calls
// end well. All of them arrive, and each is stored once.
func TestSegmentInABrowserSendsAll(t *testing.T) {
	for _, status := range []int{http.StatusServiceUnavailable, http.StatusTooManyRequests, 0, answerLost} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			tolerated := []string{"Failed to load resource", "429: ", "503: "}
			s := browse(t, "segment.html", tolerated, func(s *service) { s.status = status; s.fail.Store(3) },
				func(s *service) bool { return s.requests.Load() >= 9 && all(segmentPage)(s) }) // three calls come again
			want := maps.Clone(segmentPage)
			page := want["page"]
			page.user = anyUser // what is sent again has the user who is known by then
			want["page"] = page
			checkBrowser(t, s, want)
		})
	}
}

// TestPostHogInABrowserTriesAgain: a batch is refused, reset, or accepted without an answer. It is sent again, and stored once.
func TestPostHogInABrowserTriesAgain(t *testing.T) {
	for _, status := range []int{http.StatusServiceUnavailable, 0, answerLost} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			s := browse(t, "posthog.html", []string{"Failed to load resource", "503: "}, func(s *service) { s.status = status; s.fail.Store(1) }, all(posthogPage))
			checkBrowser(t, s, posthogPage)
		})
	}
}

// TestPostHogInABrowserTakes429ForFinal: posthog-js loses what is answered with 429. docs/ingest.md says so.
func TestPostHogInABrowserTakes429ForFinal(t *testing.T) {
	t.Parallel()
	s := browse(t, "posthog.html", []string{"Failed to load resource", "429: "}, func(s *service) { s.status = http.StatusTooManyRequests; s.fail.Store(1) },
		func(s *service) bool { return s.requests.Load() > 0 })
	if n := len(s.Events("page")); n != 0 { // the first request has it
		t.Errorf("%d page views: does the client send events again by now?", n)
	}
}
