// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"log/slog"
	"math"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/uniques/internal/bucket"
	"github.com/otelanalytics/otelanalytics-go/uniques/internal/sketch"
	"github.com/otelanalytics/otelanalytics-go/uniques/recordstore"
)

// mixed returns a hash that is as good as one of a Hasher, and much cheaper: splitmix64.
func mixed(n uint64) uint64 {
	z := n * 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// month saves what so many events of so many users leave in thirty days: the users of each bucket are drawn, and not the events.
func month(t *testing.T, events, users float64) *recordstore.Memory {
	t.Helper()
	hasher, records, now := sketch.NewHasher([]byte("0123456789abcdef")), new(recordstore.Memory), time.Now()
	for hour := range 30 * 24 {
		at := now.Add(-time.Duration(hour) * time.Hour)
		p := place{"users", "", bucket.Place(at, now)}
		hours := p.bucket.Length.Hours()
		if hours > 1 && bucket.Place(at.Add(time.Hour), now) == p.bucket {
			continue // the day is drawn at its last hour
		}
		limit := uint64(-math.Expm1(-events/720*hours/users) * math.MaxUint64) // a user is in the bucket with this chance
		s := sketch.New()
		for user := range uint64(users) {
			if h := mixed(user + 1); mixed(h^uint64(p.bucket.Start.Unix())) < limit {
				s.Add(h)
			}
		}
		id := p.id(rolled)
		r := recordstore.Record{ID: id, Start: p.bucket.Start, Expires: now.Add(bucket.Day), Data: s.Append(nil, hasher.ID(), id)}
		if err := records.Put(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	return records
}

// TestReadingDoesNotGrowWithEvents: a reading of 100 million events takes what one of 10 million does, and both see the million of
// users.
func TestReadingDoesNotGrowWithEvents(t *testing.T) {
	if testing.Short() || raceEnabled {
		t.Skip("it takes seconds, and the race detector's readings say nothing about time")
	}
	const users = 1_000_000
	readers := make(map[float64]*process)
	best := make(map[float64]time.Duration)
	for _, events := range []float64{10_000_000, 100_000_000} {
		w := newWorld(t)
		p := &process{world: w, Store: month(t, events, users), left: -1}
		c, err := New(Config{Metrics: []Metric{{Name: "users", Windows: windows}}, Key: []byte("0123456789abcdef"), Records: p.Store, Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		p.counter, p.sink = c, c.Around(p)
		readers[events], best[events] = p, time.Hour
		began := time.Now()
		values, err := p.values()
		if err != nil || math.Abs(float64(values["monthly"])/users-1) > 0.015 {
			t.Errorf("%.0f events: %v, %v; there are %d users", events, values, err, users)
		}
		t.Logf("%.0f events: %v; the first reading takes %v", events, values, time.Since(began).Round(time.Millisecond))
	}
	for n := range 60 { // in turns
		for events, p := range readers {
			now := time.Now()
			if err := p.deliver(event(user(n), now, now)); err != nil {
				t.Fatal(err)
			}
			if err := p.counter.Save(t.Context()); err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			if _, err := p.values(); err != nil {
				t.Fatal(err)
			}
			best[events] = min(best[events], time.Since(began))
		}
	}
	few, many := best[10_000_000], best[100_000_000]
	t.Logf("a warm reading takes %v of 10 million events, %v of 100 million", few, many)
	if many > few*6/5 || many > 50*time.Millisecond {
		t.Errorf("a reading takes %v of 10 million events, %v of 100 million", few, many)
	}
}
