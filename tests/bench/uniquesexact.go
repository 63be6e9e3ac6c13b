// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// exactWindows are the windows that are read, and between which ages events lie: a sketch's window reaches back up to a day and an
// hour more, where there are none.
var exactWindows = []struct {
	name           string
	length         time.Duration
	newest, oldest time.Duration
}{
	{"daily", 24 * hour, 0, 23 * hour},
	{"weekly", 7 * 24 * hour, 26 * hour, 6 * 24 * hour},
	{"monthly", 30 * 24 * hour, 9 * 24 * hour, 29 * 24 * hour},
}

// uniquesExact reads three windows of tracked events by sketches, beside the exact aggregation of their documents.
func uniquesExact(b *run1) []Result {
	events, users := 10_000, 2_000 // of more, the embedded server does not tell within minutes
	if b.quick {
		events, users = 1_000, 200
	}
	ctx, server := context.Background(), mongotest.Start(b)
	var c *counted
	store := b.store(mongostore.Config{URI: server.URI(), Database: server.Database(b).Name(), Around: func(s *mongostore.Sink) (eventstore.Sink, error) {
		c = b.counted(s.Reader(), b.usersBy(1, 1))
		return c.counter.Around(s), nil
	}})
	client, e, random := b.client(store), loggedIn(), rand.New(rand.NewPCG(1, 2))
	track := func(user int, age time.Duration) {
		e.UserID, e.Time = fmt.Sprint("u-", user), time.Now().Add(-age)
		b.must(client.Track(ctx, e))
	}
	save := func() {
		b.must(store.Flush(ctx))
		b.must(c.counter.Save(ctx))
	}
	for i := range events {
		w := exactWindows[i%len(exactWindows)]
		track(random.IntN(users), w.newest+time.Duration(random.Int64N(int64(w.oldest-w.newest))))
	}
	save()
	b.must(c.counter.RollUp(ctx))
	c.monthly(users)

	var ours, peer []float64
	off := 0.0
	for round := range 3 {
		track(users+round, 0)
		save()
		began := time.Now()
		numbers, err := c.counter.Numbers(ctx)
		b.must(err)
		ours = append(ours, time.Since(began).Seconds()*1e3)
		began = time.Now()
		exact := make(map[string]float64)
		for _, w := range exactWindows {
			found, err := store.Reader().DistinctUsers(ctx, began.Add(-w.length), time.Time{})
			b.must(err)
			exact[w.name] = float64(found)
		}
		took := time.Since(began)
		peer = append(peer, took.Seconds()*1e3)
		for _, n := range numbers {
			off = max(off, math.Abs(float64(n.Value)/exact[n.Attributes[len(n.Attributes)-1]]-1))
		}
		if took > patience {
			break // it is the server that takes its time, and will again
		}
	}
	return []Result{ratio("uniques_exact", "ms", median(ours), median(peer), 1), figure("uniques_exact_error", "%", 100*off, 1.5)}
}
