// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"context"
	"sync"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/instruments"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/internal/bsondoc"
)

// scratch is what one call needs to build a document, kept for the next.
type scratch struct {
	doc    []byte
	values []instruments.Value
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// maxScratchBytes is the largest buffer that is kept, so that one large event does not hold memory.
const maxScratchBytes = 256 << 10

func (s *scratch) release() {
	if cap(s.doc) <= maxScratchBytes {
		scratches.Put(s)
	}
}

// Track accepts an event: it writes it to the journal, from where it reaches MongoDB exactly once, and
// updates the metrics that the event map names for e.Type. An entry with store: false, or a client without
// a store, updates the metrics alone.
//
// An event type that the map does not know is stored, counted as event_type "other", and warned about. A
// field of a wrong type is stored as it is; metrics do without it.
//
// Track returns an [InvalidEventError] for what can never be stored, ErrClosed, ErrJournalFull, or the
// operating system's error when the journal cannot be written: the event is then not accepted. With
// [WithAck], it also returns ErrUnconfirmed, ErrNotDurable or ErrQuarantined for an event that was. While
// another call tracks the same Key, it waits for what becomes of that; when ctx ends first, it returns ctx's
// error, and this event was not accepted. It may be called from any number of goroutines.
func (c *Client) Track(ctx context.Context, e Event, options ...TrackOption) error {
	return c.trackAs(ctx, c.resolve(e.Type), &e, options)
}

func (c *Client) trackAs(ctx context.Context, t *EventType, e *Event, options []TrackOption) error {
	ctx = orBackground(ctx)
	if c.closed.Load() {
		return t.reject(ErrClosed)
	}
	if e.Type == "" {
		return t.reject(&InvalidEventError{Field: "event_type", Problem: "is empty; name what happened"})
	}
	if t == c.unknown {
		c.warner.unknownEvent(e.Type)
	}
	if !t.stored {
		if err := c.recordOnce(ctx, t, e); err != nil {
			return t.reject(err)
		}
		return nil
	}
	ack := c.trackConfig(options).ack
	if ack > AckStored {
		return t.reject(unknownAck(ack))
	}
	withActor(ctx, e)
	receipt, err := c.accept(ctx, t, e, ack)
	if err != nil {
		return t.reject(err)
	}
	return receipt.Wait(ctx)
}

func (c *Client) trackConfig(options []TrackOption) trackConfig {
	if len(options) == 0 {
		return c.track // what follows is on the heap
	}
	cfg := c.track
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
func (c *Client) accept(ctx context.Context, t *EventType, e *Event, ack Ack) (eventstore.Receipt, error) {
	now := time.Now()
	if e.Key == "" {
		return c.appendEvent(ctx, t, e, newID(now), now, ack)
	}
	id := keyID(e.Key)
	entry, mine, err := c.keys.claim(ctx, id)
	if err != nil {
		return eventstore.Receipt{}, err
	}
	if !mine {
		t.duplicate.Add(1)
		return c.store.Await(entry.seq, ack), nil
	}
	receipt, err := c.appendEvent(ctx, t, e, id, now, ack)
	c.keys.settle(id, entry, receipt.Seq(), err == nil)
	return receipt, err
}

func (c *Client) appendEvent(ctx context.Context, t *EventType, e *Event, id [16]byte, now time.Time, ack Ack) (eventstore.Receipt, error) {
	s := scratches.Get().(*scratch)
	defer s.release()
	doc, data, err := c.appendDocument(s.doc[:0], e, id, now, trace.SpanContextFromContext(ctx))
	s.doc = doc
	if err != nil {
		return eventstore.Receipt{}, err
	}
	receipt, err := c.store.Append(ctx, eventstore.Event{ID: id, Type: t.name, Document: doc}, ack)
	if err != nil {
		return eventstore.Receipt{}, err
	}
	t.accepted.Add(1)
	t.record(ctx, e.Type, doc[data:], s)
	return receipt, nil
}

// record updates the metrics from the encoded data.
func (t *EventType) record(ctx context.Context, eventType string, data []byte, s *scratch) {
	if t.recorder == nil {
		return
	}
	n := len(t.recorder.Fields())
	if cap(s.values) < n {
		s.values = make([]instruments.Value, n)
	}
	values := s.values[:n]
	clear(values)
	t.fields.read(data, values)
	t.recorder.Record(ctx, eventType, values)
	clear(values) // they refer to the document's memory
}

// Record updates the metrics that the event map names for an entry, with the data that they need, and
// stores nothing. A name that the map does not know is ErrUnknownEvent; data that cannot be encoded are an
// [InvalidEventError]. It never blocks.
func (c *Client) Record(ctx context.Context, name string, data any) error {
	t := c.resolve(name)
	if t == c.unknown {
		c.warner.unknownRecord(name)
		_, err := c.EventType(name)
		return err
	}
	return c.recordAs(ctx, t, name, data)
}

// recordOnce is Track of an event that is not stored.
func (c *Client) recordOnce(ctx context.Context, t *EventType, e *Event) error {
	if e.Key == "" {
		return c.recordAs(ctx, t, e.Type, e.Data)
	}
	id := keyID(e.Key)
	entry, mine, err := c.keys.claim(ctx, id)
	if err != nil {
		return err
	}
	if !mine {
		t.duplicate.Add(1)
		return nil
	}
	err = c.recordAs(ctx, t, e.Type, e.Data)
	c.keys.settle(id, entry, 0, err == nil)
	return err
}

func (c *Client) recordAs(ctx context.Context, t *EventType, name string, data any) error {
	if c.closed.Load() {
		return ErrClosed
	}
	if t.recorder == nil {
		return nil
	}
	ctx = orBackground(ctx)
	s := scratches.Get().(*scratch)
	defer s.release()
	doc, start, err := bsondoc.Document(s.doc[:0], dataField, data)
	s.doc = doc
	if err != nil {
		return invalidData(name, err)
	}
	t.record(ctx, name, doc[start:], s)
	return nil
}
