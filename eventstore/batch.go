// SPDX-License-Identifier: Apache-2.0

package eventstore

import "github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"

// batchBytes bounds the documents of a batch, well below what a database takes in one message (MongoDB: 48 MB). A single
// document may be larger.
const batchBytes = 8 << 20

// pending is one event on its way to the sink.
type pending struct {
	Event
	seq      uint64
	broken   bool   // the record is not an event
	attempts int    // how often the sink answered and did not take it
	doubted  bool   // a delivery with it was refused, when the writer had
	proof    uint64 // delivered so many events
	reason   string // of the last refusal, for the quarantine
	message  string
}

// span is a range of sequence numbers, both ends included.
type span struct{ first, last uint64 }

// batch is what the writer works on: consecutive records of the journal.
type batch struct {
	events      []pending
	arena       []byte // the records' bytes
	last        uint64 // the last sequence number that the batch covers
	lost        []span // sequence numbers within it that could not be read
	quarantined map[uint64]struct{}
}

func (b *batch) reset() {
	if cap(b.arena) > 2*batchBytes {
		b.arena = nil
	}
	*b = batch{events: b.events[:0], arena: b.arena[:0], quarantined: make(map[uint64]struct{})}
}

func (b *batch) full(size int) bool {
	return len(b.events) >= size || len(b.arena) >= batchBytes
}

// add copies a record into the batch.
func (b *batch) add(e journal.Entry) {
	if e.Lost > 0 {
		b.lost = append(b.lost, span{e.Seq - e.Lost, e.Seq - 1})
	}
	b.last = e.Seq
	start := len(b.arena)
	b.arena = append(b.arena, e.Payload...)
	// An append that moves the arena leaves earlier events on the old memory, which stays as it is.
	record := b.arena[start:]
	event, ok := parseEvent(record)
	if !ok {
		event = Event{Type: "other", Document: record}
	}
	b.events = append(b.events, pending{Event: event, seq: e.Seq, broken: !ok})
}

// outcome says what became of an event that the batch covers.
func (b *batch) outcome(seq uint64) error {
	if _, ok := b.quarantined[seq]; ok {
		return ErrQuarantined
	}
	for _, s := range b.lost {
		if seq >= s.first && seq <= s.last {
			return ErrLost
		}
	}
	return nil
}

// all returns the batch's events.
func (b *batch) all() []*pending {
	all := make([]*pending, len(b.events))
	for i := range b.events {
		all[i] = &b.events[i]
	}
	return all
}
