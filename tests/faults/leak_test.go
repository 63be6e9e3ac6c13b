// SPDX-License-Identifier: Apache-2.0

//go:build linux

package faults

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// TestNothingLeaks opens and closes a hundred services, half of them while MongoDB is away, and looks for goroutines and
// open files that are left.
func TestNothingLeaks(t *testing.T) {
	server := wireserver.Start(t)
	dir := t.TempDir()
	truth := newTruth()
	cycle := func(i int) {
		h, err := newHost(t.Context(), settings{URI: server.ImpatientURI(), Dir: dir}, new(servicetest.Log))
		if err != nil {
			t.Fatal(err)
		}
		h.track(t.Context(), order{Prefix: time.Now().String(), Number: 3, Pad: 10, Ack: "synced"}, truth.heard)
		limit := 10 * time.Second
		if i%2 == 1 {
			server.Down()
			defer server.Up()
			limit = time.Millisecond
		}
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		defer cancel()
		if err := h.client.Shutdown(ctx); err != nil && !errors.Is(err, otelanalytics.ErrPending) {
			t.Error(err)
		}
	}
	open := func() int {
		entries, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		return len(entries)
	}
	cycle(0)
	server.Down()
	ignore := goleak.IgnoreCurrent()
	before := open()
	server.Up()
	for i := range 100 {
		cycle(i)
	}
	last := start(t, settings{URI: server.ImpatientURI(), Dir: dir})
	last.flush()
	scrape(t, last.url).balanced(t)
	if err := last.client.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	truth.check(t, storedOf(server.Documents()), 0)
	server.Down()
	goleak.VerifyNone(t, ignore, goleak.IgnoreAnyFunction("net/http.(*Server).Serve"), goleak.IgnoreAnyFunction("net/http.(*persistConn).readLoop"),
		goleak.IgnoreAnyFunction("net/http.(*persistConn).writeLoop"), goleak.IgnoreAnyFunction("net/http.(*conn).serve"))
	// The page's server, its listener and its connection.
	if after := open(); after > before+4 {
		t.Errorf("%d files open before, %d after a hundred cycles", before, after)
	}
}
