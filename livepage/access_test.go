// SPDX-License-Identifier: Apache-2.0

package livepage_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/livepage"
)

func TestEachRouteWantsTheCookie(t *testing.T) {
	s := start(t)
	routes := []string{"", "live/page.js", "live/api/stream", "live/api/about", "live/api/map", "live/api/metrics", "live/api/history", "live/api/timeline", "live/api/switch"}
	for _, path := range routes {
		if status, _ := s.get(path); status != http.StatusForbidden {
			t.Errorf("%s answers %d without a cookie", path, status)
		}
	}
	s.enter()
	for _, header := range []string{"X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via"} {
		for _, path := range routes {
			if status, _ := s.do(http.MethodGet, path, "", http.Header{header: {"192.0.2.1"}}); status != http.StatusForbidden {
				t.Errorf("%s answers %d with %s", path, status, header)
			}
		}
	}
	for _, path := range []string{"", "live/page.js", "live/api/about", "live/api/map", "live/api/metrics", "live/uplot-license.txt"} {
		if status, body := s.get(path); status != http.StatusOK {
			t.Errorf("%s answers %d %s", path, status, body)
		}
	}
	for _, path := range []string{"live/nothing.js", "live/../page.go", "x"} {
		if status, _ := s.get(path); status == http.StatusOK {
			t.Errorf("%s answers 200", path)
		}
	}
}

// TestAssetsAreThere follows what the page and its modules refer to.
func TestAssetsAreThere(t *testing.T) {
	s := start(t)
	s.enter()
	_, page := s.get("")
	if strings.Contains(page, "<script>") || strings.Contains(page, " style=") || strings.Contains(page, "//") && strings.Contains(page, "http") {
		t.Errorf("the page has scripts, styles or addresses of its own:\n%s", page)
	}
	found := 0
	for _, part := range strings.Split(page, `"`) {
		if rest, ok := strings.CutPrefix(part, "live/"); ok {
			found++
			if status, body := s.get("live/" + rest); status != http.StatusOK || len(body) == 0 {
				t.Errorf("%s answers %d", rest, status)
			} else if path.Ext(rest) == ".js" && rest != "uplot.js" {
				for _, word := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("} {
					if strings.Contains(body, word) {
						t.Errorf("%s has %s", rest, word)
					}
				}
			}
		}
	}
	if found < 5 {
		t.Errorf("the page refers to %d parts", found)
	}
}

func TestBelowAStrippedPrefix(t *testing.T) {
	s := start(t)
	s.base = s.server.URL + "/stripped/"
	s.enter()
	if status, body := s.get("live/api/about"); status != http.StatusOK {
		t.Errorf("answers %d %s", status, body)
	}
}

// TestMountedAnywhere opens the page, and follows a reference of it as a browser does, below prefixes that look like parts of the page.
func TestMountedAnywhere(t *testing.T) {
	s := start(t)
	for _, prefix := range []string{"/", "/live/", "/live/analytics/", "/debug/live/", "/live/live/"} {
		t.Run(prefix, func(t *testing.T) {
			mux := http.NewServeMux()
			mux.Handle(prefix, s.page)
			s.server.Config.Handler = mux
			s.t, s.base = t, s.server.URL+prefix
			s.http.Jar, _ = cookiejar.New(nil) // it never fails
			s.enter()
			for _, path := range []string{"", "live/page.js", "live/api/about"} {
				if status, body := s.get(path); status != http.StatusOK {
					t.Errorf("%q answers %d %s", path, status, body)
				}
			}
		})
	}
}

// TestCookieIsForThePage alone: a browser sends it to no other path of this host, whichever the port.
func TestCookieIsForThePage(t *testing.T) {
	s := start(t)
	for prefix, want := range map[string]int{"/debug/analytics/": 1, "/stripped/": 1} {
		s.base = s.server.URL + prefix
		s.http.Jar, _ = cookiejar.New(nil) // it never fails
		s.enter()
		for path, want := range map[string]int{prefix: want, prefix + "live/api/about": want, "/": 0, "/other/": 0} {
			u, err := url.Parse(s.server.URL + path)
			if err != nil {
				t.Fatal(err)
			}
			if got := len(s.http.Jar.Cookies(u)); got != want {
				t.Errorf("below %s: %d cookies go to %s, want %d", prefix, got, path, want)
			}
		}
	}
}

// TestTokenIsForGET: a program that previews a link asks with HEAD.
func TestTokenIsForGET(t *testing.T) {
	s := start(t)
	link := s.page.URL(s.base)
	for _, method := range []string{http.MethodHead, http.MethodPost, http.MethodOptions} {
		req, err := http.NewRequest(method, link, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := s.http.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusForbidden || len(resp.Cookies()) > 0 {
			t.Errorf("%s answers %s", method, resp.Status)
		}
	}
	resp, err := s.http.Get(link)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("then GET answers %s", resp.Status)
	}
}

func TestNobodyIsLetInByNil(t *testing.T) {
	s := start(t, livepage.WithAuthorization(nil))
	if status, _ := s.get(""); status != http.StatusForbidden {
		t.Errorf("answers %d", status)
	}
	if got := s.page.URL(s.base); got != s.base {
		t.Errorf("the URL is %s", got)
	}
}

func TestNoClient(t *testing.T) {
	w := httptest.NewRecorder()
	livepage.Handler(nil).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	if w.Code != http.StatusServiceUnavailable {
		t.Errorf("answers %d", w.Code)
	}
}

func TestKeyFileOutlivesTheProcess(t *testing.T) {
	key := filepath.Join(t.TempDir(), "livepage.key")
	s := start(t, livepage.WithKeyFile(key))
	s.enter()
	restarted := livepage.Handler(s.client, livepage.WithKeyFile(key))
	s.server.Config.Handler = restarted
	if status, body := s.get("live/api/about"); status != http.StatusOK {
		t.Errorf("after a restart: %d %s", status, body)
	}
}

func TestSwitches(t *testing.T) {
	const path, body = "live/api/switch", `{"event":"login","on":false}`
	for _, tt := range []struct {
		name   string
		access livepage.Access
		method string
		body   string
		header http.Header
		want   int
	}{
		{"allowed", livepage.Access{Role: "admin", ChangeSwitches: true}, http.MethodPost, body, nil, http.StatusOK},
		{"not allowed", livepage.Access{}, http.MethodPost, body, nil, http.StatusForbidden},
		{"from another site", livepage.Access{ChangeSwitches: true}, http.MethodPost, body, http.Header{"Sec-Fetch-Site": {"cross-site"}}, http.StatusForbidden},
		{"from another origin", livepage.Access{ChangeSwitches: true}, http.MethodPost, body, http.Header{"Origin": {"https://attacker.example"}}, http.StatusForbidden},
		{"by GET", livepage.Access{ChangeSwitches: true}, http.MethodGet, "", nil, http.StatusMethodNotAllowed},
		{"no JSON", livepage.Access{ChangeSwitches: true}, http.MethodPost, "x", nil, http.StatusBadRequest},
		{"not declared", livepage.Access{ChangeSwitches: true}, http.MethodPost, `{"event":"x"}`, nil, http.StatusNotFound},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := start(t, livepage.WithAccess(tt.access))
			s.enter()
			if status, text := s.do(tt.method, path, tt.body, tt.header); status != tt.want {
				t.Errorf("answers %d %s, want %d", status, text, tt.want)
			}
			changed := tt.want == http.StatusOK
			if s.client.Switches().Event("login") == changed {
				t.Errorf("the switch is on: %v", !changed)
			}
			if strings.Contains(s.log.String(), "role=admin") != changed {
				t.Errorf("the log has\n%s", s.log)
			}
		})
	}
}

type userDocuments map[string][]bson.Raw

func (u userDocuments) UserDocuments(_ context.Context, user, _ string, _ int) ([]bson.Raw, string, error) {
	if user == "broken" {
		return nil, "", errors.New("secret")
	}
	return u[user], "further", nil
}

func TestTimeline(t *testing.T) {
	doc, err := bson.Marshal(bson.D{{Key: "_id", Value: "1"}, {Key: "event_type", Value: "login"}, {Key: "user_id", Value: "ada"}})
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, livepage.WithTimeline(userDocuments{"ada": {doc}}))
	s.enter()
	status, body := s.get("live/api/timeline?user=ada")
	var page struct {
		Events []struct{ Type, Document string }
		Next   string
	}
	if err := json.Unmarshal([]byte(body), &page); err != nil || status != http.StatusOK {
		t.Fatalf("%d %s: %v", status, body, err)
	}
	if len(page.Events) != 1 || page.Events[0].Type != "login" || page.Next != "further" || !strings.Contains(page.Events[0].Document, `"ada"`) {
		t.Errorf("got %+v", page)
	}
	if status, body := s.get("live/api/timeline?user=broken"); status != http.StatusBadGateway || strings.Contains(body, "secret") {
		t.Errorf("an error answers %d %s", status, body)
	}
	hidden := start(t, livepage.WithTimeline(userDocuments{"ada": {doc}}), livepage.WithAccess(livepage.Access{HideUsers: true}))
	hidden.enter()
	if status, _ := hidden.get("live/api/timeline?user=ada"); status != http.StatusForbidden {
		t.Errorf("one who may not see users gets %d", status)
	}
}

// TestTimelineShowsEveryDocument, whatever one of them is like.
func TestTimelineShowsEveryDocument(t *testing.T) {
	of := func(id string, at time.Time, data any) bson.Raw {
		doc, err := bson.Marshal(bson.D{{Key: "_id", Value: id}, {Key: "event_type", Value: "login"}, {Key: "user_id", Value: "ada"}, {Key: "timestamp", Value: at}, {Key: "event_data", Value: data}})
		if err != nil {
			t.Fatal(err)
		}
		return doc
	}
	many := make(bson.A, 4_000) // each is a line of the text
	for i := range many {
		many[i] = bson.D{}
	}
	now := time.Now()
	s := start(t, livepage.WithTimeline(userDocuments{"ada": {
		of("good", now, nil), of("late", time.Date(12_000, 1, 1, 0, 0, 0, 0, time.UTC), nil), of("early", time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC), nil),
		of("long", now, bson.D{{Key: "a", Value: bson.D{{Key: "b", Value: bson.D{{Key: "c", Value: many}}}}}}),
	}}))
	s.enter()
	status, body := s.get("live/api/timeline?user=ada")
	var page struct {
		Events []struct {
			ID, Document string
			Time         *time.Time
		}
	}
	if err := json.Unmarshal([]byte(body), &page); err != nil || status != http.StatusOK || len(page.Events) != 4 {
		t.Fatalf("%d, %d bytes, %d events: %v", status, len(body), len(page.Events), err)
	}
	for _, e := range page.Events {
		dated, whole := e.ID == "good" || e.ID == "long", e.ID != "long"
		if (e.Time != nil) != dated || (e.Document != "(too large to be shown)") != whole {
			t.Errorf("%s has the time %v and %d bytes of text", e.ID, e.Time, len(e.Document))
		}
	}
}
