// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/typed"
	"github.com/otelanalytics/otelanalytics-go/tests/bench/internal/login"
)

// tracker tracks a login, into a journal whose MongoDB is away: the writer does not compete for the cores.
func (b *run1) tracker() func() { return b.trackInto(b.store(mongostore.Config{URI: nowhere})) }

func (b *run1) trackInto(s *mongostore.Store) func() { return b.trackBy(b.client(s)) }

func (b *run1) trackBy(client *otelanalytics.Client) func() {
	e, ctx := loggedIn(), context.Background()
	return func() { b.must(client.Track(ctx, e)) }
}

// trackFloor is what a call cannot do without: one marshalling by the driver, one write(2) of the bytes, one addition.
func (b *run1) trackFloor() func() {
	f, err := os.Create(filepath.Join(b.TempDir(), "file"))
	b.must(err)
	b.Cleanup(func() { _ = f.Close() })
	add, doc := b.floor(), document()
	return func() {
		bytes, err := bson.Marshal(doc)
		b.must(err)
		_, err = f.Write(bytes)
		b.must(err)
		add()
	}
}

func track(b *run1) []Result {
	o, p := b.turns(serial(b.tracker()), serial(b.trackFloor()))
	return []Result{ratio("track", "ns", o, p, 0.9)}
}

// trackTyped compares the generated code with the map's way. Both make what they track in the call, as services do.
func trackTyped(b *run1) []Result {
	client := b.client(b.store(mongostore.Config{URI: nowhere}))
	events, err := login.New(client)
	b.must(err)
	ctx := context.Background()
	one := func() {
		b.must(events.UserLoggedIn.Track(ctx, login.UserLoggedIn{
			Meta:       typed.Meta{UserID: "u-17", SessionID: "s-1"},
			AuthMethod: login.AuthMethodEmail, AccountType: login.AccountTypePremium,
			N: typed.Int(3), Ratio: typed.Float64(0.5), First: typed.Bool(true),
		}))
	}
	o, p := b.turns(serial(one), serial(func() { b.must(client.Track(ctx, loggedIn())) }))
	r := ratio("track_typed", "ns", o, p, 0.85)
	allocations := testing.AllocsPerRun(1_000, one)
	r.Allocations = &allocations
	return []Result{r}
}

func trackParallel(b *run1) []Result {
	one := b.tracker()
	var all []Result
	for _, c := range []struct {
		name       string
		goroutines int
		bound      float64
	}{{"track_parallel", runtime.GOMAXPROCS(0), 1.2}, {"track_parallel_64", 64, 1}} {
		o, p := b.turns(parallel(c.goroutines, one), serial(one))
		all = append(all, ratio(c.name, perSecond, 1e9/o, 1e9/p, c.bound))
	}
	return all
}
