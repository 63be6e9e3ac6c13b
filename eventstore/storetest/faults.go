// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"context"
	"errors"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// stalls has a sink that hangs obey its context.
func stalls(s *suite) {
	events := s.events(10)
	restore := s.Stall()
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	verdicts, err := s.Sink.Deliver(ctx, clone(events))
	ended, _ := ctx.Deadline()
	if late := time.Since(ended); late > s.grace {
		s.Errorf("Deliver returned %v after its context had ended, want at most %v", late.Round(time.Millisecond), s.grace)
	}
	s.condemnsNothing(verdicts, err)
	restore()
	s.delivered(clone(events))
	s.holds(events)
}

// outage has a sink that finds nobody say so, and recover by itself.
func outage(s *suite) {
	first, later := s.events(10), s.events(10)
	s.delivered(clone(first))
	restore := s.Subject.Outage()
	ctx, cancel := context.WithTimeout(context.Background(), s.grace)
	defer cancel()
	verdicts, err := s.Sink.Deliver(ctx, clone(later))
	for i, v := range verdicts {
		if taken(v) {
			s.Errorf("event %d: the outcome is %d, and nobody was there", i, v.Outcome)
		}
	}
	s.condemnsNothing(verdicts, err)
	if p, ok := s.Sink.(eventstore.Pinger); ok {
		ctx, cancel := context.WithTimeout(context.Background(), s.grace)
		defer cancel()
		if err := p.Ping(ctx); err == nil {
			s.Error("nobody was there, and Ping returned no error")
		}
	}
	restore()
	s.delivered(clone(later))
	s.holds(append(first, later...))
}

// condemnsNothing checks that a sink that is out does not blame events.
func (s *suite) condemnsNothing(verdicts []eventstore.Verdict, err error) {
	s.Helper()
	s.quiet(err)
	for i, v := range verdicts {
		if v.Outcome == eventstore.Refused || v.Outcome == eventstore.Doubtful {
			s.Errorf("event %d: the outcome is %d (%s), though the sink was out", i, v.Outcome, v.Reason)
		}
	}
	var d *eventstore.DeliveryError
	if errors.As(err, &d) && (d.Blame == eventstore.BlameEvents || d.Blame == eventstore.BlameUnknown) {
		s.Errorf("the error blames the events, though the sink was out: %v", err)
	}
}

// outageThroughTheQueue accepts events while the sink is out, and has them delivered afterwards.
func outageThroughTheQueue(s *suite) {
	q := s.queue()
	events := s.events(40)
	s.append(q, events[:10]...)
	s.flushed(q)
	restore := s.Subject.Outage()
	s.append(q, events[10:30]...)
	ctx, cancel := context.WithTimeout(context.Background(), s.outage)
	defer cancel()
	if err := q.Flush(ctx); !errors.Is(err, eventstore.ErrPending) {
		s.Errorf("Flush during the outage: %v, want ErrPending", err)
	}
	restore()
	s.append(q, events[30:]...)
	s.flushed(q)
	if n := len(q.Stats().Quarantined); n > 0 {
		s.Errorf("the outage quarantined events: %+v", q.Stats().Quarantined)
	}
	s.holds(events)
}

// partial has the sink fail with a part of the events: the verdicts are true all the same, and the queue delivers the rest.
func partial(s *suite) {
	events := s.events(10)
	restore := s.Subject.Partial()
	ctx, cancel := context.WithTimeout(context.Background(), s.patience)
	defer cancel()
	verdicts, err := s.deliver(ctx, clone(events))
	settled := 0
	for _, v := range verdicts {
		if v.Outcome != eventstore.Retry {
			settled++
		}
	}
	if settled == len(events) {
		s.Error("every event has a verdict: the hook Partial did nothing")
	}
	s.condemnsNothing(verdicts, err)
	q := s.queue()
	s.append(q, events...) // as after a crash that lost the verdicts
	restore()
	s.flushed(q)
	s.holds(events)
}

// refused has one event of many refused for good: it alone is quarantined, and soon.
func refused(s *suite) {
	good, bad := s.events(19), s.Subject.Refuse()
	ctx, cancel := context.WithTimeout(context.Background(), s.patience)
	defer cancel()
	_, _ = s.deliver(ctx, clone(append(append(good[:7:7], bad), good[7:]...)))
	q := s.queue() // which also halves a batch that was refused as a whole
	s.append(q, good[:7]...)
	s.append(q, bad)
	s.append(q, good[7:]...)
	s.flushed(q)
	n := int64(0)
	for _, m := range q.Stats().Quarantined {
		n += m
	}
	if n != 1 {
		s.Errorf("%d events are quarantined, want 1: %+v", n, q.Stats().Quarantined)
	}
	s.holds(good)
}
