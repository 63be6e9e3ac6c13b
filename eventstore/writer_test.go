// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// sinkFunc is a sink that answers a ping, and is called by several goroutines.
type sinkFunc func(ctx context.Context, events []eventstore.Event) ([]eventstore.Verdict, error)

func (f sinkFunc) Deliver(ctx context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	return f(ctx, events)
}
func (f sinkFunc) Ping(context.Context) error { return nil }

// verdictsOf judges each event by its number n.
func verdictsOf(events []eventstore.Event, judge func(n int64) eventstore.Outcome) []eventstore.Verdict {
	v := make([]eventstore.Verdict, len(events))
	for i := range events {
		v[i] = eventstore.Verdict{Outcome: judge(number(events[i])), Reason: "odd"}
	}
	return v
}

func number(e eventstore.Event) int64 {
	n, _ := bson.Raw(e.Document).Lookup("n").AsInt64OK()
	return n
}

func allStored(int64) eventstore.Outcome { return eventstore.Stored }

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
	if st.Pending != 0 || st.Accepted != 9_000 || st.Recovered == 0 || sum(st.Quarantined) != 900 {
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
				if st := s.Stats(); st.Pending != 1 || sum(st.Stored) != 29 {
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
		if st := s.Stats(); sum(st.Stored) != n || len(st.Quarantined) > 0 {
			t.Errorf("%+v", st)
		}
		_ = shutdown(t, s, time.Minute)
	})
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
		if st := s.Stats(); sum(st.Stored) != n-3 {
			t.Errorf("after 5 s, %d are stored, want %d", sum(st.Stored), n-3)
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
		if st := s.Stats(); sum(st.Quarantined) != 3 {
			t.Errorf("%+v, want 3 quarantined", st)
		}
		_ = shutdown(t, s, time.Minute)
	})
}

// TestRefusedEvents: with a tenth of the events refused, whether for good or for a reason that nobody knows, the others arrive at
// no less than half the rate.
func TestRefusedEvents(t *testing.T) {
	const n = 20_000
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
				for sum(s.Stats().Stored) < want {
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
				if q := sum(s.Stats().Quarantined); q != n/10 {
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

// TestQuarantineThatCannotBeWritten delays the refused event, and no other.
func TestQuarantineThatCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	var log safeBuffer
	sink := sinkFunc(func(_ context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
		return verdictsOf(events, func(n int64) eventstore.Outcome {
			if n == 0 {
				return eventstore.Refused
			}
			return eventstore.Stored
		}), nil
	})
	obstacle := filepath.Join(dir, "quarantine.jsonl")
	if err := os.Mkdir(obstacle, 0o700); err != nil {
		t.Fatal(err)
	}
	s := openOn(t, sink, eventstore.Config{Dir: dir, BatchSize: 1, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	addBatch(t, s, batch(t, 1_000), eventstore.AckWritten)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := s.Await(1_000, eventstore.AckStored).Wait(ctx); err != nil {
		t.Fatal(err)
	}
	if st := s.Stats(); st.Errors["quarantine"] == 0 || sum(st.Quarantined) > 0 || st.Pending < 1 {
		t.Errorf("%+v", st)
	}
	if err := os.Remove(obstacle); err != nil {
		t.Fatal(err)
	}
	flush(t, s)
	if st := s.Stats(); st.Pending != 0 || sum(st.Quarantined) != 1 {
		t.Errorf("%+v", st)
	}
	if n := strings.Count(log.String(), "cannot be written"); n != 1 || !strings.Contains(log.String(), "can be written again") {
		t.Errorf("%d lines say that it cannot be written:\n%s", n, &log)
	}
}

// TestConditionsInTheLog goes through an outage of two kinds and many refused events: a line each.
func TestConditionsInTheLog(t *testing.T) {
	events := batch(t, 2_000)
	synctest.Test(t, func(t *testing.T) {
		var log safeBuffer
		began := time.Now()
		sink := sinkFunc(func(_ context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
			switch past := time.Since(began); {
			case past < time.Minute:
				return nil, &eventstore.DeliveryError{Kind: "network", Err: errors.New("refused")}
			case past < 5*time.Minute:
				return nil, &eventstore.DeliveryError{Kind: "authentication", Err: errors.New("wrong password")}
			}
			return verdictsOf(events, func(n int64) eventstore.Outcome {
				if n < 1_000 {
					return eventstore.Refused
				}
				return eventstore.Stored
			}), nil
		})
		s := openOn(t, sink, eventstore.Config{Dir: t.TempDir(), BatchSize: 10, Logger: slog.New(slog.NewTextHandler(&log, nil))})
		addBatch(t, s, events, eventstore.AckWritten)
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		if err := s.Flush(ctx); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Minute)
		for text, want := range map[string][2]int{
			"cannot write":         {2, 2}, // network, authentication
			"still not writing":    {3, 5},
			"kind=authentication":  {4, 6},
			"writing again":        {1, 1},
			"event quarantined":    {1, 1},
			"no event was quarant": {1, 1},
			"total=1000":           {1, 1},
		} {
			if n := strings.Count(log.String(), text); n < want[0] || n > want[1] {
				t.Errorf("%d times %q, want %v", n, text, want)
			}
		}
		if t.Failed() {
			t.Logf("\n%s", &log)
		}
		_ = shutdown(t, s, time.Minute)
	})
}
