// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"sync/atomic"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
)

// outlet is one sink of a store, with what delivers to it and the figures of that. The first sink defines acknowledgements,
// [Store.Flush] and [Stats]; the others have [SinkStats].
//
//	             ┌─► consumer ─► writer ─► sink      the first outlet
//	Append ─► journal
//	             └─► consumer ─► writer ─► sink      one for each of Config.Sinks
//
// The writers know nothing of each other. A segment of the journal is deleted when all consumers are past it.
type outlet struct {
	store *Store
	key   string // its name in Config.Sinks; empty for the first
	sink  Sink   // which is guarded
	name  string // in messages

	batchSize  int
	rhythm     rhythm
	log        logs
	conditions *conditions
	tally      *tally
	quarantine *quarantine

	consumer *journal.Consumer // its place in the journal, since that is open
	acks     *acks
	writer   *writer

	away       atomic.Bool // the sink takes nothing
	leftBehind bool        // Deliver did not return in time, which is known once Shutdown is through
}

// rhythm is how often a writer without a full batch looks for more.
type rhythm struct {
	// look is after which time it looks whether the journal has more, when it has just had some. The appends meanwhile need
	// not wake it, and what they left in the journal's tail is written by the writer.
	look time.Duration
	// gather is how long a part of a batch waits for more, from the delivery before it on.
	gather time.Duration
}

// Nobody waits for the sinks behind the first: theirs costs appends less.
var (
	firstRhythm = rhythm{look: time.Millisecond, gather: 4 * time.Millisecond}
	otherRhythm = rhythm{gather: lingering}
)

// newOutlet returns the outlet of the first sink, which is guarded.
func newOutlet(s *Store, sink Sink, name string) *outlet {
	o := &outlet{
		store: s, sink: sink, name: name, batchSize: s.config.BatchSize, rhythm: firstRhythm,
		tally: newTally(), quarantine: newQuarantine(s.config.Dir),
	}
	o.log = newLogs(s.config.Logger, name)
	o.conditions = newConditions(o.log, name, s.config.Storage)
	return o
}

// newOtherOutlet returns the outlet of another sink, which is guarded.
func newOtherOutlet(s *Store, c SinkConfig) *outlet {
	o := &outlet{
		store: s, key: c.Name, sink: c.Sink, name: "sink " + c.Name, batchSize: c.BatchSize, rhythm: otherRhythm,
		tally: newTally(), quarantine: newQuarantineIn(s.config.Dir, sinkQuarantineFile(c.Name)),
	}
	o.log = newLogs(s.config.Logger.With("sink", c.Name), nameOf(c.Sink))
	o.conditions = newConditions(o.log, o.name, s.config.Storage)
	return o
}

// isFirst reports whether this is the sink that [Stats] is about.
func (o *outlet) isFirst() bool { return o.key == "" }

// outlets returns those of all sinks, the first one's first.
func (s *Store) outlets() []*outlet { return append([]*outlet{s.outlet}, s.others...) }

// join takes the outlet's place in the journal, which is open.
func (o *outlet) join(j *journal.Journal) {
	if o.isFirst() {
		o.consumer = j.Consumer("")
	} else {
		o.consumer = j.Consumer(consumerOf(o.key))
		last, now := o.consumer.Position()
		o.tally.base = int64(last) - int64(now.Backlog+now.Lost)
		if now.Backlog > 0 {
			o.quarantine.mayRepeat()
		}
	}
	if o.store.inMemory() {
		o.quarantine.prepared.Store(true)
	} else {
		o.quarantine.prepare()
	}
	o.acks = newAcks(o.consumer)
}

// attempted tells those who listen of an attempt to deliver to the first sink.
func (o *outlet) attempted(a InsertAttempt) {
	if o.isFirst() {
		o.store.listeners.tell("insert attempts", a)
	}
}
