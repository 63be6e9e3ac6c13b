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

// Track accepts an event: it writes it to the journal, from where it reaches MongoDB exactly once, and
// updates the metrics that the event map names for e.Type. An entry with store: false, or a client without
// a store, updates the metrics alone.
//
// An event type that the map does not know is stored, counted as event_type "other", and warned about,
// unless [WithStrict] has it refused with ErrUnknownEvent. A field of a wrong type is stored as it is; metrics
// do without it.
//
// Track does not panic. A panic of the caller's own code is an InvalidEventError before the event is in the journal, and
// is counted in otelanalytics.pipeline.panics after it, when nothing can fail the call any more.
//
// Track returns an [InvalidEventError] for what can never be stored, ErrSuppressed, ErrClosed, ErrJournalFull, or the
// operating system's error when the journal cannot be written: the event is then not accepted. With
// [WithAck], it also returns ErrUnconfirmed, ErrNotDurable, ErrQuarantined, ErrSuppressed or ErrLost for an event that was. While
// another call tracks the same Key, it waits for what becomes of that; when ctx ends first, it returns ctx's
// error, and this event was not accepted. It may be called from any number of goroutines.
func (c *Client) Track(ctx context.Context, e Event, options ...TrackOption) error {
	return c.track(ctx, c.resolve(e.Type), nil, &e, nil, options)
}

// track takes one event through the pipeline. refused is why its door does not let it in; nil when it does.
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

// admit refuses what does not depend on the event's data.
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

// suppressed reports whether nothing may be kept of a user, or of somebody with an anonymous id who is not signed in.
func (c *Client) suppressed(userID string) bool {
	return c.suppress && userID != "" && c.store.Suppressed(userID)
}

func (c *Client) warnerOf(m *Module) *warner {
	if m != nil {
		return m.warner
	}
	return c.warner
}

// withActor fills in what the event leaves to the context.
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

// metricsOn reports whether a call updates metrics. It is asked once a call, so that the document says what was done.
func (c *Client) metricsOn(t *entry, m *Module, cfg trackConfig) bool {
	return !cfg.withoutMetrics && c.switches.record(t, m)
}
