// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/uniques/recordstore"
)

// during is documents of which a reading is interrupted.
type during struct {
	Documents
	f func()
}

func (d *during) Received(ctx context.Context, from, to time.Time, each func(bson.Raw) error) error {
	d.f()
	return d.Documents.Received(ctx, from, to, each)
}

// TestOneOfTwoClaims: of two who have seen the same leases expire, one counts again, whenever the other one claims them.
func TestOneOfTwoClaims(t *testing.T) {
	for _, c := range []struct {
		name string
		// between has the second one claim what it has seen, around the turn of the first one.
		between             func(first *process, turn, claim func())
		firstOne, secondOne int64 // leases that are counted again, in the end
	}{
		{"while the first one reads", func(first *process, turn, claim func()) {
			first.counter.config.Documents = &during{first.world, claim}
			turn()
		}, 1, 0},
		{"after the first one has counted", func(_ *process, turn, claim func()) { turn(); claim() }, 1, 0},
		{"before the first one", func(_ *process, turn, claim func()) { claim(); turn() }, 0, 1},
		{"after the first one has died with its claim", func(first *process, turn, claim func()) {
			first.left, first.after = 0, true
			turn()
			claim()
		}, 0, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				dead, first, second := w.start(0), w.start(0), w.start(0)
				now := time.Now()
				if err := dead.deliver(event("a", now, now)); err != nil {
					t.Fatal(err)
				}
				dead.kill()
				seen, err := second.counter.leases(t.Context())
				if err != nil || len(seen) != 1 {
					t.Fatal(seen, err)
				}
				take := func(p *process) func() {
					return func() {
						if err := p.counter.takeOver(t.Context(), seen); err != nil && !errors.Is(err, errDead) {
							t.Error(err)
						}
					}
				}
				c.between(first, take(first), take(second))
				second.counter.start()
				time.Sleep(leaseTime + 3*leaseEvery)
				second.agree("in the end")
				second.kill()
				if a, b := first.counter.Stats().Rebuilt, second.counter.Stats().Rebuilt; a != c.firstOne || b != c.secondOne {
					t.Errorf("the first one has counted %d leases again, the second one %d; want %d and %d", a, b, c.firstOne, c.secondOne)
				}
				if left, err := w.records.List(t.Context(), leasePrefix, time.Time{}, time.Time{}); err != nil || len(left) > 0 {
					t.Errorf("leases are left: %v, %v", left, err)
				}
			})
		})
	}
}

// late is a store that lists and deletes after a second.
type late struct{ recordstore.Store }

func (l late) List(ctx context.Context, prefix string, from, to time.Time) ([]recordstore.Header, error) {
	time.Sleep(time.Second)
	return l.Store.List(ctx, prefix, from, to)
}

func (l late) Delete(ctx context.Context, ids ...string) error {
	time.Sleep(time.Second)
	return l.Store.Delete(ctx, ids...)
}

// TestClaimsAtOnce: of those who claim at the same moment, one counts again, and not none.
func TestClaimsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		dead := w.start(0)
		now := time.Now()
		if err := dead.deliver(event("a", now, now)); err != nil {
			t.Fatal(err)
		}
		dead.kill()
		seen, err := w.start(0).counter.leases(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var processes []*process
		for range 8 {
			p := w.start(0)
			p.counter.config.Records = late{&w.records}
			processes = append(processes, p)
			go func() {
				if err := p.counter.takeOver(t.Context(), seen); err != nil {
					t.Error(err)
				}
			}()
		}
		time.Sleep(time.Minute)
		var rebuilt int64
		for _, p := range processes {
			rebuilt += p.counter.Stats().Rebuilt
		}
		if rebuilt != 1 {
			t.Errorf("the leases are counted again %d times", rebuilt)
		}
	})
}

// TestClaimOfOneThatIsBack: who claims the leases of a process that stood still, and has a new one, leaves them alone.
func TestClaimOfOneThatIsBack(t *testing.T) {
	w := newWorld(t)
	slow, other := w.start(0), w.start(0)
	now := time.Now()
	if err := slow.deliver(event("a", now, now)); err != nil {
		t.Fatal(err)
	}
	seen, err := other.counter.leases(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(slow.counter.renew(t.Context()), other.counter.takeOver(t.Context(), seen)); err != nil {
		t.Fatal(err)
	}
	left, err := w.records.List(t.Context(), leasePrefix, time.Time{}, time.Time{})
	if err != nil || len(left) != 1 || writerOf(left[0].ID) != slow.counter.writer || other.counter.Stats().Rebuilt != 0 {
		t.Errorf("leases: %v, %v; %d are counted again", left, err, other.counter.Stats().Rebuilt)
	}
}

// forgetful is a store whose records are replaced before they can be loaded.
type forgetful struct {
	recordstore.Memory
	lists int
}

func (f *forgetful) List(ctx context.Context, prefix string, from, to time.Time) ([]recordstore.Header, error) {
	f.lists++
	return f.Memory.List(ctx, prefix, from, to)
}

func (f *forgetful) Load(context.Context, []string) ([]recordstore.Record, error) { return nil, nil }

// TestRecordsThatNeverSettle: a reading gives up when records are replaced faster than it reads, and says what to do.
func TestRecordsThatNeverSettle(t *testing.T) {
	records := new(forgetful)
	p := newWorld(t).start(0)
	p.Store = records
	now := time.Now()
	if err := errors.Join(p.deliver(event("a", now, now)), p.counter.Save(t.Context())); err != nil {
		t.Fatal(err)
	}
	records.lists = 0
	_, err := p.counter.Numbers(t.Context())
	if !errors.Is(err, errUnsettled) || records.lists != maxListings {
		t.Errorf("%v after %d lists, want %v after %d", err, records.lists, errUnsettled, maxListings)
	}
}
