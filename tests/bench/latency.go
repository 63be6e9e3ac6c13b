// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/posthog/posthog-go"
	analytics "github.com/segmentio/analytics-go/v3"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// What the cases of latency do: so many goroutines make so many calls a second, all of them together.
const (
	latencyGoroutines = 4
	latencyRate       = 40_000
)

// trackP99 times single calls at a steady rate, into a server that acknowledges what it gets, beside calls that keep the
// event in memory. Each goroutine makes both calls in turns, so that what runs beside them is the same for both: the two
// clients' background work, the collector of garbage, and whoever else is on the machine.
func trackP99(b *run1) []Result {
	segment := b.segment()
	ours, peer := b.latencies(segment)
	p99 := ratio("track_p99", "ns", quantile(ours, .99), quantile(peer, .99), 0.7)
	p99.missed = true
	results := []Result{p99, ratio("track_p999", "ns", quantile(ours, .999), quantile(peer, .999), 0)}
	posthog := b.posthog()
	ours, peer = b.latencies(posthog)
	return append(results,
		ratio("track_p99_posthog", "ns", quantile(ours, .99), quantile(peer, .99), 0),
		ratio("track_p999_posthog", "ns", quantile(ours, .999), quantile(peer, .999), 0),
	)
}

// segment returns a call of Segment's client.
func (b *run1) segment() func() {
	client, err := analytics.NewWithConfig("key", analytics.Config{Endpoint: b.sink(), Logger: quiet{}})
	b.must(err)
	b.Cleanup(func() { _ = client.Close() })
	data := analytics.Properties(payload())
	return func() {
		b.must(client.Enqueue(analytics.Track{UserId: "u-17", Event: "user_logged_in", Properties: data}))
	}
}

// posthog returns a call of PostHog's client.
func (b *run1) posthog() func() {
	client, err := posthog.NewWithConfig("key", posthog.Config{Endpoint: b.sink(), Logger: quiet{}})
	b.must(err)
	b.Cleanup(func() { _ = client.Close() })
	data := posthog.Properties(payload())
	return func() {
		b.must(client.Enqueue(posthog.Capture{DistinctId: "u-17", Event: "user_logged_in", Properties: data}))
	}
}

// acknowledging starts a server that says of each document that it is stored.
func (b *run1) acknowledging() (uri string) {
	server := wireserver.Start(b)
	server.Script(func(c wireserver.Command) wireserver.Action {
		if c.Name == "insert" {
			return wireserver.Answer(bson.D{{Key: "ok", Value: 1.0}, {Key: "n", Value: int32(len(c.Documents))}})
		}
		return wireserver.Proceed
	})
	return server.URI()
}

// latencies returns how long calls took, in nanoseconds.
func (b *run1) latencies(theirs func()) (ours, peer []float64) {
	store := b.store(mongostore.Config{URI: b.acknowledging(), WithoutIndexes: true})
	track := b.trackInto(store)
	calls := latencyRate * 10 / latencyGoroutines
	if b.quick {
		calls = latencyRate / latencyGoroutines
	}
	const interval = time.Second * latencyGoroutines / latencyRate
	var took [latencyGoroutines][2][]float64
	sides := [2]func(){track, theirs}
	var all sync.WaitGroup
	for g := range took {
		for side := range sides {
			took[g][side] = make([]float64, 0, calls)
		}
		all.Go(func() {
			warm := calls / 10
			began := time.Now()
			for i := range warm + calls {
				if wait := time.Until(began.Add(time.Duration(i) * interval)); wait > 0 {
					time.Sleep(wait)
				}
				for k := range sides {
					side := (i + k) % 2
					at := time.Now()
					sides[side]()
					if d := time.Since(at); i >= warm {
						took[g][side] = append(took[g][side], float64(d.Nanoseconds()))
					}
				}
			}
		})
	}
	all.Wait()
	b.must(store.Flush(context.Background()))
	b.abandon(store)
	for g := range took {
		ours, peer = append(ours, took[g][0]...), append(peer, took[g][1]...)
	}
	slices.Sort(ours)
	slices.Sort(peer)
	return ours, peer
}
