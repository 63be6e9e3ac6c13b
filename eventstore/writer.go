// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
)

// writer moves events from the journal to one sink. One goroutine, run, owns it; a delivery has a goroutine of its own, which
// knows its parcel and nothing else of the writer. Four of them are under way at most.
//
//	journal ──► forming ──► dispatch ──► delivery ──► Sink.Deliver
//	  ▲       (next batch)   ▲    ▲      delivery ──► Sink.Deliver
//	  │                      │    │      …   │
//	  │         queue ───────┘    │          │ answers
//	  │   (parcels that failed,   │          ▼
//	  │    parts of them) ▲       │       receive: sort by verdict, judge what is left
//	  │                   │       │          │
//	  │                   ├───────┼──────────┤
//	  │                   │     aside        │ done
//	  │                   │   (single events │
//	  │                   │    with a pause) ▼
//	  └── Settle, Commit ◄── outlet.settle: counters, journal, acknowledgements
//
// There is no mutex: the goroutines of deliveries send their answers, and stop cancels a context.
type writer struct {
	to      *outlet
	reader  *journal.Reader
	answers chan *delivery

	forming  *parcel   // what is read and was not sent yet
	queue    []*parcel // what is tried again
	aside    aside     // suspects, and those that the sink does not take while it takes others
	unplaced aside     // refused, while the quarantine file cannot be written
	spares   []*parcel // whose memory can be used again

	flying   int           // deliveries under way
	fresh    int           // those of them that are the first of their events
	held     int           // bytes of all parcels
	found    time.Time     // the latest record in the journal
	sent     time.Time     // the latest delivery of fresh events
	latest   *delivery     // which it is, until it is answered
	duration time.Duration // of a delivery, smoothed
	pace     pace
	limit    int // events in a delivery: BatchSize, or less for a sink that was too slow
	whole    int // deliveries of so many since it last changed

	out     bool    // the sink is out: one delivery at a time asks whether it still is
	outage  backoff // before the next one
	moving  backoff // before events that were kept are moved to the quarantine file again
	reading backoff // before the journal is read again
	taken   uint64  // events that the sink took: proof that it takes some

	cancel    context.CancelFunc
	ended     chan struct{}
	abandoned atomic.Bool // the store is closed, and nothing may be changed any more
}

const (
	// heldBytes bounds the documents that are in memory for the sink. A single delivery may be larger.
	heldBytes = 2 * batchBytes
	// maxQueue bounds the parcels that are tried again.
	maxQueue = 256
	// maxRetries is how many deliveries may be of events that were offered before: the others have a place at any time.
	maxRetries = maxWidth - 1
	// leastPatience and mostPatience bound how long a part of a batch waits for the delivery before it.
	leastPatience = 500 * time.Millisecond
	mostPatience  = 2 * time.Second
	// growAfter is after how many full deliveries a batch that was halved is doubled.
	growAfter = 100
)

func newWriter(to *outlet) *writer {
	return &writer{
		to: to, reader: to.consumer.NewReader(), answers: make(chan *delivery, maxWidth), ended: make(chan struct{}),
		forming: new(parcel), limit: to.batchSize,
	}
}

func (w *writer) start() {
	ctx, cancel := context.WithCancel(context.Background())
	w.cancel = cancel
	go func() {
		defer close(w.ended)
		w.run(ctx)
	}()
}

// stopPatience is how long a sink may take to return after its context has ended.
const stopPatience = 5 * time.Second

// stop ends the writer, in the middle of a delivery if need be, and waits until it has. It abandons a writer whose sink does
// not return, and reports false: whatever that sink answers later changes nothing.
func (w *writer) stop() bool {
	w.cancel()
	timer := time.NewTimer(stopPatience)
	defer timer.Stop()
	select {
	case <-w.ended:
		return true
	case <-timer.C:
		w.abandoned.Store(true)
		return false
	}
}

func (w *writer) run(ctx context.Context) {
	w.prepare(ctx)
	for ctx.Err() == nil {
		now := time.Now()
		w.quarantine(w.unplaced.take(now, asideEvents))
		w.move(now)
		for w.send(ctx, now) {
		}
		w.wait(ctx, now)
	}
	for w.flying > 0 {
		w.receive(<-w.answers, true)
	}
}

// prepare has the sink prepare itself early, so that an idle service hears of a sink that is out.
func (w *writer) prepare(ctx context.Context) {
	p, ok := w.to.sink.(Preparer)
	if !ok || w.to.store.adopter != nil {
		return
	}
	err := p.Prepare(ctx)
	w.to.askLimit()
	if err != nil && ctx.Err() == nil {
		w.failed(faultOf(err).kind, err, true)
	}
}

// send begins a delivery, if one is due.
func (w *writer) send(ctx context.Context, now time.Time) bool {
	if w.flying >= maxWidth || w.out && (w.flying > 0 || now.Before(w.outage.due)) {
		return false
	}
	p := w.next(now)
	if p == nil {
		return false
	}
	d := &delivery{parcel: p, fresh: p.fresh, taken: w.taken}
	if p.fresh {
		w.fresh++
		w.sent, w.latest = now, d
	}
	w.flying++
	w.held += p.bytes
	go func() {
		w.to.deliver(ctx, d)
		w.answers <- d
	}()
	return true
}

// wait waits until something can be done: an answer, a record, the end of a pause.
func (w *writer) wait(ctx context.Context, now time.Time) {
	var records <-chan struct{}
	looks := now.Before(w.found.Add(w.to.rhythm.look)) && !w.to.acks.awaited()
	if !looks && len(w.forming.events) == 0 && w.mayRead(now) {
		records = w.reader.Watch()
		defer w.reader.Unwatch()
		if w.read(now); len(w.forming.events) > 0 || !w.mayRead(now) {
			return
		}
	}
	var pause <-chan time.Time
	next := w.due(now)
	if looks {
		next = earlier(next, w.found.Add(w.to.rhythm.look))
	}
	if !next.IsZero() {
		timer := time.NewTimer(next.Sub(now))
		defer timer.Stop()
		pause = timer.C
	}
	select {
	case d := <-w.answers:
		w.receive(d, ctx.Err() != nil)
	case <-records:
	case <-w.to.acks.hurry:
	case <-pause:
	case <-w.to.conditions.wake:
	case <-ctx.Done():
	}
}

// due returns when something is due that is not yet; the zero time when nothing is. What is due already waits for an answer.
func (w *writer) due(now time.Time) (next time.Time) {
	for _, at := range []time.Time{w.aside.next, w.unplaced.next, w.reading.due, w.outage.due, w.moving.due, w.to.conditions.tick()} {
		if at.After(now) {
			next = earlier(next, at)
		}
	}
	for _, p := range w.queue {
		if p.due.After(now) {
			next = earlier(next, p.due)
		}
	}
	if len(w.forming.events) > 0 {
		if at := w.sent.Add(w.to.rhythm.gather); at.After(now) {
			next = earlier(next, at)
		}
	}
	if len(w.forming.events) > 0 && w.latest != nil {
		if at := w.sent.Add(w.patience()); at.After(now) {
			next = earlier(next, at)
		}
	}
	return next
}

// patience is how long a part of a batch waits for the delivery before it: a slow answer does not hold up the others.
func (w *writer) patience() time.Duration {
	return min(max(4*w.duration, leastPatience), mostPatience)
}

// gathers reports whether a part of a batch waits for what comes next: the delivery before it has only just begun, and
// nobody waits for an event.
func (w *writer) gathers(now time.Time) bool {
	return now.Before(w.sent.Add(w.to.rhythm.gather)) && !w.to.acks.awaited()
}

// mayRead reports whether the journal may be read now, which is no matter of what is there.
func (w *writer) mayRead(now time.Time) bool {
	return w.held+w.forming.bytes < heldBytes && len(w.queue) < maxQueue && !w.aside.isFull() && !w.unplaced.isFull() &&
		!now.Before(w.reading.due)
}

// read fills the next batch with what the journal has.
func (w *writer) read(now time.Time) {
	for w.mayRead(now) && !w.forming.isFull(w.limit) {
		e, ok, err := w.reader.TryNext()
		if err != nil {
			w.to.tally.failed("journal_read", err.Error())
			w.to.conditions.read.Note("", 1, slog.Any("error", err))
			w.reading.begin(now)
			return
		}
		if !ok {
			return
		}
		if w.reading.n > 0 {
			w.reading.reset()
			w.to.conditions.read.End()
		}
		w.forming.add(e)
		w.found = now
	}
}
