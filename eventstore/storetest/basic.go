// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"bytes"
	"context"
	"sync"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// delivers has the sink store events of every shape of id.
func delivers(s *suite) {
	events := s.events(100)
	events = append(events, s.eventOf([16]byte{}, 1), s.eventOf([16]byte(bytes.Repeat([]byte{0xff}, 16)), 2), s.eventOf([16]byte{15: 1}, 3))
	want := clone(events)
	for i, v := range s.delivered(events) {
		if v.Outcome != eventstore.Stored {
			s.Errorf("event %d: the outcome is %d, want Stored", i, v.Outcome)
		}
	}
	s.holds(want)
	one := s.event(0)
	s.delivered([]eventstore.Event{one})
	s.holds(append(want, one))
}

// throughTheQueue has real queues, one on a disk and one in memory, deliver what several goroutines append.
func throughTheQueue(s *suite) {
	var all []eventstore.Event
	for _, storage := range eventstore.Storages() {
		events := s.events(120)
		s.through(s.queueIn(storage), events)
		all = append(all, events...)
		s.holds(all)
	}
}

func (s *suite) through(q *eventstore.Store, events []eventstore.Event) {
	s.Helper()
	var group sync.WaitGroup
	for part := range 4 {
		group.Go(func() {
			for i := part; i < len(events); i += 4 {
				if _, err := q.Append(context.Background(), events[i], eventstore.AckWritten); err != nil {
					s.Error(err)
				}
			}
		})
	}
	group.Wait()
	s.flushed(q)
	if n := q.Stats().Quarantined; len(n) > 0 {
		s.Errorf("good events are quarantined: %+v", n)
	}
}

// deliveredTwice delivers what a process delivers again that died before it had noted the verdicts.
func deliveredTwice(s *suite) {
	events := s.events(30)
	s.delivered(clone(events[:20]))
	for i, v := range s.delivered(clone(events)) {
		if want := i < 20; s.deduplicates && want != (v.Outcome == eventstore.Redelivered) {
			s.Errorf("event %d: the outcome is %d; it was delivered before: %v", i, v.Outcome, want)
		}
	}
	s.holds(events)
}

// twiceInOneDelivery has one event twice in a batch.
func twiceInOneDelivery(s *suite) {
	events := s.events(5)
	again := events[2]
	redelivered := 0
	for _, v := range s.delivered(clone(append(events, again))) {
		if v.Outcome == eventstore.Redelivered {
			redelivered++
		}
	}
	if s.deduplicates && redelivered != 1 {
		s.Errorf("%d events are Redelivered, want 1", redelivered)
	}
	s.holds(events)
}

// keepsNoMemory overwrites the events as soon as Deliver has returned, as the queue does with its next batch.
func keepsNoMemory(s *suite) {
	var want []eventstore.Event
	for range 5 {
		events := s.events(20)
		want = append(want, clone(events)...)
		ctx, cancel := context.WithTimeout(context.Background(), s.patience)
		if _, err := s.Sink.Deliver(ctx, events); err != nil {
			s.Error(err)
		}
		cancel()
		for i := range events {
			for j := range events[i].Document {
				events[i].Document[j] = 0xaa
			}
			events[i] = eventstore.Event{}
		}
	}
	s.holds(want)
}

// changesNothing compares the events before and after.
func changesNothing(s *suite) {
	events := s.events(20)
	before := clone(events)
	s.delivered(events)
	for i := range events {
		if events[i].ID != before[i].ID || events[i].Type != before[i].Type || !bytes.Equal(events[i].Document, before[i].Document) {
			s.Errorf("event %d was changed", i)
		}
	}
}

// concurrently delivers from several goroutines, with events that two of them have.
func concurrently(s *suite) {
	shared := s.event(0)
	all := []eventstore.Event{shared}
	var group sync.WaitGroup
	for range 8 {
		events := s.events(25)
		all = append(all, clone(events)...)
		events = append(events, clone([]eventstore.Event{shared})...)
		group.Go(func() {
			ctx, cancel := context.WithTimeout(context.Background(), s.patience)
			defer cancel()
			verdicts, err := s.Sink.Deliver(ctx, events)
			if err != nil || len(verdicts) != len(events) {
				s.Errorf("%d verdicts about %d events, %v", len(verdicts), len(events), err)
			}
			for i, v := range verdicts {
				if !taken(v) {
					s.Errorf("event %d: the outcome is %d (%s)", i, v.Outcome, v.Reason)
				}
			}
		})
	}
	group.Wait()
	s.holds(all)
}

// contextEnded delivers with a context that has ended: nothing need be stored, and nothing may be said that is not so.
func contextEnded(s *suite) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	events := s.events(10)
	s.soon(func() {
		_, _ = s.deliver(ctx, clone(events))
	})
	s.delivered(clone(events))
	s.holds(events)
}

// soon fails when f takes longer than a sink may take whose context has ended.
func (s *suite) soon(f func()) {
	s.Helper()
	began := time.Now()
	f()
	if took := time.Since(began); took > s.grace {
		s.Errorf("Deliver returned %v after its context had ended, want at most %v", took.Round(time.Millisecond), s.grace)
	}
}
