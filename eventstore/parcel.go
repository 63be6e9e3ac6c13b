// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"bytes"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
)

// batchBytes bounds the documents of a delivery, well below what a database takes in one message (MongoDB: 48 MB). A single
// document may be larger.
const batchBytes = 8 << 20

// pending is one event on its way to the sink.
type pending struct {
	Event
	seq      uint64
	broken   bool   // the record is not an event
	attempts int    // how often the sink answered and did not take it
	doubted  bool   // a delivery with it was refused, when the writer had
	proof    uint64 // delivered so many events; after half of the attempts, when it had by then
	reason   string // of the last refusal, for the quarantine
	message  string

	refusedAt time.Time // zero: now

	// Of an event that is set aside.
	why   why
	alone bool // it is offered by itself: it takes its delivery down with it
	tries int  // how often it was set aside
	due   time.Time
	owned bool // it has memory of its own
}

// parcel is the events of one delivery.
type parcel struct {
	events []*pending
	bytes  int
	fresh  bool // from the journal, and not offered yet
	full   bool // of those that are fresh: there may be more where it comes from

	// What is known of it from the deliveries that failed.
	suspected bool // its documents, not the sink, are thought to be the cause
	failures  int  // in a row
	breaks    int  // of the connection, in a row
	timeouts  int  // in a row
	due       time.Time

	arena   []byte // the records' bytes
	memory  []pending
	offered []Event
}

func (p *parcel) isFull(size int) bool { return len(p.events) >= size || p.bytes >= batchBytes }

// add copies a record into the parcel.
func (p *parcel) add(e journal.Entry) {
	start := len(p.arena)
	p.arena = append(p.arena, e.Payload...)
	// An append that moves the arena leaves earlier events on the old memory, which stays as it is.
	record := p.arena[start:]
	event, ok := parseEvent(record)
	if !ok {
		event = Event{Type: "other", Document: record}
	}
	event.ReceivedAt = time.Unix(0, e.Time)
	// The same is true of this one.
	p.memory = append(p.memory, pending{Event: event, seq: e.Seq, broken: !ok})
	p.events = append(p.events, &p.memory[len(p.memory)-1])
	p.bytes += len(record)
}

// reset makes a parcel ready for other events, which use its memory.
func (p *parcel) reset() {
	clear(p.memory)
	clear(p.events)
	clear(p.offered)
	*p = parcel{events: p.events[:0], memory: p.memory[:0], arena: p.arena[:0], offered: p.offered[:0]}
	if cap(p.arena) > 2*batchBytes {
		p.arena = nil
	}
}

// keep leaves the parcel with some of its events.
func (p *parcel) keep(events []*pending) {
	p.events, p.bytes, p.fresh = events, size(events), false
}

// split returns the parcel in up to n parts of about the same number of events.
func (p *parcel) split(n int) (parts []*parcel) {
	n = min(n, len(p.events))
	for i := range n {
		events := p.events[i*len(p.events)/n : (i+1)*len(p.events)/n]
		parts = append(parts, &parcel{events: events, bytes: size(events), suspected: p.suspected})
	}
	return parts
}

func size(events []*pending) (n int) {
	for _, e := range events {
		n += len(e.Document)
	}
	return n
}

// own returns the event with memory of its own.
func (e *pending) own() *pending {
	if e.owned {
		return e
	}
	c := *e
	c.Document, c.owned = bytes.Clone(e.Document), true
	return &c
}
