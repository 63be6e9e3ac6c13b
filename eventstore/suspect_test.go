// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/queuetest"
)

// holds reports whether the event with a number is among some.
func holds(events []eventstore.Event, n int64) bool {
	return slices.ContainsFunc(events, func(e eventstore.Event) bool { return number(e) == n })
}

var errConnection = &eventstore.DeliveryError{Kind: "network", Blame: eventstore.BlameConnection, Err: errors.New("connection reset by peer")}

// suspicions are the ways in which a sink does not take the first event, without saying that it never will. The sink takes the
// others.
func suspicions() map[string]sinkFunc {
	stored := func(events []eventstore.Event) ([]eventstore.Verdict, error) {
		return verdictsOf(events, allStored), nil
	}
	return map[string]sinkFunc{
		"doubtful": func(_ context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
			return verdictsOf(events, func(n int64) eventstore.Outcome {
				if n == 0 {
					return eventstore.Doubtful
				}
				return eventstore.Stored
			}), nil
		},
		"unknown error": func(_ context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
			if holds(events, 0) {
				return nil, &eventstore.DeliveryError{Kind: "command", Blame: eventstore.BlameUnknown, Err: errors.New("unheard of")}
			}
			return stored(events)
		},
		"connection": func(_ context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
			if holds(events, 0) {
				return nil, errConnection
			}
			return stored(events)
		},
	}
}

// TestSuspectIsDecidedSoon has a sink that does not take one event: it is in quarantine within 5 s, and none of the others waits
// for that.
func TestSuspectIsDecidedSoon(t *testing.T) {
	const second = 10 // events
	events := batch(t, 60*second)
	for name, sink := range suspicions() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := openOn(t, sink, eventstore.Config{Dir: t.TempDir()})
				began, decided := time.Now(), time.Duration(0)
				for n, e := range events {
					add(t, s, e)
					time.Sleep(time.Second / second)
					st := s.Stats()
					if st.Pending > 2+second/2 {
						t.Fatalf("%d events wait after %v", st.Pending, time.Since(began))
					}
					if decided == 0 && queuetest.Sum(st.Quarantined) == 1 {
						decided = time.Since(began)
					}
					if n == 5*second && decided == 0 {
						t.Fatalf("not decided after %v", time.Since(began))
					}
				}
				flush(t, s)
				balanced(t, s)
				if q := queuetest.Sum(s.Stats().Quarantined); q != 1 {
					t.Errorf("%d events are quarantined", q)
				}
				_ = shutdown(t, s, time.Minute)
			})
		})
	}
}

// TestOutageBehindASuspicion has a sink that takes what was under way, and then nothing for minutes, whatever it answers. No event
// is quarantined.
func TestOutageBehindASuspicion(t *testing.T) {
	events := batch(t, 200)
	for name, failing := range map[string]func([]eventstore.Event) ([]eventstore.Verdict, error){
		"doubtful": func(events []eventstore.Event) ([]eventstore.Verdict, error) {
			return verdictsOf(events, func(int64) eventstore.Outcome { return eventstore.Doubtful }), nil
		},
		"unknown error": func([]eventstore.Event) ([]eventstore.Verdict, error) {
			return nil, &eventstore.DeliveryError{Kind: "command", Blame: eventstore.BlameUnknown, Err: errors.New("unheard of")}
		},
		"connection": func([]eventstore.Event) ([]eventstore.Verdict, error) { return nil, errConnection },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var out atomic.Bool
				out.Store(true)
				began := time.Now()
				sink := sinkFunc(func(_ context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
					if !out.Load() || time.Since(began) < time.Second && !holds(events, 0) {
						return verdictsOf(events, allStored), nil // the last ones before the outage
					}
					return failing(events)
				})
				s := openOn(t, sink, eventstore.Config{Dir: t.TempDir(), BatchSize: 10})
				addBatch(t, s, events[:100], eventstore.AckWritten)
				time.Sleep(10 * time.Minute)
				if st := s.Stats(); queuetest.Sum(st.Stored) == 0 || queuetest.Sum(st.Quarantined) != 0 || st.Pending == 0 {
					t.Errorf("after ten minutes: %d stored, %d quarantined, %d pending", queuetest.Sum(st.Stored), queuetest.Sum(st.Quarantined), st.Pending)
				}
				addBatch(t, s, events[100:], eventstore.AckWritten)
				time.Sleep(10 * time.Minute)
				out.Store(false)
				again := time.Now()
				flush(t, s)
				if took := time.Since(again); took > 10*time.Second {
					t.Errorf("it took %v to deliver what waited", took)
				}
				if st := s.Stats(); queuetest.Sum(st.Stored) != 200 || queuetest.Sum(st.Quarantined) != 0 {
					t.Errorf("%d stored, %d quarantined", queuetest.Sum(st.Stored), queuetest.Sum(st.Quarantined))
				}
				_ = shutdown(t, s, time.Minute)
			})
		})
	}
}

// TestDocumentsThatBreakTheConnection are quarantined, and hold the others up for no more than 5 s.
func TestDocumentsThatBreakTheConnection(t *testing.T) {
	const n = 1_500
	events := batch(t, n)
	bad := []int64{7, 700, 1_400}
	synctest.Test(t, func(t *testing.T) {
		sink := sinkFunc(func(_ context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
			time.Sleep(10 * time.Millisecond)
			for _, e := range events {
				if slices.Contains(bad, number(e)) {
					return nil, &eventstore.DeliveryError{Kind: "network", Blame: eventstore.BlameConnection, Err: errors.New("reset")}
				}
			}
			return verdictsOf(events, allStored), nil
		})
		s := openOn(t, sink, eventstore.Config{Dir: t.TempDir()})
		addBatch(t, s, events, eventstore.AckWritten)
		time.Sleep(5 * time.Second)
		if st := s.Stats(); queuetest.Sum(st.Stored) != n-3 {
			t.Errorf("after 5 s, %d are stored, want %d", queuetest.Sum(st.Stored), n-3)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		more := make(chan struct{})
		go func() { // the proof that the sink takes some
			defer close(more)
			for range 60 {
				time.Sleep(time.Second)
				add(t, s, events[0])
			}
		}()
		if err := s.Flush(ctx); err != nil {
			t.Error(err)
		}
		<-more
		if st := s.Stats(); queuetest.Sum(st.Quarantined) != 3 {
			t.Errorf("%+v, want 3 quarantined", st)
		}
		_ = shutdown(t, s, time.Minute)
	})
}

// TestRefusedEvents: with a tenth of the events refused, whether for good or for a reason that nobody knows, the others arrive at
// no less than half the rate.
func TestRefusedEvents(t *testing.T) {
	const n = 5_000
	events := batch(t, n)
	for _, outcome := range []eventstore.Outcome{eventstore.Refused, eventstore.Doubtful} {
		rate := func(refused bool) (took time.Duration) {
			synctest.Test(t, func(t *testing.T) {
				sink := sinkFunc(func(_ context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
					time.Sleep(time.Duration(len(events)) * 100 * time.Microsecond)
					return verdictsOf(events, func(n int64) eventstore.Outcome {
						if refused && n%10 == 0 {
							return outcome
						}
						return eventstore.Stored
					}), nil
				})
				s := openOn(t, sink, eventstore.Config{Dir: t.TempDir(), BatchSize: 500})
				want := int64(n)
				if refused {
					want -= n / 10
				}
				began := time.Now()
				addBatch(t, s, events, eventstore.AckWritten)
				for queuetest.Sum(s.Stats().Stored) < want {
					time.Sleep(10 * time.Millisecond)
				}
				took = time.Since(began)
				ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
				defer cancel()
				if !refused {
					_ = shutdown(t, s, time.Minute)
					return
				}
				var later sync.WaitGroup
				later.Go(func() { // the proof that the sink takes some
					for range 100 {
						_, _ = s.Append(ctx, events[1], eventstore.AckWritten)
						time.Sleep(time.Second)
					}
				})
				if err := s.Flush(ctx); err != nil {
					t.Error(err)
				}
				if q := queuetest.Sum(s.Stats().Quarantined); q != n/10 {
					t.Errorf("%d quarantined", q)
				}
				later.Wait()
				_ = shutdown(t, s, time.Minute)
			})
			return took
		}
		if all, good := rate(false), rate(true); good > 2*all {
			t.Errorf("outcome %d: the good ones took %v among refused ones, all of them took %v", outcome, good, all)
		}
	}
}
