// SPDX-License-Identifier: Apache-2.0

package ingest_test

import (
	"bytes"
	"flag"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/ingest"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

const (
	key      = "write-key"
	jitsuKey = "key:secret" // Jitsu's client takes no other form
	eventMap = `version: 1
metrics: {orders: {instrument: counter}}
events:
  order_completed: {renamed_from: [Order Completed], record: [{metric: orders}]}
  identify: {renamed_from: [$identify]}
  page: {renamed_from: [$pageview]}
  screen: {}
  group: {renamed_from: [$groupidentify]}
  alias: {renamed_from: [$create_alias]}
  exception: {renamed_from: [$exception]}
  person: {renamed_from: [$set]}
  click: {renamed_from: [$autocapture]}
  page_left: {renamed_from: [$pageleave]}
`
)

// service is a server with the doors, which can be out of order for some requests.
type service struct {
	*analyticstest.Recorder
	t        *testing.T
	url      string
	fail     atomic.Int32 // so many more requests with events are answered with status
	status   int          // 0: the connection is reset; answerLost: it is reset, and the events were accepted
	requests atomic.Int32 // with events
	answered chan struct{}
}

// answerLost is a request that is accepted and whose sender is not told, as when the service is killed in between.
const answerLost = -1

func newService(t *testing.T, changes ...func(*ingest.Config)) *service {
	m := servicetest.Map(t, eventMap)
	s := &service{Recorder: analyticstest.New(t, m), t: t, status: http.StatusServiceUnavailable, answered: make(chan struct{}, 100)}
	cfg := ingest.Config{
		Sources: []ingest.Source{{Name: "shop", Kind: ingest.Public, Keys: []ingest.KeyHash{ingest.HashKey(key), ingest.HashKey(jitsuKey)}}},
	}
	for _, change := range changes {
		change(&cfg)
	}
	h, err := ingest.New(s.Client, cfg)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || strings.HasPrefix(r.URL.Path, "/flags") {
			h.ServeHTTP(w, r)
			return
		}
		s.requests.Add(1)
		defer func() {
			select {
			case s.answered <- struct{}{}:
			default: // nobody waits for so many
			}
		}()
		if s.fail.Add(-1) >= 0 {
			if s.status == answerLost {
				h.ServeHTTP(httptest.NewRecorder(), r)
			}
			if s.status <= 0 {
				reset(t, w)
				return
			}
			w.Header().Set("Retry-After", "1")
			if origin := r.Header.Get("Origin"); origin != "" { // as the doors say it
				w.Header().Set("Access-Control-Allow-Origin", origin)
				w.Header().Set("Access-Control-Expose-Headers", "Retry-After")
			}
			w.WriteHeader(s.status)
			return
		}
		h.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

// checkOrders: the one order is counted once.
func (s *service) checkOrders() {
	s.t.Helper()
	if n := s.Delta("orders"); n != 1 {
		s.t.Errorf("%v orders, want 1", n)
	}
}

// await waits until something is so, after requests with events.
func (s *service) await(what string, so func() bool) {
	s.t.Helper()
	late := time.After(time.Minute)
	for !so() {
		select {
		case <-s.answered:
		case <-late:
			s.t.Fatalf("%s: not within a minute", what)
		}
	}
}

// reset closes the connection of a request without an answer.
func reset(t *testing.T, w http.ResponseWriter) {
	c, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		t.Error(err)
		return
	}
	_ = c.(*net.TCPConn).SetLinger(0) // so that it is reset
	_ = c.Close()
}

// dir has the scripts of clients, and the clients.
var dir = flag.String("clients", "../../.build/ingest", "the directory with the clients of npm, which make ingest fills")

// node runs a client of npm, which ends when its events are sent.
func node(t *testing.T, script, url, key string, env ...string) {
	t.Helper()
	run(t, *dir, script, url, key, env...)
}

// run runs a script of a directory.
func run(t *testing.T, dir, script, url, key string, env ...string) {
	t.Helper()
	var out bytes.Buffer
	cmd := command(t, dir, script, url, key, env...)
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		t.Errorf("%s: %v\n%s", script, err, &out)
	}
	if out.Len() > 0 {
		t.Logf("%s\n%s", script, &out)
	}
}

// command returns the process of a script of a directory.
func command(t *testing.T, dir, script, url, key string, env ...string) *exec.Cmd {
	cmd := exec.CommandContext(t.Context(), "node", script, url, key)
	cmd.Env = append(os.Environ(), env...)
	cmd.Dir, cmd.WaitDelay = dir, time.Second
	return cmd
}
