// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"cmp"
	"context"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
	"github.com/otelanalytics/otelanalytics-go/internal/background"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// Track accepts an event and updates the metrics that the event map declares for e.Type. It writes the event to the
// journal, from which the event reaches MongoDB exactly once. An entry with store: false only updates the metrics, and
// so does a client without a store. Any number of goroutines may call Track.
//
// An event type that the map does not declare is stored, counted as event_type "other", and logged as a warning. With
// [WithStrict] it is refused with ErrUnknownEvent. A field of a wrong type is stored as it is, and metrics ignore it.
//
// Track returns one of these errors, and does not accept the event:
//
//   - an [InvalidEventError] for an event that can never be stored;
//   - ErrSuppressed, ErrClosed, ErrJournalFull, ErrQuarantineFull or ErrNoDisk;
//   - the operating system's error when the journal cannot be written;
//   - the error of ctx, when ctx ends while Track waits for another call with the same Key.
//
// With [WithAck], Track may also return ErrUnconfirmed, ErrNotDurable, ErrQuarantined, ErrSuppressed or ErrLost for an
// event that was accepted.
//
// Track does not panic. A panic of the caller's own code is returned as an InvalidEventError if the event is not in the
// journal yet. Later panics are counted in otelanalytics.pipeline.panics: the call can no longer fail.
func (c *Client) Track(ctx context.Context, e Event, options ...TrackOption) error {
	return c.track(ctx, c.resolve(e.Type), nil, &e, nil, options)
}

// track takes one event through the pipeline. A non-nil refused is the reason why the event is refused at once.
func (c *Client) track(ctx context.Context, t *entry, m *Module, e *Event, refused error, options []TrackOption) error {
	ctx = background.Or(ctx)
	r := c.newRun(m, options)
	defer r.release()
	it := r.add(t, e)
	switch {
	case c.disabled:
		it.state = done
	case refused != nil:
		it.refuse(refused)
	default:
		r.do(ctx)
	}
	if r.watching != nil {
		r.showOthers()
	}
	if r.cfg.tells() {
		r.tell()
	}
	if it.err != nil || len(r.waits) == 0 {
		return it.err
	}
	return r.wait(ctx)
}

// admit makes the checks that do not depend on the event's data.
func (c *Client) admit(t *entry, m *Module, e *eventdoc.New, cfg trackConfig) error {
	eventType := e.Type
	switch {
	case c.suppressed(cmp.Or(e.UserID, e.AnonymousID)):
		return ErrSuppressed
	case eventType == "":
		return &InvalidEventError{Field: eventdoc.FieldType, Problem: "is empty; name what happened"}
	case !cfg.ack.Valid():
		return unknownAck("WithAck", cfg.ack)
	case !eventdoc.HoldsTime(e.Time):
		return &InvalidEventError{
			EventType: strings.Clone(eventType), Field: eventdoc.FieldTime,
			Problem: "is not " + eventdoc.Times + "; the zero time is now",
		}
	case t != c.unknown:
		return nil
	case c.strict:
		return unknownEvent(eventType)
	}
	c.warnerOf(m).unknownEvent(eventType)
	return nil
}

// suppressed reports whether nothing may be kept of a user, or of an anonymous id without a user.
func (c *Client) suppressed(userID string) bool {
	return c.suppress && userID != "" && c.store.Suppressed(userID)
}

func (c *Client) warnerOf(m *Module) *warner {
	if m != nil {
		return m.warner
	}
	return c.warner
}

// withActor fills in the fields that the event leaves to the context.
func withActor(ctx context.Context, e *eventdoc.New) {
	if e.UserID != "" && e.SessionID != "" && e.Platform != "" {
		return
	}
	a := eventctx.FromContext(ctx)
	if e.UserID == "" {
		e.UserID = a.UserID
	}
	if e.SessionID == "" {
		e.SessionID = a.SessionID
	}
	if e.Platform == "" {
		e.Platform = a.Platform
	}
}

// metricsOn reports whether a call updates metrics. It is called once a call, so that the document records the
// decision.
func (c *Client) metricsOn(t *entry, m *Module, cfg trackConfig) bool {
	return !cfg.withoutMetrics && c.switches.record(t, m)
}
