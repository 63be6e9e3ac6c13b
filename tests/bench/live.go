// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"time"

	"github.com/otelanalytics/otelanalytics-go/livepage"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// watchable returns a client and the server of its live page, which lets everybody in.
func (b *run1) watchable(uri string) (*otelanalytics.Client, *httptest.Server) {
	client := b.client(b.store(mongostore.Config{URI: uri}))
	page := livepage.Handler(client, livepage.WithAuthorization(func(*http.Request) (livepage.Access, bool) { return livepage.Access{}, true }))
	server := httptest.NewServer(page)
	b.Cleanup(func() {
		page.Close()
		server.Close()
	})
	return client, server
}

// trackLive compares a call whose client has a live page that nobody looks at with one without.
func trackLive(b *run1) []Result {
	watched, _ := b.watchable(nowhere)
	o, p := b.turns(serial(b.trackBy(watched)), serial(b.tracker()))
	return []Result{ratio("track_live", "ns", o, p, 1.02)}
}

// viewers is how many look at the page.
const viewers = 3

// trackViewers tracks 10,000 events a second with three viewers, and as many with none, in turns of 100 calls.
func trackViewers(b *run1) []Result {
	uri := b.acknowledging()
	watched, server := b.watchable(uri)
	sides := [2]func(){b.trackBy(watched), b.trackInto(b.store(mongostore.Config{URI: uri}))}
	bursts := 1_000
	if b.quick {
		bursts = 200
	}
	steadily(sides, bursts/2)
	before := live()
	for range viewers {
		b.view(server.URL)
	}
	took := steadily(sides, bursts)
	memory := live() - before
	return []Result{
		ratio("track_viewers", "ns", median(took[0]), median(took[1]), 1.1),
		figure("live_memory", "MiB", float64(memory)/(1<<20), 16),
	}
}

// steadily makes 10,000 calls of each side a second, in bursts of 100, and returns the nanoseconds a call of each burst.
func steadily(sides [2]func(), bursts int) (took [2][]float64) {
	ticker := time.NewTicker(5 * time.Millisecond) // of which each side has every other one
	defer ticker.Stop()
	const calls = 100
	for i := range 2 * bursts {
		<-ticker.C
		began := time.Now()
		for range calls {
			sides[i%2]()
		}
		took[i%2] = append(took[i%2], float64(time.Since(began).Nanoseconds())/calls)
	}
	return took
}

// live returns how many bytes of the heap are in use.
func live() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// view reads the stream of a page until the run ends.
func (b *run1) view(url string) {
	ctx, cancel := context.WithCancel(context.Background())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/live/api/stream", nil)
	b.must(err)
	resp, err := http.DefaultClient.Do(r)
	b.must(err)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = io.Copy(io.Discard, resp.Body) // until cancel
	}()
	b.Cleanup(func() {
		cancel()
		<-ended
		_ = resp.Body.Close()
	})
}
