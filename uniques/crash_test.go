// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// life is what a process does that dies in the middle of it: it delivers what is new and what has waited for an hour, some of it
// twice, saves, renews its lease, and rolls up.
func life(p *process) {
	ctx := p.counter.ctx
	for round := range 3 { // the first save, one that replaces it, and one after a roll-up
		var lost []eventstore.Event
		for i := range 2 {
			n, now := round*10+i, time.Now()
			waited := now.Add(-time.Hour)
			for _, batch := range [][]eventstore.Event{
				{event(user(n), now, now), event(user(n+100), now.Add(-50*time.Hour), now), event(user(n+200), now.Add(-20*24*time.Hour), now)},
				{event(user(n+300), waited, waited)},
			} {
				if p.deliver(batch...) != nil {
					lost = append(lost, batch...)
				}
			}
			time.Sleep(time.Second)
		}
		_ = p.counter.save(ctx)
		time.Sleep(3 * time.Minute)
		_ = p.counter.RollUp(ctx)
		_ = p.deliver(lost...)
	}
}

// TestDeathAtEveryOperation: a process and its disk are lost at each of its operations on the database, before and after it.
// The one that is left finds what is missing.
func TestDeathAtEveryOperation(t *testing.T) {
	for _, c := range []struct {
		name               string
		busy, lossy, flaky bool
	}{
		{name: "alone"},
		{name: "the lease is renewed at each moment", busy: true},
		{name: "answers are lost", lossy: true},
		{name: "sketches are not taken", flaky: true},
		{name: "all of it", busy: true, lossy: true, flaky: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			begin := func(w *world, at int, after bool) *process {
				p := w.start(0)
				p.left, p.after = at, after
				p.busy, p.lossy, p.flaky = c.busy, c.lossy, c.flaky
				p.counter.start()
				return p
			}
			operations := 0
			synctest.Test(t, func(t *testing.T) {
				p := begin(newWorld(t), -1, false)
				life(p)
				p.kill()
				operations = p.done
			})
			if operations < 40 {
				t.Fatalf("a life has %d operations", operations)
			}
			for at := range operations {
				for _, after := range []bool{false, true} {
					synctest.Test(t, func(t *testing.T) {
						w := newWorld(t)
						survivor := w.start(0)
						survivor.counter.start()
						p := begin(w, at, after)
						life(p)
						p.kill()
						time.Sleep(leaseTime + 3*leaseEvery)
						survivor.agree(fmt.Sprintf("death at operation %d of %d, after it: %v", at, operations, after))
						survivor.kill()
					})
				}
			}
		})
	}
}

// TestDeathWhileRebuilding: the process that counts again what another has left dies, too, at each of its operations.
func TestDeathWhileRebuilding(t *testing.T) {
	for at := range 25 {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			now := time.Now()
			for n := range 2 {
				first := w.start(0)
				if err := first.deliver(event(user(n), now, now), event(user(n+1), now, now)); err != nil {
					t.Fatal(err)
				}
				first.kill()
			}
			second, third := w.start(0), w.start(0)
			second.left, second.after = at, at%2 == 0
			second.counter.start()
			time.Sleep(2*leaseTime + 3*leaseEvery)
			second.kill()
			third.counter.start()
			time.Sleep(2*leaseTime + 3*leaseEvery)
			third.agree(fmt.Sprintf("the second one's death at operation %d", at))
			leases, err := w.records.List(t.Context(), leasePrefix, time.Time{}, time.Time{})
			if err != nil || len(leases) > 0 {
				t.Errorf("leases are left: %v, %v", leases, err)
			}
			third.kill()
		})
	}
}

// TestDeathOfMany: what processes have left that died at the same time is read once, from the earliest of it on. Whoever looks
// while that lasts leaves it to the one who reads.
func TestDeathOfMany(t *testing.T) {
	const processes, each = 12, 250
	for _, c := range []struct {
		name string
		slow time.Duration // for each document
	}{
		{"read at once", 0},
		{"read for longer than a lease lasts", 2 * leaseTime / (processes * each)},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.slow = c.slow
				for n := range processes {
					p := w.start(0)
					received := time.Now().Add(-time.Duration(n) * 5 * time.Minute)
					var events []eventstore.Event
					for i := range each {
						events = append(events, event(user(n*each/2+i), received, received))
					}
					if err := p.deliver(events...); err != nil {
						t.Fatal(err)
					}
					p.kill()
				}
				first, second := w.start(0), w.start(0)
				first.counter.start()
				time.Sleep(leaseEvery / 2)
				second.counter.start()
				time.Sleep(4 * leaseTime)
				for _, p := range []*process{first, second} {
					p.agree("after the death of many")
					p.kill()
				}
				if s := first.counter.Stats(); s.Rebuilt != processes || s.Reread != processes*each {
					t.Errorf("%d leases were rebuilt, of %d; %d documents were read again, of %d", s.Rebuilt, processes, s.Reread, processes*each)
				}
				if s := second.counter.Stats(); s.Rebuilt != 0 {
					t.Errorf("the second one has rebuilt %d leases, too", s.Rebuilt)
				}
				if leases, err := w.records.List(t.Context(), leasePrefix, time.Time{}, time.Time{}); err != nil || len(leases) > 0 {
					t.Errorf("leases are left: %v, %v", leases, err)
				}
			})
		})
	}
}

// TestDeathOfAll: nobody is left. Whoever starts next finds what is missing.
func TestDeathOfAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		for n := range 8 {
			p := w.start(time.Duration(n-4) * 15 * time.Minute)
			p.counter.start()
			now := p.counter.config.now()
			if err := p.deliver(event(user(n), time.Now(), now), event(user(n+1), time.Now(), now)); err != nil {
				t.Fatal(err)
			}
			defer p.kill()
			if n%2 == 0 {
				p.kill()
			}
		}
		time.Sleep(time.Second)
		last := w.start(0)
		last.counter.start()
		time.Sleep(leaseTime + 3*leaseEvery)
		last.agree("after the death of half")
		last.kill()
	})
}

// TestShutdown: a process that ends in an orderly way leaves nothing to be rebuilt, unless an event has no verdict.
func TestShutdown(t *testing.T) {
	for _, lossy := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			p := w.start(0)
			p.counter.start()
			waited := time.Now().Add(-time.Hour)
			if err := p.deliver(event(user(1), waited, waited)); err != nil {
				t.Fatal(err)
			}
			p.deliveries, p.lossy = 2, lossy
			_ = p.deliver(event(user(2), waited, waited))
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			if err := p.sink.(eventstore.Closer).Close(ctx); err != nil {
				t.Fatal(err)
			}
			leases, err := w.records.List(t.Context(), leasePrefix, time.Time{}, time.Time{})
			if err != nil || (len(leases) > 0) != lossy {
				t.Errorf("an answer was lost: %v; leases: %v, %v", lossy, leases, err)
			}
			next := w.start(0)
			next.counter.start()
			time.Sleep(leaseTime + 3*leaseEvery)
			next.agree("after a shutdown")
			if rebuilt := next.counter.Stats().Rebuilt; (rebuilt > 0) != lossy {
				t.Errorf("an answer was lost: %v; %d leases were rebuilt", lossy, rebuilt)
			}
			next.kill()
		})
	}
}
