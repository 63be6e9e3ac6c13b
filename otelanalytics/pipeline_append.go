// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"context"
	"encoding/binary"
	"errors"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// append writes the encoded events to the journal, and accepts those with store: false.
func (r *run) append(ctx context.Context) {
	if !r.batch {
		r.appendOne(ctx, &r.items[0])
		return
	}
	r.appends = r.appends[:0]
	for i := range r.items {
		switch it := &r.items[i]; {
		case it.state != encoded || !it.isStored():
		case it.refusal != nil:
			r.appendOne(ctx, it) // the quarantine may have room for some alone
		default:
			r.appends = append(r.appends, r.stored(it))
		}
	}
	n, receipt, err := 0, eventstore.Receipt{}, error(nil)
	if len(r.appends) > 0 {
		r.step = stepAppend
		n, receipt, err = r.client.store.AppendBatch(ctx, r.appends, r.cfg.ack)
		r.step = stepAccept
	}
	if n > 0 {
		r.waits = append(r.waits, receipt)
	}
	if n < len(r.appends) && err == nil {
		err = errAppend
	}
	at := 0 // in r.appends
	for i := range r.items {
		switch it := &r.items[i]; {
		case it.state != encoded:
		case !it.isStored():
			r.accept(it, ResultRecorded, 0)
		case at < n:
			r.accept(it, ResultAccepted, receipt.Seq()+uint64(at))
			at++
		default:
			r.refuseAppend(it, err)
		}
	}
}

// errAppend is used when a store took only a part of a batch, and returned no error.
var errAppend = errors.New("otelanalytics: the store took a part of the batch and returned no error")

// appendOne is append of a run of one event.
func (r *run) appendOne(ctx context.Context, it *item) {
	if it.state != encoded {
		return
	}
	if !it.isStored() {
		r.accept(it, ResultRecorded, 0)
		return
	}
	r.step = stepAppend
	receipt, err := r.client.store.Append(ctx, r.stored(it), r.cfg.ack)
	r.step = stepAccept
	if err != nil {
		r.refuseAppend(it, err)
		return
	}
	result := ResultAccepted
	if it.refusal != nil {
		result = ResultQuarantined
	}
	r.accept(it, result, receipt.Seq())
	if r.cfg.ack != AckWritten { // which has nothing to wait for
		r.waits, r.used = append(r.waits, receipt), true
	}
}

// stored returns an event in the form that the store takes.
func (r *run) stored(it *item) eventstore.Event {
	doc := r.scratch.docs[it.start:it.end]
	return eventstore.Event{
		ID: it.event.ID, Type: it.entry.name, Document: doc,
		ReceivedAt: it.event.ReceivedAt, Restamp: eventdoc.ReceivedAtOffset(doc, it.body-it.start), Refusal: it.refusal,
	}
}

// restamped copies the received_at that the store gave to a document that had to wait for space.
func (r *run) restamped(it *item) {
	doc := r.scratch.docs[it.start:it.end]
	at := eventdoc.ReceivedAtOffset(doc, it.body-it.start)
	if ms := int64(binary.LittleEndian.Uint64(doc[at:])); ms != it.event.ReceivedAt.UnixMilli() {
		it.event.ReceivedAt = time.UnixMilli(ms)
	}
}

// refuseAppend refuses an event that the store did not take. Its Key is free for the next event of the run with it.
func (r *run) refuseAppend(it *item, err error) {
	it.refuse(err)
	r.freeKey(it)
}
