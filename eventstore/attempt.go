// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"context"
	"errors"
	"fmt"
)

var (
	// errQuarantine: the quarantine file cannot be written. The event stays in the journal until it can.
	errQuarantine = errors.New("quarantine file")
	errUnreadable = errors.New("the journal's record is not an event of this version")
)

// attempt offers the events to the sink once. It counts those that the sink now has, quarantines those that it will never
// take, and returns the others with the reason; no others, no error.
func (w *writer) attempt(ctx context.Context, events []*pending) (left []*pending, err error) {
	events, err = w.withoutBroken(events)
	if len(events) == 0 || err != nil {
		return events, err
	}
	w.offered = w.offered[:0]
	for _, e := range events {
		w.offered = append(w.offered, e.Event)
	}
	verdicts, err := w.offer(ctx)
	if w.abandoned.Load() {
		return events, errShutDown
	}
	if len(verdicts) > len(events) {
		return events, &DeliveryError{Kind: "write", Err: fmt.Errorf("%d verdicts about %d events", len(verdicts), len(events))}
	}
	return w.sort(events, verdicts, err)
}

// offer calls the sink, which may be anybody's.
func (w *writer) offer(ctx context.Context) (verdicts []Verdict, err error) {
	defer func() {
		if r := recover(); r != nil {
			verdicts, err = nil, &DeliveryError{
				Kind: "panic", Blame: BlameUnknown, Detail: fmt.Sprint(r), Err: errors.New("the sink panicked"),
			}
		}
	}()
	return w.store.sink.Deliver(ctx, w.offered)
}

// sort goes through the verdicts.
func (w *writer) sort(events []*pending, verdicts []Verdict, cause error) (left []*pending, err error) {
	var stored, before []*pending
	for i, e := range events {
		var v Verdict
		if i < len(verdicts) {
			v = verdicts[i]
		}
		switch v.Outcome {
		case Stored:
			stored = append(stored, e)
		case Duplicate:
			before = append(before, e)
		case Refused:
			if failed := w.quarantine(e, v.reason(), v.Message); failed != nil {
				left, err = append(left, e), failed
			}
		case Doubtful:
			w.store.tally.failed("write", fmt.Sprintf("an event was not taken (%s)", v.reason()))
			w.suspect(e, v.reason(), v.Message)
		default:
			left = append(left, e)
		}
	}
	w.stored(stored, false)
	w.stored(before, true)
	switch {
	case len(left) == 0:
		return nil, nil
	case cause == nil && err == nil:
		cause = &DeliveryError{Kind: "write", Err: fmt.Errorf("%d of %d events got no verdict", len(left), len(events))}
	}
	return left, errors.Join(cause, err)
}

func (v *Verdict) reason() string {
	if v.Reason == "" {
		return "refused"
	}
	return v.Reason
}

// stored counts events that the sink has.
func (w *writer) stored(events []*pending, before bool) {
	t := w.store.tally
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, e := range events {
		t.stored[e.Type]++
	}
	w.taken += uint64(len(events))
	w.store.settled.Add(int64(len(events)))
	if before {
		t.redelivered += int64(len(events))
	}
}

// withoutBroken quarantines records that are not events. The journal's checksums exclude damage, so that
// only another version of the SDK can have written them.
func (w *writer) withoutBroken(events []*pending) ([]*pending, error) {
	var err error
	kept := make([]*pending, 0, len(events))
	for _, e := range events {
		if !e.broken {
			kept = append(kept, e)
			continue
		}
		if failed := w.quarantine(e, "unreadable", errUnreadable.Error()); failed != nil {
			kept, err = append(kept, e), failed
		}
	}
	return kept, err
}

// quarantine puts an event into the quarantine file and counts it.
func (w *writer) quarantine(e *pending, reason, message string) error {
	if err := w.store.quarantine.add(e, reason, message); err != nil {
		return fmt.Errorf("%w: %w", errQuarantine, err)
	}
	w.batch.quarantined[e.seq] = struct{}{}
	w.store.acks.fail(e.seq, ErrQuarantined)
	w.store.settled.Add(1)
	t := w.store.tally
	t.mu.Lock()
	t.quarantined[QuarantineKey{e.Type, reason}]++
	t.mu.Unlock()
	w.store.log.sink.Error(w.store.name+": event quarantined", "event_type", e.Type, "reason", reason, "file", w.store.quarantine.path)
	return nil
}
