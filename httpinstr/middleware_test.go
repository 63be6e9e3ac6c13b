// SPDX-License-Identifier: Apache-2.0

package httpinstr_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
	"github.com/otelanalytics/otelanalytics-go/httpinstr"
)

// recorded is what the middleware records about one request.
type recorded struct {
	Entry, Method, Endpoint string
	Status                  int32
	Size                    int64
	duration                float64
}

// recorder remembers what it is given.
type recorder struct {
	mu  sync.Mutex
	all []recorded
}

func (r *recorder) Record(_ context.Context, entry string, data any) error {
	doc, err := data.(interface {
		AppendBSON([]byte) ([]byte, error)
	}).AppendBSON(nil)
	if err != nil {
		return err
	}
	raw := bson.Raw(doc)
	if err := raw.Validate(); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = append(r.all, recorded{
		Entry: entry, Method: raw.Lookup("method").StringValue(), Endpoint: raw.Lookup("endpoint").StringValue(),
		Status: raw.Lookup("status").Int32(), Size: raw.Lookup("size").Int64(), duration: raw.Lookup("duration").Double(),
	})
	return nil
}

// take returns what was recorded once there are n, and forgets it.
func (r *recorder) take(t *testing.T, n int) []recorded {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; {
		r.mu.Lock()
		if len(r.all) >= n {
			all := r.all
			r.all = nil
			r.mu.Unlock()
			return all
		}
		r.mu.Unlock()
		if time.Now().After(deadline) {
			t.Fatalf("not %d requests recorded", n)
		}
	}
}

// site is a server with the middleware in front of a mux.
func site(t *testing.T, mux http.Handler, http2 bool, options ...httpinstr.Option) (*recorder, *httptest.Server) {
	t.Helper()
	rec := &recorder{}
	server := httptest.NewUnstartedServer(httpinstr.Middleware(rec, "site", options...)(mux))
	server.Config.ErrorLog = nil
	if http2 {
		server.EnableHTTP2 = true
		server.StartTLS()
	} else {
		server.Start()
	}
	t.Cleanup(server.Close)
	return rec, server
}

func send(t *testing.T, s *httptest.Server, method, path string, body io.Reader) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequest(method, s.URL+path, body)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := s.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(text)
}

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
		{"body of a known length that nobody reads", "POST", "/ignore", strings.NewReader("12345"), recorded{Endpoint: "/ignore", Method: "POST", Status: 200, Size: 5}},
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

func TestPanics(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/before", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	mux.HandleFunc("/after", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusAccepted)
		panic(http.ErrAbortHandler)
	})
	rec, server := site(t, mux, false)
	for path, want := range map[string]int32{"/before": 500, "/after": 202} {
		req, _ := http.NewRequest(http.MethodGet, server.URL+path, nil)
		if resp, err := server.Client().Do(req); err == nil {
			resp.Body.Close()
			if want == 500 {
				t.Errorf("%s: the panic went no further", path)
			}
		}
		if got := rec.take(t, 1)[0]; got.Status != want || got.Endpoint != path {
			t.Errorf("%s: %+v, want status %d", path, got, want)
		}
	}
}

// What handlers can do with a ResponseWriter they can do through the middleware.
func TestResponseWriter(t *testing.T) {
	mux := http.NewServeMux()
	released := make(chan struct{})
	mux.HandleFunc("/stream", func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "first")
		w.(http.Flusher).Flush()
		<-released
		io.WriteString(w, " last")
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
	})
	mux.HandleFunc("/copy", func(w http.ResponseWriter, _ *http.Request) {
		n, err := io.Copy(w, strings.NewReader("copied"))
		if n != 6 || err != nil {
			t.Error(n, err)
		}
		if _, ok := w.(io.ReaderFrom); !ok {
			t.Error("no io.ReaderFrom")
		}
	})
	mux.HandleFunc("/deadline", func(w http.ResponseWriter, _ *http.Request) {
		c := http.NewResponseController(w)
		if err := errors.Join(c.SetReadDeadline(time.Now().Add(time.Hour)), c.SetWriteDeadline(time.Now().Add(time.Hour))); err != nil {
			t.Error(err)
		}
	})
	mux.HandleFunc("/hijack", func(w http.ResponseWriter, r *http.Request) {
		conn, rw, err := w.(http.Hijacker).Hijack()
		if r.ProtoMajor == 2 {
			if !errors.Is(err, http.ErrNotSupported) {
				t.Errorf("hijacked HTTP/2: %v", err)
			}
			w.WriteHeader(http.StatusNotImplemented)
			return
		}
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		rw.WriteString("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
		rw.Flush()
		line, _ := rw.ReadString('\n')
		rw.WriteString(line)
		rw.Flush()
	})
	for _, http2 := range []bool{false, true} {
		t.Run(fmt.Sprintf("HTTP/2 %v", http2), func(t *testing.T) {
			rec, server := site(t, mux, http2)
			released = make(chan struct{})
			resp, err := server.Client().Get(server.URL + "/stream")
			if err != nil {
				t.Fatal(err)
			}
			first := make([]byte, 5)
			if _, err := io.ReadFull(resp.Body, first); err != nil || string(first) != "first" {
				t.Errorf("%q, %v before the handler returned", first, err)
			}
			close(released)
			rest, _ := io.ReadAll(resp.Body)
			resp.Body.Close()
			if string(rest) != " last" || (resp.ProtoMajor == 2) != http2 {
				t.Errorf("%q over %s", rest, resp.Proto)
			}
			if got := rec.take(t, 1)[0]; got.Status != 200 || got.Endpoint != "/stream" {
				t.Errorf("%+v", got)
			}
			for _, path := range []string{"/copy", "/deadline"} {
				send(t, server, http.MethodGet, path, nil)
				if got := rec.take(t, 1)[0]; got.Status != 200 || got.Endpoint != path {
					t.Errorf("%+v", got)
				}
			}
			want := int32(http.StatusNotImplemented)
			if http2 {
				send(t, server, http.MethodGet, "/hijack", nil)
			} else {
				want = http.StatusSwitchingProtocols
				echo(t, server)
			}
			if got := rec.take(t, 1)[0]; got.Status != want || got.Endpoint != "/hijack" {
				t.Errorf("%+v, want %d", got, want)
			}
		})
	}
}

// echo upgrades a connection and has a line sent back.
func echo(t *testing.T, server *httptest.Server) {
	t.Helper()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET /hijack HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nhello\n")
	text, _ := io.ReadAll(bufio.NewReader(conn))
	if !strings.HasPrefix(string(text), "HTTP/1.1 101") || !strings.HasSuffix(string(text), "hello\n") {
		t.Errorf("%q", text)
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
	for _, c := range []struct {
		name    string
		handler http.Handler
		headers map[string]string
		want    eventctx.Actor
	}{
		{"from the function", httpinstr.Middleware(&recorder{}, "x", httpinstr.WithActor(ask))(mux), map[string]string{"user": "u", "session": "s"}, eventctx.Actor{UserID: "u", SessionID: "s"}},
		{"what it leaves out is the context's", before(httpinstr.Middleware(&recorder{}, "x", httpinstr.WithActor(ask))(mux)), map[string]string{"session": "s"}, eventctx.Actor{UserID: "before", SessionID: "s", Platform: "web"}},
		{"it says nothing", before(httpinstr.Middleware(&recorder{}, "x", httpinstr.WithActor(ask))(mux)), nil, eventctx.Actor{UserID: "before", Platform: "web"}},
		{"without the option", before(httpinstr.Middleware(&recorder{}, "x")(mux)), map[string]string{"user": "u"}, eventctx.Actor{UserID: "before", Platform: "web"}},
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
		})
	}
}

func TestOptions(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { httpinstr.SetRoute(r.Context(), "/orders/:id") })
	rec, server := site(t, mux, false, nil, httpinstr.WithEntry("asked"), httpinstr.WithExcluded("/metrics", "/healthz"), httpinstr.WithExcluded("/readyz"))
	for _, path := range []string{"/metrics", "/healthz", "/readyz", "/metrics/x"} {
		send(t, server, http.MethodGet, path, nil)
	}
	got := rec.take(t, 1)
	if len(got) != 1 || got[0].Entry != "asked" || got[0].Endpoint != "/orders/:id" {
		t.Errorf("%+v", got)
	}
	httpinstr.SetRoute(t.Context(), "/nobody/listens")
}

// TestStandardMetrics looks at what otelhttp makes: the route is there, and nothing of the Host header.
func TestStandardMetrics(t *testing.T) {
	reader := sdkmetric.NewManualReader()
	provider := sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /orders/{id}", func(http.ResponseWriter, *http.Request) {})
	rec := &recorder{}
	h := httpinstr.Middleware(rec, "shop", httpinstr.WithOTelHTTP(otelhttp.WithMeterProvider(provider)))(mux)
	for i := range 50 {
		r := httptest.NewRequest(http.MethodGet, fmt.Sprintf("/orders/%d", i), nil)
		r.Host = fmt.Sprintf("host-%d.example.com:%d", i, 1000+i)
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	var all metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	found := false
	for _, m := range all.ScopeMetrics[0].Metrics {
		data, ok := m.Data.(metricdata.Histogram[float64])
		if m.Name != "http.server.request.duration" || !ok {
			continue
		}
		found = true
		if len(data.DataPoints) != 1 || data.DataPoints[0].Count != 50 {
			t.Fatalf("%d series", len(data.DataPoints))
		}
		attributes := data.DataPoints[0].Attributes
		for key, want := range map[string]string{"http.route": "/orders/{id}", "server.address": "shop", "http.request.method": "GET"} {
			if v, _ := attributes.Value(attribute.Key(key)); v.String() != want {
				t.Errorf("%s is %q, want %q: %v", key, v.String(), want, attributes.ToSlice())
			}
		}
	}
	if !found {
		t.Error("otelhttp's duration is not there")
	}
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

func TestTransport(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "ok") }))
	defer server.Close()
	reader := sdkmetric.NewManualReader()
	client := &http.Client{Transport: httpinstr.Transport(nil, otelhttp.WithMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))))}
	resp, err := client.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
	var all metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &all); err != nil || len(all.ScopeMetrics) == 0 || all.ScopeMetrics[0].Metrics[0].Name != "http.client.request.body.size" && len(all.ScopeMetrics[0].Metrics) < 2 {
		t.Errorf("%+v, %v", all.ScopeMetrics, err)
	}
}
