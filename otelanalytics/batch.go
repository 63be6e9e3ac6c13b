// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"go.opentelemetry.io/otel/trace"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// BatchError says which events of a batch were not accepted; the others were.
type BatchError struct {
	Errors []EventError // by index, rising
	Events int          // in the batch
}

// EventError is why one event of a batch was not accepted: one of the errors of [Client.Track].
type EventError struct {
	Index int // in the slice that TrackBatch was given
	Err   error
}

func (e *BatchError) Error() string {
	first := e.Errors[0]
	return fmt.Sprintf("otelanalytics: %d of %d events not accepted; the first, number %d: %v", len(e.Errors), e.Events, first.Index, first.Err)
}

// Unwrap returns the errors of the events, for errors.Is and errors.As.
func (e *BatchError) Unwrap() []error {
	errs := make([]error, len(e.Errors))
	for i := range e.Errors {
		errs[i] = e.Errors[i].Err
	}
	return errs
}

// TrackBatch is [Client.Track] for several events, with one write to the journal (one more where a file of
// the journal ends) and, at AckSynced, one fsync to wait for. At AckStored it waits for all of them.
//
// Each event stands for itself: those that cannot be accepted come back in a [BatchError], by their index,
// and the others are accepted. After a crash before the return, any number of the first events may have been
// accepted; with a Key in each, the whole batch can be tracked again.
//
// What Track returns for an event that was accepted (ErrUnconfirmed, ErrNotDurable, ErrQuarantined) is
// returned here when it holds for any, joined with the BatchError if there is one. No event is kept after the
// call; events is not changed.
func (c *Client) TrackBatch(ctx context.Context, events []Event, options ...TrackOption) error {
	return c.trackBatch(ctx, nil, events, options)
}

// batch is a batch on its way into the journal.
type batch struct {
	client  *Client
	module  *Module
	cfg     trackConfig
	scratch *scratch
	errs    []EventError
	items   []batchItem
	twins   []twin
	waits   []eventstore.Receipt // of events that were accepted before
}

// batchItem is an event that can be stored.
type batchItem struct {
	index     int // in the caller's slice
	entry     *entry
	event     Event
	id        [16]byte
	key       *keyEntry // nil without a Key
	doc, data int       // where the document and its data begin in scratch.doc
	end       int
	metrics   bool
}

// twin is an event with the Key of another one in the batch, which decides for both.
type twin struct {
	index int // in the caller's slice
	of    int
	entry *entry
}

func (c *Client) trackBatch(ctx context.Context, m *Module, events []Event, options []TrackOption) error {
	if c.disabled {
		return nil
	}
	ctx = orBackground(ctx)
	if c.closed.Load() {
		return c.refuseAll(events, ErrClosed)
	}
	b := &batch{client: c, module: m, cfg: c.trackConfig(options), scratch: scratches.Get().(*scratch)}
	defer b.scratch.release()
	b.scratch.doc = b.scratch.doc[:0]
	for i := range events {
		b.prepare(ctx, i, events[i])
	}
	b.claim(ctx)
	receipt := b.append(ctx)
	b.settleTwins()
	return errors.Join(b.result(len(events)), b.wait(ctx, receipt))
}

// refuseAll counts and returns that none of the events was accepted.
func (c *Client) refuseAll(events []Event, err error) error {
	if len(events) == 0 {
		return nil
	}
	refused := &BatchError{Events: len(events)}
	for i := range events {
		refused.Errors = append(refused.Errors, EventError{i, c.resolve(events[i].Type).reject(err)})
	}
	return refused
}

func (b *batch) refuse(index int, t *entry, err error) {
	b.errs = append(b.errs, EventError{index, t.reject(err)})
}

// prepare takes an event as far as its document.
func (b *batch) prepare(ctx context.Context, index int, e Event) {
	c := b.client
	withActor(ctx, &e)
	if len(c.hooks) > 0 {
		before, on := c.resolve(e.Type), false
		if e, on = c.runHooks(ctx, e); !on {
			before.dropped.Add(1)
			return
		}
	}
	t := c.resolve(e.Type)
	if err := c.admit(t, b.module, &e, b.cfg); err != nil {
		b.refuse(index, t, err)
		return
	}
	if !t.stored {
		if err := c.recordOnce(ctx, t, b.module, &e, b.cfg); err != nil {
			b.refuse(index, t, err)
		}
		return
	}
	now := c.now()
	item := batchItem{index: index, entry: t, event: e, doc: len(b.scratch.doc)}
	if e.Key == "" {
		item.id = newID(now)
	} else {
		item.id = keyID(e.Key)
	}
	item.metrics = c.metricsOn(t, b.module, b.cfg)
	if err := b.scratch.encode(t, e.Type, e.Data); err != nil {
		b.refuse(index, t, err)
		return
	}
	doc, data, err := c.appendDocument(b.scratch, b.scratch.doc, b.module, &e, item.id, now, trace.SpanContextFromContext(ctx), item.metrics)
	if err != nil {
		b.scratch.doc = doc[:item.doc]
		b.refuse(index, t, err)
		return
	}
	b.scratch.doc, item.data, item.end = doc, data, len(doc)
	b.items = append(b.items, item)
}

// claim takes the keys, in the order of their ids, so that two batches with the same keys cannot wait for
// each other. Events whose key was accepted before leave the batch.
func (b *batch) claim(ctx context.Context) {
	var keyed []int
	for i := range b.items {
		if b.items[i].event.Key != "" {
			keyed = append(keyed, i)
		}
	}
	slices.SortStableFunc(keyed, func(i, j int) int { return bytes.Compare(b.items[i].id[:], b.items[j].id[:]) })
	gone := make(map[int]bool)
	for at, i := range keyed {
		item := &b.items[i]
		if at > 0 && b.items[keyed[at-1]].id == item.id {
			b.twins = append(b.twins, twin{item.index, b.items[keyed[at-1]].index, item.entry})
			gone[i] = true
			continue
		}
		key, mine, err := b.client.keys.claim(ctx, item.id)
		switch {
		case err != nil:
			b.refuse(item.index, item.entry, err)
			gone[i] = true
		case mine:
			item.key = key
		default:
			item.entry.duplicate.Add(1)
			b.waits = append(b.waits, b.client.store.Await(key.seq, b.cfg.ack))
			gone[i] = true
		}
	}
	if len(gone) == 0 {
		return
	}
	kept := b.items[:0]
	for i := range b.items {
		if !gone[i] {
			kept = append(kept, b.items[i])
		}
	}
	b.items = kept
}

// append writes what is left, and records what was accepted.
func (b *batch) append(ctx context.Context) eventstore.Receipt {
	if len(b.items) == 0 {
		return eventstore.Receipt{}
	}
	events := make([]eventstore.Event, len(b.items))
	for i, item := range b.items {
		events[i] = eventstore.Event{ID: item.id, Type: item.entry.name, Document: b.scratch.doc[item.doc:item.end]}
	}
	n, receipt, err := b.client.store.AppendBatch(ctx, events, b.cfg.ack)
	for i := range b.items {
		item := &b.items[i]
		if item.key != nil {
			b.client.keys.settle(item.id, item.key, receipt.Seq()+uint64(i), i < n)
		}
		if i >= n {
			b.refuse(item.index, item.entry, err)
			continue
		}
		item.entry.accepted.Add(1)
		b.client.record(ctx, item.entry, b.module, item.event.Type, b.scratch.doc[item.data:item.end], b.scratch, item.metrics)
	}
	return receipt
}

func (b *batch) settleTwins() {
	for _, t := range b.twins { // of three, the third is the twin of the second
		refused := slices.IndexFunc(b.errs, func(e EventError) bool { return e.Index == t.of })
		if refused < 0 {
			t.entry.duplicate.Add(1)
		} else {
			b.refuse(t.index, t.entry, b.errs[refused].Err)
		}
	}
}

func (b *batch) wait(ctx context.Context, receipt eventstore.Receipt) error {
	err := receipt.Wait(ctx)
	for _, r := range b.waits {
		err = errors.Join(err, r.Wait(ctx))
	}
	return err
}

func (b *batch) result(events int) error {
	if len(b.errs) == 0 {
		return nil
	}
	slices.SortFunc(b.errs, func(x, y EventError) int { return x.Index - y.Index })
	return &BatchError{Errors: b.errs, Events: events}
}
