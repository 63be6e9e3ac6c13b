// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/queuetest"
)

// TestSeveralDeliveries has up to four batches under way to a sink that is far away, and a fourth of the time.
func TestSeveralDeliveries(t *testing.T) {
	const n, size = 20_000, 100
	events := batch(t, n)
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		now, most := 0, 0
		sink := sinkFunc(func(_ context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
			mu.Lock()
			now++
			most = max(most, now)
			mu.Unlock()
			time.Sleep(20 * time.Millisecond)
			mu.Lock()
			now--
			mu.Unlock()
			return verdictsOf(events, allStored), nil
		})
		s := openOn(t, sink, eventstore.Config{Dir: t.TempDir(), BatchSize: size})
		began := time.Now()
		addBatch(t, s, events, eventstore.AckWritten)
		flush(t, s)
		alone := n / size * 20 * time.Millisecond
		if took := time.Since(began); most != 4 || took > alone/3 {
			t.Errorf("%d at a time at most, and %v in all; one at a time takes %v", most, took, alone)
		}
		_ = shutdown(t, s, time.Minute)
	})
}

// TestOneDeliveryIsEnough for a sink that is no faster with several.
func TestOneDeliveryIsEnough(t *testing.T) {
	const n, size = 20_000, 100
	events := batch(t, n)
	synctest.Test(t, func(t *testing.T) {
		busy := make(chan struct{}, 1)
		var now, several atomic.Int32
		sink := sinkFunc(func(_ context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
			if now.Add(1) > 1 {
				several.Add(1)
			}
			defer now.Add(-1)
			busy <- struct{}{}
			defer func() { <-busy }()
			time.Sleep(20 * time.Millisecond)
			return verdictsOf(events, allStored), nil
		})
		s := openOn(t, sink, eventstore.Config{Dir: t.TempDir(), BatchSize: size})
		addBatch(t, s, events, eventstore.AckWritten)
		flush(t, s)
		if got := several.Load(); got == 0 || got > 10 {
			t.Errorf("%d of %d deliveries were beside another, want a trial and no more", got, n/size)
		}
		_ = shutdown(t, s, time.Minute)
	})
}

// TestSlowAnswer does not hold up other events, in full batches or not.
func TestSlowAnswer(t *testing.T) {
	for name, size := range map[string]int{"full batches": 1, "parts of a batch": 100} {
		t.Run(name, func(t *testing.T) {
			events := batch(t, 20)
			synctest.Test(t, func(t *testing.T) {
				var calls atomic.Int32
				sink := sinkFunc(func(ctx context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
					if calls.Add(1) == 1 {
						select {
						case <-time.After(time.Hour):
						case <-ctx.Done():
							return nil, ctx.Err()
						}
					}
					return verdictsOf(events, allStored), nil
				})
				s := openOn(t, sink, eventstore.Config{Dir: t.TempDir(), BatchSize: size})
				add(t, s, events[0])
				synctest.Wait()
				for _, e := range events[1:] {
					r, err := s.Append(t.Context(), e, eventstore.AckStored)
					if err != nil {
						t.Fatal(err)
					}
					began := time.Now()
					if err := r.Wait(t.Context()); err != nil || time.Since(began) > 3*time.Second {
						t.Fatalf("%v after %v", err, time.Since(began))
					}
				}
				if st := s.Stats(); st.Pending != 1 {
					t.Errorf("%+v", st)
				}
				_ = shutdown(t, s, time.Millisecond)
			})
		})
	}
}

// TestBatchThatIsTooSlow is halved until it fits into the time that the sink has for it.
func TestBatchThatIsTooSlow(t *testing.T) {
	const n, fits = 2_000, 100
	events := batch(t, n)
	synctest.Test(t, func(t *testing.T) {
		sink := sinkFunc(func(_ context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
			if len(events) > fits {
				time.Sleep(time.Second)
				return nil, fmt.Errorf("insert: %w", context.DeadlineExceeded)
			}
			time.Sleep(time.Duration(len(events)) * time.Second / fits)
			return verdictsOf(events, allStored), nil
		})
		s := openOn(t, sink, eventstore.Config{Dir: t.TempDir(), BatchSize: 1_000})
		began := time.Now()
		addBatch(t, s, events, eventstore.AckWritten)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		defer cancel()
		if err := s.Flush(ctx); err != nil {
			t.Fatal(err, s.Stats())
		}
		t.Logf("%v", time.Since(began))
		if st := s.Stats(); queuetest.Sum(st.Stored) != n || len(st.Quarantined) > 0 {
			t.Errorf("%+v", st)
		}
		_ = shutdown(t, s, time.Minute)
	})
}
