// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
	"github.com/otelanalytics/otelanalytics-go/uniques/internal/bucket"
)

// TestNumbersAreThoseOfTheDocuments plays six weeks of several processes: events that are late, ahead, doubled, anonymous or
// without metrics. At any moment, each process reports what an exact count of the documents says.
func TestNumbersAreThoseOfTheDocuments(t *testing.T) {
	for _, c := range []struct {
		name      string
		processes int
		apart     time.Duration // the clocks
	}{
		{"one", 1, 0},
		{"two", 2, 0},
		{"eight", 8, 0},
		{"two, with clocks that are an hour apart", 2, time.Hour},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { sixWeeks(t, c.processes, c.apart) })
		})
	}
}

func sixWeeks(t *testing.T, n int, apart time.Duration) {
	random := rand.New(rand.NewPCG(uint64(n), uint64(apart)))
	w := newWorld(t)
	var processes []*process
	for i := range n {
		p := w.start(apart * time.Duration(i) / time.Duration(max(n-1, 1)))
		processes = append(processes, p)
	}
	for round := range 6 * 7 * 4 {
		time.Sleep(time.Duration(random.Int64N(int64(12 * bucket.Hour))))
		for range 5 {
			p := processes[random.IntN(n)]
			now := p.counter.config.now()
			happens := now
			var more []bson.E
			switch random.IntN(6) {
			case 0:
				happens = now.Add(-time.Duration(random.Int64N(int64(35 * bucket.Day))))
			case 1:
				happens = now.Add(time.Duration(random.Int64N(int64(3 * bucket.Day))))
			case 2:
				more = append(more, bson.E{Key: eventdoc.FieldMetrics, Value: random.IntN(2) == 0})
			}
			who := user(random.IntN(40 + 2*round))
			if random.IntN(10) == 0 {
				who = ""
			}
			e := event(who, happens, now, more...)
			if err := p.deliver(e, e); err != nil {
				t.Fatal(err)
			}
		}
		if err := processes[random.IntN(n)].counter.RollUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		if round%3 > 0 {
			continue
		}
		for i, p := range processes {
			between(t, w, p, processes, i, apart)
		}
	}
	records, err := w.records.List(t.Context(), sketchPrefix, time.Time{}, time.Time{})
	if err != nil || len(records) > 9*24+40+4*n+24*12*4 {
		t.Errorf("%d records are kept, %v", len(records), err)
	}
}

// between holds the numbers of a process between those of what has happened and of what happens within the tolerance, when all
// have saved.
func between(t *testing.T, w *world, p *process, all []*process, i int, apart time.Duration) {
	t.Helper()
	for _, q := range all {
		if err := q.counter.save(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	values, err := p.values()
	if err != nil {
		t.Fatal(err)
	}
	now := p.counter.config.now()
	for name, length := range windows {
		from := bucket.WindowOf(length, now).From()
		least, most := w.users(from, now.Add(-apart)), w.users(from, now.Add(5*time.Minute+apart))
		if values[name] < least || values[name] > most {
			t.Errorf("process %d at %v: %s is %d; an exact count says %d to %d", i, now, name, values[name], least, most)
		}
	}
}
