// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"log/slog"
	"slices"
)

// span is a range of sequence numbers, both ends included.
type span struct{ first, last uint64 }

// outcome is what became of some events that are done.
type outcome struct {
	stored       []*pending // the sink has them
	redelivered  []*pending // the sink had them already
	deduplicated []*pending // the sink has others with their ids
	quarantined  []*pending // they are in the quarantine file, for their reason
	suppressed   []*pending // nothing is kept of them
	lost         []*pending // the same, for want of room in memory
	passed       []*pending // the first sink's quarantine has them, and this sink, which is another, was not asked
}

// all returns the events by what became of them.
func (o *outcome) all() [7][]*pending {
	return [...][]*pending{o.stored, o.redelivered, o.deduplicated, o.quarantined, o.suppressed, o.lost, o.passed}
}

// settle counts events that are done and notes in the journal that they are, in one step for whoever looks at [Store.Stats].
// Then it writes the checkpoint, and wakes those who wait. A checkpoint that fails costs events that are offered twice after a
// crash, and never events.
func (o *outlet) settle(done *outcome) {
	spans := done.spans()
	if len(spans) == 0 {
		return
	}
	for _, e := range done.quarantined {
		o.acks.fail(e.seq, ErrQuarantined)
	}
	for _, e := range done.suppressed {
		o.acks.fail(e.seq, ErrSuppressed)
	}
	for _, e := range done.lost {
		o.acks.fail(e.seq, ErrLost)
	}
	if o.isFirst() {
		o.store.tellUnstored(done) // before the numbers and those who wait say so
	}
	if !o.tally.settle(done, func() bool { return o.note(spans) }) {
		return
	}
	if o.isFirst() {
		o.store.releaseDone(done)
	}
	if err := o.consumer.Commit(); err != nil {
		o.tally.failed("checkpoint", err.Error())
		o.conditions.checkpoint.Note("", 1, slog.Any("error", err))
	}
	o.acks.settled(spans)
}

// note has the journal note that events are done. It cannot when the journal is closed: a sink that did not return in time
// changes nothing any more.
func (o *outlet) note(spans []span) bool {
	for _, span := range spans {
		if err := o.consumer.Settle(span.first, span.last); err != nil {
			return false
		}
	}
	return true
}

// spans returns the sequence numbers of the events.
func (o *outcome) spans() (spans []span) {
	var seqs []uint64
	for _, events := range o.all() {
		seqs = slices.Grow(seqs, len(events))
		for _, e := range events {
			seqs = append(seqs, e.seq)
		}
	}
	slices.Sort(seqs)
	for _, seq := range seqs {
		if n := len(spans); n > 0 && spans[n-1].last+1 == seq {
			spans[n-1].last = seq
		} else {
			spans = append(spans, span{seq, seq})
		}
	}
	return spans
}
