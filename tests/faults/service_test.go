// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
)

// service is a host in the test's own process.
type service struct {
	*host
	t     testing.TB
	log   *servicetest.Log
	url   string
	truth *truth
}

// start starts a service with a data directory of its own, unless the settings name one.
func start(t testing.TB, s settings) *service {
	t.Helper()
	if s.Dir == "" {
		s.Dir = t.TempDir()
	}
	log := new(servicetest.Log)
	h, err := newHost(t.Context(), s, log)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/metrics", h.page)
	server := httptest.NewServer(mux)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
		defer cancel()
		_ = h.client.Shutdown(ctx) // ErrPending where the test left something
		server.Close()
	})
	return &service{host: h, t: t, log: log, url: server.URL, truth: newTruth()}
}

// do does what an order says, and remembers what was said.
func (s *service) do(o order) {
	s.t.Helper()
	s.track(s.t.Context(), o, s.truth.heard)
}

// accepts is do, and all of the events must be accepted.
func (s *service) accepts(o order) {
	s.t.Helper()
	_, before := s.truth.numbers()
	s.do(o)
	if _, now := s.truth.numbers(); now > before {
		s.t.Fatalf("%d of the events %s were refused", now-before, o.Prefix)
	}
}

// flush delivers everything.
func (s *service) flush() {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 2*time.Minute)
	defer cancel()
	if err := s.client.Flush(ctx); err != nil {
		s.t.Fatalf("%v\n%s", err, s.log)
	}
}

// settled delivers everything, and holds the page and what is stored against the truth.
func (s *service) settled(stored func() map[string]int) page {
	s.t.Helper()
	s.flush()
	p := scrape(s.t, s.url)
	p.balanced(s.t)
	s.truth.check(s.t, stored(), 0)
	accepted, refused := s.truth.numbers()
	if p.Events("accepted") != int64(accepted) || p.Events("rejected") != int64(refused) || p.done() != int64(accepted) {
		s.t.Errorf("%d events were accepted and %d refused; the page says %d and %d, and %v for the event map's counter",
			accepted, refused, p.Events("accepted"), p.Events("rejected"), p.done())
	}
	return p
}
