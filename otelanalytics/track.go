// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// Track accepts an event: it writes it to the journal, from where it reaches MongoDB exactly once, and
// updates the metrics that the event map names for e.Type. An entry with store: false, or a client without
// a store, updates the metrics alone.
//
// An event type that the map does not know is stored, counted as event_type "other", and warned about,
// unless [WithStrict] has it refused with ErrUnknownEvent. A field of a wrong type is stored as it is; metrics
// do without it.
//
// Track returns an [InvalidEventError] for what can never be stored, ErrClosed, ErrJournalFull, or the
// operating system's error when the journal cannot be written: the event is then not accepted. With
// [WithAck], it also returns ErrUnconfirmed, ErrNotDurable or ErrQuarantined for an event that was. While
// another call tracks the same Key, it waits for what becomes of that; when ctx ends first, it returns ctx's
// error, and this event was not accepted. It may be called from any number of goroutines.
func (c *Client) Track(ctx context.Context, e Event, options ...TrackOption) error {
	return c.track(ctx, c.resolve(e.Type), nil, &e, options)
}

func (c *Client) track(ctx context.Context, t *entry, m *Module, e *Event, options []TrackOption) error {
	if c.disabled {
		return nil
	}
	if c.closed.Load() {
		return t.reject(ErrClosed)
	}
	ctx = orBackground(ctx)
	cfg := c.trackConfig(options)
	withActor(ctx, e)
	if len(c.hooks) > 0 {
		edited, on := c.runHooks(ctx, forHooks(*e))
		if !on {
			t.dropped.Add(1)
			return nil
		}
		if edited.Type != e.Type {
			t = c.resolve(edited.Type)
		}
		e = &edited
	}
	if err := c.admit(t, m, e, cfg); err != nil {
		return t.reject(err)
	}
	if !t.stored {
		if err := c.recordOnce(ctx, t, m, e, cfg); err != nil {
			return t.reject(err)
		}
		return nil
	}
	receipt, err := c.accept(ctx, t, m, e, cfg)
	if err != nil {
		return t.reject(err)
	}
	return receipt.Wait(ctx)
}

// admit refuses what does not depend on the event's data.
func (c *Client) admit(t *entry, m *Module, e *Event, cfg trackConfig) error {
	switch {
	case e.Type == "":
		return &InvalidEventError{Field: "event_type", Problem: "is empty; name what happened"}
	case cfg.ack > AckStored:
		return unknownAck(cfg.ack)
	case t != c.unknown:
		return nil
	case c.strict:
		return unknownEvent(e.Type)
	}
	c.warnerOf(m).unknownEvent(e.Type)
	return nil
}

func (c *Client) warnerOf(m *Module) *warner {
	if m != nil {
		return m.warner
	}
	return c.warner
}

func (c *Client) trackConfig(options []TrackOption) trackConfig {
	if len(options) == 0 {
		return c.defaults // what follows is on the heap
	}
	cfg := c.defaults
	for _, o := range options {
		if o != nil {
			o.applyTrack(&cfg)
		}
	}
	return cfg
}

// withActor fills in what the event leaves to the context.
func withActor(ctx context.Context, e *Event) {
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

// accept encodes, appends and records an event, or finds that it was accepted before.
func (c *Client) accept(ctx context.Context, t *entry, m *Module, e *Event, cfg trackConfig) (eventstore.Receipt, error) {
	now := c.now()
	if e.Key == "" {
		return c.appendEvent(ctx, t, m, e, newID(now), now, cfg)
	}
	id := keyID(e.Key)
	key, mine, err := c.keys.claim(ctx, id)
	if err != nil {
		return eventstore.Receipt{}, err
	}
	if !mine {
		t.duplicate.Add(1)
		return c.store.Await(key.seq, cfg.ack), nil
	}
	receipt, err := c.appendEvent(ctx, t, m, e, id, now, cfg)
	c.keys.settle(id, key, receipt.Seq(), err == nil)
	return receipt, err
}

func (c *Client) appendEvent(ctx context.Context, t *entry, m *Module, e *Event, id [16]byte, now time.Time, cfg trackConfig) (eventstore.Receipt, error) {
	s := scratches.Get().(*scratch)
	defer s.release()
	if err := s.encode(t, e.Type, e.Data); err != nil {
		return eventstore.Receipt{}, err
	}
	metrics := c.metricsOn(t, m, cfg)
	doc, data, err := c.appendDocument(s, s.doc[:0], m, e, id, now, trace.SpanContextFromContext(ctx), metrics)
	s.doc = doc
	if err != nil {
		return eventstore.Receipt{}, err
	}
	receipt, err := c.store.Append(ctx, eventstore.Event{ID: id, Type: t.name, Document: doc}, cfg.ack)
	if err != nil {
		return eventstore.Receipt{}, err
	}
	t.accepted.Add(1)
	c.record(ctx, t, m, e.Type, doc[data:], s, metrics)
	c.emit(ctx, e.Type, logged{on: true, happened: e.Time, id: id, now: now}, doc[data:])
	return receipt, nil
}

// metricsOn reports whether a call updates metrics. It is asked once a call, so that the document says what was done.
func (c *Client) metricsOn(t *entry, m *Module, cfg trackConfig) bool {
	return !cfg.withoutMetrics && c.switches.record(t, m)
}

// record updates the metrics from the encoded data when they are on.
func (c *Client) record(ctx context.Context, t *entry, m *Module, eventType string, data []byte, s *scratch, on bool) {
	if on && !c.recorded.Load() {
		c.warnOfNoop(ctx)
	}
	t.record(ctx, c.warnerOf(m), eventType, data, s, on)
}
