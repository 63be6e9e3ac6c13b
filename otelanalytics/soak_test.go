// SPDX-License-Identifier: Apache-2.0

//go:build soak && linux

package otelanalytics_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

var soakFor = flag.Duration("soak", 10*time.Minute, "how long TestSoak runs")

// soakRate is how many calls a second are made: below what the embedded server takes even after ten minutes,
// when it has to read 200,000 documents to find out which of a batch it had before it was killed.
const soakRate = 600

// sample is what the process holds at one time.
type sample struct {
	heap        uint64 // bytes in use after a collection
	goroutines  int
	descriptors int
}

func (s sample) String() string {
	return fmt.Sprintf("heap %.1f MiB, %d goroutines, %d descriptors", float64(s.heap)/(1<<20), s.goroutines, s.descriptors)
}

// TestSoak tracks in every way that there is, scrapes, and takes MongoDB away once a minute. What the process
// holds must not grow from the second quarter of the time to the last.
func TestSoak(t *testing.T) {
	server := mongotest.Start(t)
	s := start(t, server,
		otelanalytics.WithBeforeTrack(func(_ context.Context, e *otelanalytics.Event) bool { return e.UserID != "bot" }),
		otelanalytics.WithKeyWindow(10_000))
	ctx, cancel := context.WithTimeout(t.Context(), *soakFor)
	defer cancel()

	var tracked atomic.Int64
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for tick := time.NewTicker(time.Second / (soakRate / 4 / 10)); ; {
				select {
				case <-ctx.Done():
					tick.Stop()
					return
				case <-tick.C:
					tracked.Add(soakTrack(t, s.client))
				}
			}
		})
	}
	wg.Go(func() {
		for tick := time.NewTicker(time.Second); ; {
			select {
			case <-ctx.Done():
				tick.Stop()
				return
			case <-tick.C:
				s.page("")
				s.client.Health(ctx)
			}
		}
	})
	var samples []sample
	for tick, n := time.NewTicker(max(*soakFor/120, time.Second)), 0; ctx.Err() == nil; n++ {
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
		if server.CanStop() && n%12 == 6 {
			server.Kill()
		}
		if server.CanStop() && n%12 == 8 {
			server.Start()
		}
		if n%12 == 4 { // MongoDB has been there for a while: nothing is pending
			samples = append(samples, take(t))
			t.Logf("%d tracked, %d pending: %v", tracked.Load(), s.client.Stats().Pending, samples[len(samples)-1])
		}
	}
	wg.Wait()
	if server.CanStop() {
		server.Kill()
		server.Start()
	}
	patience, done := context.WithTimeout(t.Context(), 5*time.Minute)
	defer done()
	if err := s.client.Flush(patience); err != nil {
		t.Fatal(err)
	}
	s.balanced()
	st := s.client.Stats()
	t.Logf("%+v", st)
	if st.Accepted != tracked.Load() || st.Stored != st.Accepted || st.Lost != 0 || st.Quarantined != 0 {
		t.Errorf("%d tracked, and %+v", tracked.Load(), st)
	}
	if len(samples) < 4 {
		t.Fatalf("%d samples are too few to tell: give -soak more time", len(samples))
	}
	quarter := len(samples) / 4
	early, late := median(samples[quarter:2*quarter]), median(samples[len(samples)-quarter:])
	t.Logf("second quarter: %v; last quarter: %v", early, late)
	if late.heap > early.heap+early.heap/10+4<<20 || late.goroutines > early.goroutines+2 || late.descriptors > early.descriptors+2 {
		t.Errorf("the process grows: %v in the second quarter, %v in the last", early, late)
	}
}

// soakTrack tracks ten events and returns how many of them must be stored.
func soakTrack(t *testing.T, c *otelanalytics.Client) (stored int64) {
	ctx := context.Background()
	user := fmt.Sprint("u-", rand.IntN(100_000))
	login := otelanalytics.Event{Type: "user_logged_in", UserID: user, Data: map[string]any{"auth_method": "email", "at": time.Now()}}
	order := otelanalytics.Event{Type: "order.placed", UserID: user, Key: user + fmt.Sprint(rand.Uint64()), Data: map[string]any{
		"total": map[string]any{"amount": rand.Float64() * 100}, "cart": []any{1, 2, 3},
	}}
	unknown := otelanalytics.Event{Type: fmt.Sprint("page.", rand.IntN(1_000)), UserID: user}
	bot := otelanalytics.Event{Type: "user_logged_in", UserID: "bot"}
	for _, err := range []error{
		c.Track(ctx, login),
		c.Track(ctx, order),
		c.Track(ctx, order), // the same key
		c.Track(ctx, bot),
		c.Module(fmt.Sprint("m", rand.IntN(3))).Track(ctx, unknown),
		c.TrackBatch(ctx, []otelanalytics.Event{login, login, unknown, bot}, otelanalytics.WithAck(otelanalytics.AckSynced)),
		c.Record(ctx, "request", map[string]any{"method": fmt.Sprint(rand.IntN(1_000))}),
	} {
		if err != nil {
			t.Error(err)
		}
	}
	return 6
}

func take(t *testing.T) sample {
	t.Helper()
	runtime.GC()
	runtime.GC() // the second empties the pools
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return sample{m.HeapInuse, runtime.NumGoroutine(), len(open)}
}

func median(samples []sample) sample {
	of := func(value func(sample) uint64) uint64 {
		all := make([]uint64, len(samples))
		for i, s := range samples {
			all[i] = value(s)
		}
		slices.Sort(all)
		return all[len(all)/2]
	}
	return sample{
		heap:        of(func(s sample) uint64 { return s.heap }),
		goroutines:  int(of(func(s sample) uint64 { return uint64(s.goroutines) })),
		descriptors: int(of(func(s sample) uint64 { return uint64(s.descriptors) })),
	}
}
