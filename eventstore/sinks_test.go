// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
)

// beside is a configuration with one sink behind the first.
func beside(sink eventstore.Sink) eventstore.Config {
	return eventstore.Config{Sinks: []eventstore.SinkConfig{{Name: "copy", Sink: sink}}}
}

// flushSinks waits until the sinks behind the first have everything.
func flushSinks(t testing.TB, s *eventstore.Store) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := s.FlushSinks(ctx); err != nil {
		t.Fatal(err)
	}
}

// sinkStats returns the figures of the only sink behind the first.
func sinkStats(t testing.TB, s *eventstore.Store) eventstore.SinkStats {
	t.Helper()
	all := s.Stats().Sinks
	if len(all) != 1 {
		t.Fatalf("%d sinks behind the first: %+v", len(all), all)
	}
	return all[0]
}

// Each sink gets each event in its own time. One that is away holds back nobody, and is named; what waits for it is kept.
func TestSinkThatIsAway(t *testing.T) {
	for _, first := range []bool{true, false} {
		t.Run(fmt.Sprintf("the first %v", first), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				gone, there := new(away), memsink.New()
				log := new(servicetest.Log)
				c := beside(there)
				sink := eventstore.Sink(gone)
				if !first {
					c, sink = beside(gone), there
				}
				c.Logger = log.Logger()
				s := openOn(t, sink, c)
				addBatch(t, s, batch(t, 2500), eventstore.AckWritten)
				time.Sleep(time.Minute)
				if n := len(there.Events()); n != 2500 {
					t.Errorf("the sink that is there has %d events", n)
				}
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				wait, done, h, st := s.FlushSinks, s.Flush, s.Health(t.Context()), sinkStats(t, s)
				if first {
					wait, done = done, wait
				}
				if err := done(ctx); err != nil {
					t.Error(err)
				}
				if err := wait(ctx); !errors.Is(err, eventstore.ErrPending) || !strings.Contains(err.Error(), errAway.Error()) || !first && !strings.Contains(err.Error(), "sink copy does not have 2500 events") {
					t.Errorf("waiting for it: %v", err)
				}
				if st.Away == first || (h.Sinks[0].Error != "") == first || (h.SinkError != "") != first {
					t.Errorf("away: %+v, health %+v", st, h)
				}
				if !first && (st.Pending != 2500 || st.OldestAge < time.Minute || st.Errors["other"] == 0 || st.LastError != errAway.Error() || h.Sinks[0].Pending != 2500) {
					t.Errorf("%+v, health %+v", st, h)
				}
				if !first && (h.LastError != "" || len(s.Stats().Errors) > 0) {
					t.Errorf("the first sink has the errors of the other: %+v", h)
				}
				balanced(t, s)
				gone.back.Store(true)
				time.Sleep(time.Minute)
				if n := len(gone.Events()); n != 2500 {
					t.Errorf("%d events since it is back", n)
				}
				if st := sinkStats(t, s); st.Away || st.Stored != 2500 || st.Redelivered != 0 || st.Pending != 0 || s.Health(t.Context()).Sinks[0].Error != "" {
					t.Errorf("%+v", st)
				}
				balanced(t, s)
				if !first && (!strings.Contains(log.String(), "sink copy: cannot write") || !strings.Contains(log.String(), "sink copy: writing again")) {
					t.Errorf("log:\n%s", log)
				}
				if err := shutdown(t, s, time.Minute); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// A sink that is away bounds the journal, whose error names it.
func TestSinkThatIsAwayFillsTheJournal(t *testing.T) {
	gone := new(away)
	s, err := eventstore.OpenSmall(memsink.New(), eventstore.Config{Dir: t.TempDir(), Storage: tested(), Sinks: beside(gone).Sinks}, 1<<18)
	if err != nil {
		t.Fatal(err)
	}
	defer shutdown(t, s, time.Millisecond)
	n := 0
	for ; err == nil && n < 10_000; n++ {
		_, err = s.Append(t.Context(), event(t, bson.E{Key: "text", Value: strings.Repeat("t", 1000)}), eventstore.AckWritten)
	}
	if !errors.Is(err, eventstore.ErrJournalFull) {
		t.Fatalf("%d events: %v", n, err)
	}
	flush(t, s)
	if why := s.Health(t.Context()).JournalError; !strings.Contains(why, "sink copy has not taken") {
		t.Errorf("health: %q", why)
	}
	gone.back.Store(true)
	flushSinks(t, s)
	if _, err := s.Append(t.Context(), event(t), eventstore.AckWritten); err != nil {
		t.Error(err)
	}
	balanced(t, s)
}

// Shutdown waits for the sinks, closes each, and says what one has not got.
func TestShutdownWaitsForSinks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := &closing{deliver: func(ctx context.Context) error {
			select {
			case <-time.After(5 * time.Second):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}}
		first := new(closing)
		s := openOn(t, first, beside(slow))
		addBatch(t, s, batch(t, 10), eventstore.AckWritten)
		if err := shutdown(t, s, time.Minute); err != nil || len(slow.Events()) != 10 {
			t.Errorf("%d events, %v", len(slow.Events()), err)
		}
		if slow.closed.Load() != 1 || first.closed.Load() != 1 || slow.prepared.Load() != 1 || first.prepared.Load() != 1 {
			t.Errorf("closed %d and %d times, prepared %d and %d", first.closed.Load(), slow.closed.Load(), first.prepared.Load(), slow.prepared.Load())
		}
		balanced(t, s)

		gone := new(away)
		s = openOn(t, memsink.New(), beside(gone))
		addBatch(t, s, batch(t, 10), eventstore.AckWritten)
		began := time.Now()
		err := shutdown(t, s, 10*time.Second)
		want := eventstore.ErrPending
		if tested() == eventstore.Memory {
			want = eventstore.ErrLost
		}
		if !errors.Is(err, want) || !strings.Contains(err.Error(), "sink copy does not have 10 events") || time.Since(began) > 10*time.Second {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		balanced(t, s)
	})
}

// closing counts calls of Prepare and Close.
type closing struct {
	memsink.Sink
	deliver          func(context.Context) error // before the events are kept; nil: nothing
	prepared, closed atomic.Int32
}

func (c *closing) Deliver(ctx context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	if c.deliver != nil {
		if err := c.deliver(ctx); err != nil {
			return nil, err
		}
	}
	return c.Sink.Deliver(ctx, events)
}

func (c *closing) Prepare(context.Context) error { c.prepared.Add(1); return nil }
func (c *closing) Close(context.Context) error   { c.closed.Add(1); return nil }

// A sink that panics, hangs or answers nonsense is the matter of nobody else.
func TestHostileSinkBesideOthers(t *testing.T) {
	for name, hostile := range map[string]sinkFunc{
		"panics": func(context.Context, []eventstore.Event) ([]eventstore.Verdict, error) { panic("s3cret") },
		"hangs": func(context.Context, []eventstore.Event) ([]eventstore.Verdict, error) {
			select {} // its context is none of its business
		},
		"has too many verdicts": func(_ context.Context, e []eventstore.Event) ([]eventstore.Verdict, error) {
			return make([]eventstore.Verdict, len(e)+1), nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // a sink that hangs has 5 s to return
			sink := memsink.New()
			c := beside(hostile)
			c.Dir, c.Storage = t.TempDir(), tested()
			s, err := eventstore.Open(t.Context(), sink, c)
			if err != nil {
				t.Fatal(err)
			}
			r := addBatch(t, s, batch(t, 10), eventstore.AckStored)
			if err := r.Wait(t.Context()); err != nil || len(sink.Events()) != 10 {
				t.Errorf("%d events, %v", len(sink.Events()), err)
			}
			if err := shutdown(t, s, time.Second); err == nil || strings.Contains(err.Error(), "s3cret") {
				t.Errorf("shutdown: %v", err)
			}
			balanced(t, s)
		})
	}
}

// No sink behind the first is asked about an event with a refusal, or one of a suppressed user.
func TestWhatSinksDoNotGet(t *testing.T) {
	sink := memsink.New()
	c := beside(sink)
	c.Suppression = ban("ada")
	s := openOn(t, memsink.New(), c)
	refused := event(t)
	refused.Refusal = &eventstore.Refusal{Reason: "odd", Message: "it is odd"}
	for _, e := range []eventstore.Event{refused, eventOf(t, "ada"), eventOf(t, "bob"), refused} {
		add(t, s, e)
	}
	flush(t, s)
	flushSinks(t, s)
	if st := sinkStats(t, s); st.Stored != 1 || st.Passed != 2 || st.Suppressed != 1 || st.Events != 4 || users(sink)["bob"] != 1 {
		t.Errorf("%+v", st)
	}
	balanced(t, s)
}

// Each process delivers to its sinks what dead ones left for them.
func TestSinksOfAdoptedDirectories(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		parent := t.TempDir()
		with, without := beside(new(away)), eventstore.Config{} // there, it begins at the end
		with.Dir, without.Dir = auto(parent), auto(parent)
		dying := []*eventstore.Store{openOn(t, noSink(), with), openOn(t, noSink(), without)}
		for i, s := range dying {
			addBatch(t, s, batch(t, 10-5*i), eventstore.AckWritten)
		}
		for _, s := range dying {
			_ = shutdown(t, s, time.Millisecond)
		}
		copies := memsink.New()
		c := beside(copies)
		c.Dir = auto(parent)
		s := openOn(t, memsink.New(), c)
		add(t, s, event(t))
		time.Sleep(5 * time.Minute)
		if n := len(copies.Events()); n != 11 {
			t.Errorf("%d events, want 11", n)
		}
		if st := sinkStats(t, s); st.Events != 11 || st.Stored != 11 {
			t.Errorf("%+v", st)
		}
		balanced(t, s)
		if have := dirs(t, parent); len(have) != 1 {
			t.Errorf("left: %v", have)
		}
	})
}
