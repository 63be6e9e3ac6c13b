// SPDX-License-Identifier: Apache-2.0

package livepage_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/exporterprom"
	"github.com/otelanalytics/otelanalytics-go/instruments/meterprovider"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/livepage"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

const shop = `
version: 1
redact: [password]
metrics:
  logins: {instrument: counter, attributes: {plan: {values: [free, pro]}}}
  revenue: {instrument: counter, number: double}
  seats: {instrument: gauge}
  latency: {instrument: histogram}
  visits: {instrument: counter, attributes: {page: {limit: 2}}}
  pro_visits: {instrument: counter}
events:
  visit: {record: [{metric: visits}]}
  login:
    data: {plan: {type: string}}
    record: [{metric: logins}]
  sale: {record: [{metric: revenue, value: amount}, {metric: seats, value: seats}, {metric: latency, value: amount}]}
  ping: {store: false, record: [{metric: logins}]}
  never: {}
`

// site is a client with a page, which a server serves below a prefix.
type site struct {
	t      *testing.T
	client *otelanalytics.Client
	page   *livepage.Page
	server *httptest.Server
	base   string
	http   *http.Client
	log    *servicetest.Log
	prom   *exporterprom.Exporter
}

func start(t *testing.T, options ...livepage.Option) *site {
	t.Helper()
	return startWith(t, shop, options...)
}

// startWith starts a site whose client has another event map.
func startWith(t *testing.T, eventMap string, options ...livepage.Option) *site {
	t.Helper()
	m := servicetest.Map(t, eventMap)
	s := &site{t: t, log: new(servicetest.Log)}
	store, err := eventstore.Open(t.Context(), memsink.New(), eventstore.Config{Storage: eventstore.Memory, Logger: s.log.Logger()})
	if err != nil {
		t.Fatal(err)
	}
	if s.prom, err = exporterprom.New(); err != nil {
		t.Fatal(err)
	}
	s.client, err = otelanalytics.New(m, otelanalytics.WithStore(store), otelanalytics.WithLogger(s.log.Logger()),
		otelanalytics.WithMeterProvider(meterprovider.New(m, sdkmetric.WithReader(s.prom.Reader()))))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.client.Shutdown(context.Background()) })
	s.page = livepage.Handler(s.client, append([]livepage.Option{livepage.WithMetrics(s.prom.Handler()), livepage.WithLogger(s.log.Logger())}, options...)...)
	mux := http.NewServeMux()
	mux.Handle("/debug/analytics/", s.page)
	mux.Handle("/stripped/", http.StripPrefix("/stripped", s.page))
	s.server = httptest.NewUnstartedServer(mux)
	s.server.Config.ConnState = func(c net.Conn, state http.ConnState) {
		if state == http.StateNew {
			_ = c.(*net.TCPConn).SetWriteBuffer(8 << 10) // so that a viewer that does not read is noticed soon
		}
	}
	s.server.Start()
	t.Cleanup(s.server.Close)
	s.base = s.server.URL + "/debug/analytics/"
	jar, _ := cookiejar.New(nil) // it never fails
	s.http = &http.Client{Jar: jar, Transport: &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, network, address)
		if err == nil {
			_ = c.(*net.TCPConn).SetReadBuffer(8 << 10)
		}
		return c, err
	}}}
	t.Cleanup(s.http.CloseIdleConnections)
	return s
}

// enter opens the page's URL as a browser does.
func (s *site) enter() {
	s.t.Helper()
	if status, body := s.get(""); status != http.StatusForbidden {
		s.t.Errorf("without a token: %d %s", status, body)
	}
	resp, err := s.http.Get(s.page.URL(s.base))
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK || resp.Request.URL.String() != s.base {
		s.t.Fatalf("with a token: %s at %s", resp.Status, resp.Request.URL)
	}
}

func (s *site) get(path string) (int, string) {
	s.t.Helper()
	return s.do(http.MethodGet, path, "", nil)
}

func (s *site) do(method, path, body string, header http.Header) (int, string) {
	s.t.Helper()
	req, err := http.NewRequest(method, s.base+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for k, v := range header {
		req.Header[k] = v
	}
	resp, err := s.http.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	if csp := resp.Header.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'; script-src 'self';") {
		s.t.Errorf("%s has the policy %q", path, csp)
	}
	return resp.StatusCode, string(text)
}

// stream is an open stream.
type stream struct {
	t    *testing.T
	body io.ReadCloser
	r    *bufio.Reader
}

func (s *site) stream(query string) *stream {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	s.t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base+"live/api/stream"+query, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	resp, err := s.http.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { resp.Body.Close() })
	if resp.StatusCode != http.StatusOK {
		s.t.Fatalf("the stream answers %s", resp.Status)
	}
	return &stream{s.t, resp.Body, bufio.NewReader(resp.Body)}
}

// next returns the data of the next message of a name; ok is false at the end of the stream.
func (st *stream) next(name string) (data string, ok bool) {
	found := false
	for {
		line, err := st.r.ReadString('\n')
		if err != nil {
			return "", false
		}
		if event, is := strings.CutPrefix(line, "event: "); is {
			found = strings.TrimSpace(event) == name
		}
		if d, is := strings.CutPrefix(line, "data: "); is && found {
			return d, true
		}
	}
}

type shownEvent struct {
	Type, Result, User, Session, Key, ID, Document, Error string
	Redacted                                              []string
	Moves                                                 []struct {
		Metric, How string
		Labels      []string
		By          float64
	}
}

// watching waits until events are taken: the hub begins with a tick.
func (s *site) watching(st *stream) {
	s.t.Helper()
	if _, ok := st.next("figures"); !ok {
		s.t.Fatal("the stream has no figures")
	}
}

func (s *site) track(e otelanalytics.Event) {
	s.t.Helper()
	if err := s.client.Track(s.t.Context(), e); err != nil {
		s.t.Fatal(err)
	}
}

// events reads n events of a stream.
func (st *stream) events(n int) (all []shownEvent) {
	st.t.Helper()
	for len(all) < n {
		data, ok := st.next("events")
		if !ok {
			st.t.Fatalf("the stream ended after %d events, want %d", len(all), n)
		}
		var news struct{ Events []shownEvent }
		if err := json.Unmarshal([]byte(data), &news); err != nil {
			st.t.Fatal(err)
		}
		all = append(all, news.Events...)
	}
	return all
}
