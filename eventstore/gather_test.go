// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/queuetest"
)

// gathering opens a store on a sink that answers at once, and returns how many deliveries there were.
func gathering(t *testing.T) (s *eventstore.Store, deliveries *atomic.Int64) {
	t.Helper()
	deliveries = new(atomic.Int64)
	sink := sinkFunc(func(_ context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
		deliveries.Add(1)
		return verdictsOf(events, allStored), nil
	})
	return openOn(t, sink, eventstore.Config{Dir: t.TempDir()}), deliveries
}

// TestEventsGather appends at a steady rate. The first event is delivered at once. The others
// gather: the sink gets several at a time, and none of them late.
func TestEventsGather(t *testing.T) {
	events := batch(t, 100)
	synctest.Test(t, func(t *testing.T) {
		s, deliveries := gathering(t)
		synctest.Wait()
		for i, e := range events {
			add(t, s, e)
			synctest.Wait()
			if n := deliveries.Load(); i == 0 && n != 1 {
				t.Errorf("%d deliveries of the first event, want it at once", n)
			}
			time.Sleep(100 * time.Microsecond)
		}
		if n := deliveries.Load(); n < 2 || n > 6 {
			t.Errorf("%d deliveries within 10 ms, want a few", n)
		}
		time.Sleep(10 * time.Millisecond)
		synctest.Wait()
		if st := s.Stats(); st.Pending != 0 || queuetest.Sum(st.Stored) != 100 {
			t.Errorf("%+v, want that all are stored soon", st)
		}
		before := deliveries.Load()
		time.Sleep(time.Second)
		add(t, s, events[0])
		synctest.Wait()
		if deliveries.Load() != before+1 {
			t.Error("an event after a quiet second is not delivered at once")
		}
		shutdown(t, s, time.Second)
	})
}

// TestNobodyWaitsForOthersToGather has callers wait for an event, and for all of them, while others gather.
func TestNobodyWaitsForOthersToGather(t *testing.T) {
	events := batch(t, 20)
	for _, test := range []struct {
		name string
		wait func(*testing.T, *eventstore.Store, eventstore.Event)
	}{
		{"acknowledged", func(t *testing.T, s *eventstore.Store, e eventstore.Event) {
			r, err := s.Append(t.Context(), e, eventstore.AckStored)
			if err == nil {
				err = r.Wait(t.Context())
			}
			if err != nil {
				t.Error(err)
			}
		}},
		{"flushed", func(t *testing.T, s *eventstore.Store, e eventstore.Event) {
			add(t, s, e)
			flush(t, s)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, _ := gathering(t)
				began := time.Now()
				for _, e := range events {
					add(t, s, e)
					synctest.Wait() // the writer waits for more
					test.wait(t, s, e)
				}
				if took := time.Since(began); took != 0 {
					t.Errorf("waited for %v", took)
				}
				shutdown(t, s, time.Second)
			})
		})
	}
}
