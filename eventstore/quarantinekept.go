// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"errors"
	"log/slog"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/kept"
)

// prepare takes the room that quarantine needs on a disk that is full. What there is no room for is tried again.
func (q *quarantine) prepare() {
	if !q.hasAll() {
		q.mayRepeat() // a process may have died while it moved them
	}
	err := q.reserve()
	if q.kept != nil {
		err = errors.Join(q.kept.Prepare(), err)
	}
	q.prepared.Store(err == nil)
}

// hasAll reports whether no refused event waits in the journal's segments for room.
func (q *quarantine) hasAll() bool { return q.kept == nil || q.kept.IsEmpty() }

// moveKept writes the lines of the events that are kept in the journal's segments, and deletes these.
func (q *quarantine) moveKept() error {
	if q.hasAll() {
		return nil
	}
	err := q.kept.Move(func(events []kept.Event) error {
		refused := make([]*pending, len(events))
		for i, e := range events {
			refused[i] = keptEvent(e)
		}
		return q.add(refused, 0)
	})
	if err != nil {
		q.mayRepeat()
	}
	return err
}

// keptEvent is the event that was refused. What the sink said of it is not kept.
func keptEvent(e kept.Event) *pending {
	event, ok := parseEvent(e.Payload)
	if !ok {
		event = Event{Type: "other", Document: e.Payload}
	}
	p := &pending{
		Event: event, seq: e.Seq, broken: !ok, reason: e.Reason, refusedAt: e.At,
		message: "refused while the quarantine file could not be written; the sink's message is not kept",
	}
	if event.Refusal != nil {
		p.message = event.Refusal.Message
	}
	return p
}

// keep has events that were refused stay where they are, in the journal's segments, and takes them as quarantined. It returns
// those for which that is not possible: the index of such events is the first sink's.
func (w *writer) keep(events []*pending) (left []*pending) {
	s := w.to
	if s.quarantine.kept == nil {
		return events
	}
	var keep []kept.Event
	var these []*pending
	for _, e := range events {
		segment, ok := s.store.journal.SegmentOf(e.seq)
		if !ok {
			left = append(left, e)
			continue
		}
		these = append(these, e)
		keep = append(keep, kept.Event{Segment: segment, Seq: e.seq, Reason: e.reason, At: time.Now().UTC()})
	}
	if len(keep) == 0 {
		return events
	}
	if err := s.quarantine.kept.Add(keep); err != nil {
		s.tally.failed("quarantine", err.Error())
		return events
	}
	w.moving.begin(time.Now())
	w.placed(these)
	return left
}

// move moves what is kept to the quarantine file, and takes the room that it needs on a full disk.
func (w *writer) move(now time.Time) {
	q := w.to.quarantine
	if now.Before(w.moving.due) || q.prepared.Load() && q.hasAll() {
		return
	}
	had := !q.hasAll()
	if err := q.moveKept(); err != nil {
		w.to.tally.failed("quarantine", "quarantine file: "+err.Error())
		w.to.conditions.quarantine.Note("", 0, slog.Any("error", err))
		w.moving.begin(now)
		return
	}
	if q.prepare(); q.prepared.Load() {
		w.moving.reset()
	} else {
		w.moving.begin(now)
	}
	if had || q.prepared.Load() { // else nothing was written: the file may be as it was
		w.to.conditions.quarantine.End()
	}
}
