// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/instruments"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// run takes the events of one call through the pipeline. Each way into the pipeline makes a run and calls do:
//
//	Track  Module.Track  EventType.Track  typed code  TrackBatch
//	   └─────────┴──────────────┴─────────────┴───────────┘
//	                             │
//	   enter    actor from ctx, before-track hooks, admission   each event
//	   claim    the idempotency keys, in the order of their ids all events
//	 ┌ encode   data to BSON, redact, document                  each event
//	 │ append   to the journal; not with store: false           all events in one write
//	 └ publish  update metrics, emit the log record             each accepted event
//	   settle   the keys (deferred, whatever panics)            all events
//	   wait     for the acknowledgement level                   all events
//
// The part in brackets runs again for an event whose Key is free again because another event of the batch with that Key
// was refused. A run belongs to the goroutine of its call, and is pooled.
type run struct {
	client *Client
	module *Module // nil: none
	cfg    trackConfig
	batch  bool // the call takes several events
	used   bool // more than the items and the scratch

	items   []item
	keys    []claimedKey
	keyed   []int                // the items with a Key, in the order of their ids
	appends []eventstore.Event   // of a batch: one append to the journal
	waits   []eventstore.Receipt // for these acknowledgements
	step    step
	scratch scratch

	watching *[]*watcher  // nil: nobody watches
	seen     WatchedEvent // that the watchers are told of
}

var runs = sync.Pool{New: func() any { return new(run) }}

// maxItems is the largest batch whose memory is kept for the next run.
const maxItems = 1_000

func (c *Client) newRun(m *Module, options []TrackOption) *run {
	r := runs.Get().(*run)
	r.client, r.module, r.cfg = c, m, c.defaults
	r.scratch.enc.BSONTagsOnly = c.bsonOnly
	r.watching = c.watchers.all.Load()
	r.scratch.watched, r.scratch.noted = r.watching != nil, nil
	r.used = len(options) > 0
	for _, o := range options {
		if o != nil {
			o.applyTrack(&r.cfg)
		}
	}
	return r
}

// release forgets everything that belongs to the caller.
func (r *run) release() {
	clear(r.items)
	r.items = r.items[:0]
	if r.used {
		clear(r.keys)
		clear(r.appends)
		clear(r.waits)
		r.keys, r.keyed, r.appends, r.waits = r.keys[:0], r.keyed[:0], r.appends[:0], r.waits[:0]
		r.cfg, r.batch, r.used = trackConfig{}, false, false
	}
	if cap(r.items) <= maxItems && r.scratch.small() {
		runs.Put(r)
	}
}

// add puts an event of an entry into the run.
func (r *run) add(t *entry, e *Event) *item {
	n := len(r.items)
	if n == cap(r.items) {
		r.items = append(r.items, item{})
	}
	r.items = r.items[:n+1] // which release has cleared
	it := &r.items[n]
	it.entry = t
	it.set(e)
	return it
}

// do processes all events up to their result. It does not wait for acknowledgements.
func (r *run) do(ctx context.Context) {
	defer r.settle()
	r.step = stepAccept
	for i := range r.items {
		it := &r.items[i]
		if r.enter(ctx, it); it.state == waiting && it.event.Key != "" {
			r.keyed, r.used = append(r.keyed, i), true
		}
	}
	if len(r.keyed) > 0 {
		r.claim(ctx)
	}
	for again := true; again; {
		again = r.encode(ctx)
		r.append(ctx)
		r.publish(ctx)
	}
}

// enter fills in the actor, runs the hooks and makes the checks that do not depend on the event's data.
func (r *run) enter(ctx context.Context, it *item) {
	c := r.client
	if it.state != waiting {
		return // refused by its door
	}
	if c.closed.Load() {
		it.refuse(ErrClosed)
		return
	}
	withActor(ctx, &it.event)
	if len(c.hooks) > 0 {
		edited, on := c.hooked(ctx, it.get())
		if !on {
			it.drop()
			return
		}
		if edited.Type != it.event.Type {
			it.entry = c.resolve(edited.Type)
		}
		it.set(&edited)
	}
	if err := c.admit(it.entry, r.module, &it.event, r.cfg); err != nil {
		it.refuse(err)
	}
}

// encode builds the documents and data of each event whose turn it is. It reports whether an event waits for the result
// of another one with its Key.
func (r *run) encode(ctx context.Context) (again bool) {
	r.scratch.docs, r.scratch.plain = r.scratch.docs[:0], r.scratch.plain[:0]
	for i := range r.items {
		it := &r.items[i]
		if it.state != waiting {
			continue
		}
		k := r.keyOf(it)
		if k != nil && k.accepted {
			it.duplicate()
			continue
		}
		if k != nil && k.taken {
			again = true
			continue
		}
		if err := r.encodeItem(ctx, it); err != nil {
			it.refuse(err)
			continue
		}
		if k != nil {
			k.taken = true
		}
		it.state = encoded
	}
	return again
}

// encodeItem appends the data of an event to the scratch, within its document if it is stored.
func (r *run) encodeItem(ctx context.Context, it *item) error {
	c, s, e := r.client, &r.scratch, &it.event
	s.single, s.keeping = !r.batch, it.entry.stored
	e.ReceivedAt = c.now()
	if it.key == 0 {
		e.ID = newID(e.ReceivedAt)
	}
	it.start = len(s.docs)
	if it.entry.stored {
		if r.module != nil {
			e.Module = r.module.name
		}
		if span := trace.SpanContextFromContext(ctx); span.IsValid() {
			e.TraceID, e.SpanID = span.TraceID(), span.SpanID()
		}
		s.docs, _ = eventdoc.Begin(s.docs, e)
	}
	it.body = len(s.docs)
	if err := s.encode(it.entry, c.warnerOf(r.module), e.Type, it.data); err != nil {
		s.docs = s.docs[:it.start]
		return err
	}
	it.refusal, it.noted = s.refusal, s.noted
	e.WithoutMetrics = !c.metricsOn(it.entry, r.module, r.cfg)
	e.Untrusted = r.cfg.untrusted
	if r.cfg.sample != nil && it.entry.stored {
		if err := r.sample(it); err != nil {
			s.docs = s.docs[:it.start]
			return err
		}
	}
	if it.entry.stored {
		it.plain = s.rename(it.body)
		s.docs = eventdoc.End(s.docs, it.start, e, c.envelope)
	}
	it.end = len(s.docs)
	if !it.entry.stored {
		return nil
	}
	size := it.end - it.start
	if largest, sink := c.largest(); size > largest {
		s.docs = s.docs[:it.start]
		return tooLarge(e.Type, r.dataOf(it), size, largest, sink)
	}
	return nil
}

// sample decides whether an event is in the part of its entry that is stored.
func (r *run) sample(it *item) error {
	rate, asked := r.cfg.sample[it.entry.name]
	if !asked || rate == 1 {
		return nil
	}
	if !(rate > 0 && rate < 1) {
		return fmt.Errorf("otelanalytics: WithStoreSample: the rate of %q is %v; it must be above 0, and 1 at most", it.entry.name, rate)
	}
	if it.refusal == nil { // quarantine keeps all
		it.event.SampleRate = rate
		it.unsampled = !eventdoc.InSample(it.event.ID, rate)
	}
	return nil
}

// freeKey leaves the Key of an event to the next event of the run with it.
func (r *run) freeKey(it *item) {
	if k := r.keyOf(it); k != nil {
		k.taken = false
	}
}

// accept marks an event, and its Key, as accepted. The Key of one that goes into quarantine is free.
func (r *run) accept(it *item, result Result, seq uint64) {
	it.state, it.result = accepted, result
	switch result {
	case ResultAccepted:
		r.restamped(it)
		it.entry.accepted.Add(1)
	case ResultRecorded:
		if it.unsampled {
			it.entry.sampledOut.Add(1)
		} else {
			it.entry.accepted.Add(1)
		}
	case ResultQuarantined:
		it.entry.accepted.Add(1)
		it.entry.saw(it.event.ReceivedAt)
		r.freeKey(it)
		return
	}
	it.entry.saw(it.event.ReceivedAt)
	if k := r.keyOf(it); k != nil {
		k.accepted, k.seq = true, seq
	}
}

// publish updates the metrics and emits the log records of the accepted events, except those for quarantine. Nothing in
// it can fail the call.
func (r *run) publish(ctx context.Context) {
	var oldest time.Time // of the events that have a document
	for i := range r.items {
		it := &r.items[i]
		if it.state != accepted {
			continue
		}
		it.state = done
		if it.result == ResultQuarantined {
			if r.watching != nil {
				r.show(it)
			}
			continue
		}
		if it.isStored() && (oldest.IsZero() || it.event.ReceivedAt.Before(oldest)) {
			oldest = it.event.ReceivedAt
		}
		data := r.dataOf(it)
		r.scratch.noted = it.noted
		about := instruments.Envelope{
			Type: it.event.Type, Platform: it.event.Platform, Session: it.event.SessionID != "", Accepted: true,
		}
		r.client.record(ctx, it.entry, r.module, about, data, &r.scratch, !it.event.WithoutMetrics)
		if it.unsampled && r.client.passOver != nil {
			r.client.passOver(r.stored(it))
		}
		if r.client.eventLog != nil {
			r.client.emit(ctx, it, data)
		}
		if r.watching != nil {
			it.noted = r.scratch.noted
			r.show(it)
		}
	}
	if !oldest.IsZero() {
		r.client.delay.note(r.client.now().Sub(oldest))
	}
}

// wait waits until the accepted events have reached the acknowledgement level.
func (r *run) wait(ctx context.Context) (err error) {
	for i := range r.waits {
		if e := r.waits[i].Wait(ctx); err == nil {
			err = e
		} else if e != nil {
			err = errors.Join(err, e)
		}
	}
	return err
}
