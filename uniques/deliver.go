// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
	"github.com/otelanalytics/otelanalytics-go/uniques/internal/bucket"
	"github.com/otelanalytics/otelanalytics-go/uniques/internal/sketch"
	"github.com/otelanalytics/otelanalytics-go/uniques/recordstore"
)

// Around returns a sink that delivers to inner and counts the events with the outcome Stored or Redelivered. Events
// that were accepted with metrics off do not count.
//
// The sink is a Preparer and a Closer, and a Pinger if inner is one. It has inner's name. Its Close saves the open
// sketches. Wrap only one sink with a counter.
//
// With nil for inner, events are counted and not stored. This is for a service without a database.
func (u *Counter) Around(inner eventstore.Sink) eventstore.Sink {
	if inner == nil {
		inner = nowhere{}
	}
	s := &around{passing{inner}, u}
	if p, ok := inner.(eventstore.Pinger); ok {
		return &aroundPinger{s, p}
	}
	return s
}

// nowhere is a sink that keeps no event.
type nowhere struct{}

func (nowhere) Name() string { return "nowhere" }

func (nowhere) Deliver(_ context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	verdicts := make([]eventstore.Verdict, len(events))
	for i := range verdicts {
		verdicts[i].Outcome = eventstore.Stored
	}
	return verdicts, nil
}

type around struct {
	passing
	counter *Counter
}

type aroundPinger struct {
	*around
	eventstore.Pinger
}

// Prepare prepares the sink, and starts the background.
func (s *around) Prepare(ctx context.Context) error {
	s.counter.start()
	return s.passing.Prepare(ctx)
}

// closeShare divides the time of Close: saving gets one of so many parts.
const closeShare = 2

// Close saves the open sketches, and closes the sink.
func (s *around) Close(ctx context.Context) error {
	saving, cancel := ctx, context.CancelFunc(func() {})
	if end, ok := ctx.Deadline(); ok {
		saving, cancel = context.WithTimeout(ctx, time.Until(end)/closeShare)
	}
	defer cancel()
	_ = s.counter.stop(saving) // which has logged it: nothing is lost
	return s.passing.Close(ctx)
}

// Deliver delivers events, and counts those that are stored.
func (s *around) Deliver(ctx context.Context, events []eventstore.Event) (verdicts []eventstore.Verdict, err error) {
	u := s.counter
	lows := make([]int64, len(events))
	f := &flight{low: never}
	for i, e := range events {
		lows[i] = u.received(e.Document)
		f.low = min(f.low, lows[i])
	}
	u.awaitKey(ctx)
	if err := u.depart(ctx, f); err != nil {
		return nil, &eventstore.DeliveryError{Kind: "lease", Err: err}
	}
	defer func() { u.land(f, events, lows, verdicts) }() // also when the sink panics
	return s.inner.Deliver(ctx, events)
}

// PassOver counts an event that is not delivered, as it counts one that is stored.
func (s *around) PassOver(e eventstore.Event) { s.counter.passOver(e) }

// passOver counts an event that has no document. Its values are in memory until the next save, and a crash before that
// loses them. An event that arrives before the key is known is lost, too.
func (u *Counter) passOver(e eventstore.Event) {
	hasher := u.key.hasher.Load()
	if hasher == nil {
		return
	}
	values := u.evaluate(hasher, e.Document)
	o := &u.open
	o.mu.Lock()
	defer o.mu.Unlock()
	o.add(values, u.received(e.Document))
	u.bound()
}

// received returns when an event was accepted.
func (u *Counter) received(doc bson.Raw) int64 {
	if t, ok := receivedAt(doc); ok {
		return t.UnixMilli()
	}
	return u.config.now().UnixMilli()
}

func receivedAt(doc bson.Raw) (time.Time, bool) { return doc.Lookup(eventdoc.FieldReceivedAt).TimeOK() }

// depart notes a delivery, and makes sure that the lease covers it.
func (u *Counter) depart(ctx context.Context, f *flight) error {
	o := &u.open
	o.mu.Lock()
	o.flights[f] = struct{}{}
	uncovered := f.low < max(o.persisted, o.intended)
	o.mu.Unlock()
	if !uncovered && !u.lease.olderThan(u.config.pace.stale) {
		return nil
	}
	if at := u.refused.Load(); at != 0 && time.Since(time.UnixMilli(at)) < u.config.pace.lease {
		u.stats.uncovered.Add(1)
		return nil // it would be refused again
	}
	err := u.renew(ctx)
	if errors.Is(err, recordstore.ErrRefused) {
		// Events must not wait for a right that sketches lack.
		u.stats.uncovered.Add(1)
		u.refused.Store(time.Now().UnixMilli())
		u.note(errLease, err)
		return nil
	}
	if err != nil {
		o.mu.Lock()
		delete(o.flights, f)
		o.mu.Unlock()
		return err
	}
	u.refused.Store(0)
	return nil
}

// land counts the stored events.
func (u *Counter) land(f *flight, events []eventstore.Event, lows []int64, verdicts []eventstore.Verdict) {
	values, hasher := make([][]counted, len(events)), u.key.hasher.Load()
	for i := range events {
		if hasher != nil && i < len(verdicts) && isStored(verdicts[i].Outcome) {
			values[i] = u.evaluate(hasher, events[i].Document)
		}
	}
	o := &u.open
	o.mu.Lock()
	defer o.mu.Unlock()
	for i, e := range events {
		switch outcome := outcomeOf(verdicts, i); {
		case isStored(outcome):
			if o.add(values[i], lows[i]); hasher == nil {
				o.owed = min(o.owed, lows[i])
			}
			delete(o.doubts, e.ID)
		case outcome == eventstore.Refused || outcome == eventstore.Deduplicated:
			delete(o.doubts, e.ID)
		default:
			o.doubts[e.ID] = doubt{lows[i], time.Now()}
		}
	}
	delete(o.flights, f)
	u.bound()
}

func isStored(o eventstore.Outcome) bool {
	return o == eventstore.Stored || o == eventstore.Redelivered
}

func outcomeOf(verdicts []eventstore.Verdict, i int) eventstore.Outcome {
	if i < len(verdicts) {
		return verdicts[i].Outcome
	}
	return eventstore.Retry
}

// bound bounds the open sketches. The caller holds the lock of open.
func (u *Counter) bound() {
	n := u.open.bytes()
	if n > saveBytes {
		select {
		case u.full <- struct{}{}:
		default: // one is due already
		}
	}
	if n > maxBytes {
		u.open.shed()
		u.stats.shed.Add(1)
	}
}

// evaluate returns the values that an event counts.
func (u *Counter) evaluate(hasher *sketch.Hasher, doc bson.Raw) (values []counted) {
	return u.counts.of(hasher, doc, u.config.now())
}

// keptFor is how long a record is kept after it has left the longest window.
const keptFor = 2 * bucket.Day
