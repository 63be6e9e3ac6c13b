// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/uniques/recordstore"
)

// keyless returns a process that asks for its key. It is told the answer if there is one, and else the key.
func (w *world) keyless(log *slog.Logger) (p *process, answer *atomic.Pointer[error]) {
	answer = new(atomic.Pointer[error])
	p = &process{world: w, Store: &w.records, left: -1}
	c, err := New(Config{
		Metrics: []Metric{{Name: "users", Windows: windows}}, Records: p, Documents: w, Logger: log,
		KeyFrom: func(context.Context) ([]byte, error) {
			if err := answer.Load(); err != nil {
				return nil, *err
			}
			return []byte("0123456789abcdef"), nil
		},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	p.counter, p.sink = c, c.Around(p)
	return p, answer
}

// TestKeyFrom: the key that a process asks for is that of one which is given it.
func TestKeyFrom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		p, _ := w.keyless(slog.New(slog.DiscardHandler))
		now := time.Now()
		if err := errors.Join(p.deliver(event("a", now, now), event("b", now, now)), p.counter.Save(t.Context())); err != nil {
			t.Fatal(err)
		}
		p.agree("the one that has asked")
		w.start(0).agree("one that is given the key")
	})
}

// TestKeyThatIsNotKnown: events do not wait for the key. They are counted once it is known, by this process or, after its death, by
// another one.
func TestKeyThatIsNotKnown(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		dies bool
	}{
		{"away", errors.New("the server is away"), false},
		{"refused", fmt.Errorf("%w: no right to find", recordstore.ErrRefused), false},
		{"away until the process dies", errors.New("the server is away"), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				var log servicetest.Log
				p, answer := w.keyless(log.Logger())
				answer.Store(&c.err)
				p.counter.start()
				for n := range 20 {
					now := time.Now()
					if err := p.deliver(event(user(n), now, now)); err != nil || len(w.docs) != n+1 {
						t.Fatalf("%d documents, %v", len(w.docs), err)
					}
					time.Sleep(time.Minute)
				}
				if _, err := p.counter.Numbers(t.Context()); !errors.Is(err, c.err) {
					t.Errorf("a reading without the key: %v", err)
				}
				if p.counter.Stats().Errors == 0 || !strings.Contains(log.String(), "learning the key failed") || strings.Contains(log.String(), "0123456789abcdef") {
					t.Errorf("%d errors; the log:\n%s", p.counter.Stats().Errors, &log)
				}
				leases, err := w.records.List(t.Context(), leasePrefix, time.Time{}, time.Time{})
				if err != nil || len(leases) != 1 || len(w.docs) != 20 {
					t.Errorf("%d leases, %v, want the one of the process", len(leases), err)
				}
				if c.dies {
					p.kill()
					p = w.start(0)
					p.counter.start()
				}
				answer.Store(nil)
				time.Sleep(saveEvery + leaseTime + 3*leaseEvery)
				p.agree("when the key is known")
				p.kill()
			})
		})
	}
}

// TestKeyThatHangs: deliveries wait for the first attempt together, and for no other one.
func TestKeyThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		p, _ := w.keyless(slog.New(slog.DiscardHandler))
		asked := 0
		p.counter.key.from = func(ctx context.Context) ([]byte, error) {
			asked++
			<-ctx.Done()
			return nil, ctx.Err()
		}
		began := time.Now()
		var group sync.WaitGroup
		for n := range 4 {
			group.Go(func() {
				if err := p.deliver(event(user(n), began, began)); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if took := time.Since(began); asked != 1 || took != keyTimeout || len(w.docs) != 4 {
			t.Errorf("four deliveries took %v, asked %d times, and stored %d documents", took, asked, len(w.docs))
		}
		began = time.Now()
		if err := p.deliver(event("later", began, began)); err != nil || time.Since(began) > 0 {
			t.Errorf("a later delivery took %v, %v", time.Since(began), err)
		}
		if _, err := p.counter.Numbers(t.Context()); !errors.Is(err, context.DeadlineExceeded) || asked != 2 {
			t.Errorf("a reading: %v, asked %d times", err, asked)
		}
	})
}

// TestKeyThatIsTooShort: what is no key is not taken, and not shown.
func TestKeyThatIsTooShort(t *testing.T) {
	c, err := New(Config{
		Metrics: []Metric{{Name: "users", Windows: windows}}, Records: new(recordstore.Memory), Logger: slog.New(slog.DiscardHandler),
		KeyFrom: func(context.Context) ([]byte, error) { return []byte("fifteen bytes.."), nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Numbers(t.Context()); err == nil || !strings.Contains(err.Error(), "has returned 15 bytes") || strings.Contains(err.Error(), "fifteen") {
		t.Error(err)
	}
	if err := c.RollUp(t.Context()); err == nil {
		t.Error("records are rolled up without a key")
	}
	_, err = New(Config{Key: make([]byte, MinKey), KeyFrom: func(context.Context) ([]byte, error) { return nil, nil }})
	if err == nil || !strings.Contains(err.Error(), "are both given") {
		t.Error(err)
	}
}
