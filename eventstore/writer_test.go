// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/queuetest"
)

// TestSumAtEveryMoment looks at the counters while events are accepted, stored, refused and put back. No event is ever in no
// place, or in two.
func TestSumAtEveryMoment(t *testing.T) {
	var lenient atomic.Bool
	sink := sinkFunc(func(_ context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
		return verdictsOf(events, func(n int64) eventstore.Outcome {
			if n%10 == 3 && !lenient.Load() {
				return eventstore.Refused
			}
			return eventstore.Stored
		}), nil
	})
	s := openOn(t, sink, eventstore.Config{BatchSize: 50})
	events := batch(t, 400)
	stop, looked := make(chan struct{}), make(chan int)
	go func() {
		looks := 0
		defer func() { looked <- looks }()
		for ; ; looks++ {
			balanced(t, s)
			select {
			case <-stop:
				return
			default:
			}
		}
	}()
	var group sync.WaitGroup
	for range 2 {
		group.Go(func() {
			for range 10 {
				addBatch(t, s, events, eventstore.AckWritten)
				for _, e := range events[:50] {
					add(t, s, e)
				}
			}
		})
	}
	group.Wait()
	flush(t, s)
	lenient.Store(true)
	if _, err := s.ReplayQuarantine(t.Context()); err != nil {
		t.Error(err)
	}
	flush(t, s)
	close(stop)
	t.Logf("looked %d times", <-looked)
	st := s.Stats()
	if st.Pending != 0 || st.Accepted != 9_000 || st.Recovered == 0 || queuetest.Sum(st.Quarantined) != 900 {
		t.Errorf("%+v", st)
	}
}

// TestNoWaitForAnEarlierEvent stores one event while the one before it is refused again and again.
func TestNoWaitForAnEarlierEvent(t *testing.T) {
	for _, test := range []struct {
		name  string
		first eventstore.Outcome
		err   error
	}{
		{"doubtful", eventstore.Doubtful, nil},
		{"offered again", eventstore.Retry, errors.New("out, for this one")},
	} {
		t.Run(test.name, func(t *testing.T) {
			events := batch(t, 30)
			synctest.Test(t, func(t *testing.T) {
				sink := sinkFunc(func(_ context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
					var err error
					v := verdictsOf(events, func(n int64) eventstore.Outcome {
						if n == 0 {
							err = test.err
							return test.first
						}
						return eventstore.Stored
					})
					return v, err
				})
				s := openOn(t, sink, eventstore.Config{Dir: t.TempDir(), BatchSize: 5})
				addBatch(t, s, events[:1], eventstore.AckWritten)
				began := time.Now()
				for _, e := range events[1:] {
					r, err := s.Append(t.Context(), e, eventstore.AckStored)
					if err != nil {
						t.Fatal(err)
					}
					if err := r.Wait(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
				if took := time.Since(began); took > time.Second {
					t.Errorf("the events behind it took %v", took)
				}
				if st := s.Stats(); st.Pending != 1 || queuetest.Sum(st.Stored) != 29 {
					t.Errorf("%+v, want one that is pending", st)
				}
				balanced(t, s)
				short, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				if err := s.Flush(short); !errors.Is(err, eventstore.ErrPending) {
					t.Errorf("flush: %v, want that one is pending", err)
				}
				if err := s.Await(1, eventstore.AckStored).Wait(short); !errors.Is(err, eventstore.ErrUnconfirmed) {
					t.Errorf("the first event: %v", err)
				}
				_ = shutdown(t, s, time.Millisecond)
			})
		})
	}
}
