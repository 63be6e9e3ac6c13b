// SPDX-License-Identifier: Apache-2.0

package httpinstr_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
	"github.com/otelanalytics/otelanalytics-go/httpinstr"
)

func TestWhatIsRecorded(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /plain/{id}", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok") })
	mux.HandleFunc("/any/", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("POST /status/{code}", func(w http.ResponseWriter, r *http.Request) {
		var code int
		fmt.Sscan(r.PathValue("code"), &code)
		w.WriteHeader(code)
	})
	mux.HandleFunc("POST /hints", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusEarlyHints)
		w.WriteHeader(http.StatusAccepted)
		w.WriteHeader(http.StatusTeapot) // too late
	})
	mux.HandleFunc("POST /read", func(_ http.ResponseWriter, r *http.Request) { io.Copy(io.Discard, r.Body) })
	mux.HandleFunc("POST /ignore", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("POST /form", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.FormValue("a")) })
	chunked := func(n int) io.Reader {
		return io.MultiReader(strings.NewReader(strings.Repeat("x", n)), strings.NewReader(""))
	}
	for _, c := range []struct {
		name, method, path string
		body               io.Reader
		want               recorded
	}{
		{"pattern", "GET", "/plain/17", nil, recorded{Endpoint: "/plain/{id}", Method: "GET", Status: 200}},
		{"HEAD of a GET route", "HEAD", "/plain/17", nil, recorded{Endpoint: "/plain/{id}", Method: "HEAD", Status: 200}},
		{"prefix, nothing written", "DELETE", "/any/thing/at/all", nil, recorded{Endpoint: "/any/", Method: "DELETE", Status: 200}},
		{"status", "POST", "/status/503", nil, recorded{Endpoint: "/status/{code}", Method: "POST", Status: 503}},
		{"the first final status counts", "POST", "/hints", nil, recorded{Endpoint: "/hints", Method: "POST", Status: 202}},
		{"no route", "GET", "/nowhere/17", nil, recorded{Endpoint: "unmatched", Method: "GET", Status: 404}},
		{"no such method", "PUT", "/plain/17", nil, recorded{Endpoint: "unmatched", Method: "PUT", Status: 405}},
		{"method that HTTP does not know", "BREW", "/any/x", nil, recorded{Endpoint: "/any/", Method: "_OTHER", Status: 200}},
		{"body of a known length", "POST", "/read", strings.NewReader("12345"), recorded{Endpoint: "/read", Method: "POST", Status: 200, Size: 5}},
		{"body of a known length that nobody reads", "POST", "/ignore", strings.NewReader("12345"), recorded{Endpoint: "/ignore", Method: "POST", Status: 200}},
		{"body of an unknown length", "POST", "/read", chunked(70_000), recorded{Endpoint: "/read", Method: "POST", Status: 200, Size: 70_000}},
	} {
		for _, http2 := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, HTTP/2 %v", c.name, http2), func(t *testing.T) {
				rec, server := site(t, mux, http2)
				if s, ok := c.body.(io.Seeker); ok {
					s.Seek(0, io.SeekStart)
				} else if c.body != nil {
					c.body = chunked(70_000)
				}
				send(t, server, c.method, c.path, c.body)
				got := rec.take(t, 1)[0]
				if got.duration <= 0 || got.duration > 60 {
					t.Errorf("duration %v s", got.duration)
				}
				got.duration = 0
				c.want.Entry = "request"
				if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(recorded{})); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		}
	}
}

func TestActor(t *testing.T) {
	var got eventctx.Actor
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(_ http.ResponseWriter, r *http.Request) {
		type other struct{}
		// What handlers derive, and what others put in, keep the actor.
		ctx, cancel := context.WithCancel(context.WithValue(r.Context(), other{}, 1))
		defer cancel()
		got = eventctx.FromContext(ctx)
	})
	ask := func(r *http.Request) eventctx.Actor {
		return eventctx.Actor{UserID: r.Header.Get("user"), SessionID: r.Header.Get("session")}
	}
	before := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r.WithContext(eventctx.WithActor(r.Context(), eventctx.Actor{UserID: "before", Platform: "web"})))
		})
	}
	rec := &recorder{}
	for _, c := range []struct {
		name    string
		handler http.Handler
		headers map[string]string
		want    eventctx.Actor
	}{
		{"from the function", httpinstr.Middleware(rec, "x", httpinstr.WithActor(ask))(mux), map[string]string{"user": "u", "session": "s"}, eventctx.Actor{UserID: "u", SessionID: "s"}},
		{"what it leaves out is the context's", before(httpinstr.Middleware(rec, "x", httpinstr.WithActor(ask))(mux)), map[string]string{"session": "s"}, eventctx.Actor{UserID: "before", SessionID: "s", Platform: "web"}},
		{"it says nothing", before(httpinstr.Middleware(rec, "x", httpinstr.WithActor(ask))(mux)), nil, eventctx.Actor{UserID: "before", Platform: "web"}},
		{"without the option", before(httpinstr.Middleware(rec, "x")(mux)), map[string]string{"user": "u"}, eventctx.Actor{UserID: "before", Platform: "web"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			for k, v := range c.headers {
				r.Header.Set(k, v)
			}
			c.handler.ServeHTTP(httptest.NewRecorder(), r)
			if got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
			if recorded := rec.take(t, 1)[0].actor; recorded != c.want {
				t.Errorf("recorded for %+v, want %+v", recorded, c.want)
			}
		})
	}
}

func TestOptions(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { httpinstr.SetRoute(r.Context(), "/orders/:id") })
	rec, server := site(t, mux, false, nil, httpinstr.WithEntry("asked"), httpinstr.WithExcluded("/metrics", "/healthz"), httpinstr.WithExcluded("/readyz", "/live/", "/{$}"))
	for _, path := range []string{"/metrics", "/healthz", "/readyz", "/", "/live/", "/live/api/stream", "/metrics/x"} {
		send(t, server, http.MethodGet, path, nil)
	}
	got := rec.take(t, 1)
	if len(got) != 1 || got[0].Entry != "asked" || got[0].Endpoint != "/orders/:id" {
		t.Errorf("%+v", got)
	}
	httpinstr.SetRoute(t.Context(), "/nobody/listens")
}

func TestFormsAreRemoved(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(_ http.ResponseWriter, r *http.Request) {
		if err := r.ParseMultipartForm(1); err != nil {
			t.Error(err)
		}
	})
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--b--\r\n"))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
	httpinstr.Middleware(&recorder{}, "x")(mux).ServeHTTP(httptest.NewRecorder(), r)
	if r.MultipartForm == nil {
		t.Error("net/http does not see the form, and cannot remove its files")
	}
}
