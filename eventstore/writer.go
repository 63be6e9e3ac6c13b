// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
)

// writer moves events from the journal to the sink. One goroutine runs it and owns its fields.
type writer struct {
	store    *Store
	offered  []Event // of the attempt that is under way
	reader   *journal.Reader
	backoff  backoff
	batch    batch
	down     bool // the last attempt failed, and the log says so
	suspects []*pending
	taken    uint64 // events that the sink took: proof that it takes some

	cancel    context.CancelFunc
	ended     chan struct{}
	abandoned atomic.Bool // the store is closed, and nothing may be changed any more
}

func newWriter(s *Store) *writer {
	return &writer{store: s, reader: s.journal.NewReader(), ended: make(chan struct{})}
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
		if err := w.read(ctx); err != nil {
			if ctx.Err() != nil {
				return
			}
			w.store.tally.failed("journal_read", err.Error())
			w.store.log.journal.Error("journal: cannot be read, trying again", "error", err)
			w.backoff.wait(ctx)
			continue
		}
		if w.deliver(ctx, w.batch.all(), false) != nil || w.clear(ctx) != nil {
			return
		}
		w.commit()
	}
}

// prepare has the sink prepare itself early, so that an idle service hears of a sink that is out.
func (w *writer) prepare(ctx context.Context) {
	p, ok := w.store.sink.(Preparer)
	if !ok {
		return
	}
	if err := p.Prepare(ctx); err != nil && ctx.Err() == nil {
		w.failed(faultOf(err).kind, err)
	}
}

// read fills the batch with what the journal has, and waits for at least one event.
func (w *writer) read(ctx context.Context) error {
	w.batch.reset()
	e, err := w.reader.Next(ctx)
	for ok := true; ok; e, ok, err = w.reader.TryNext() {
		if err != nil {
			break
		}
		w.batch.add(e)
		if w.batch.full(w.store.config.BatchSize) {
			return nil
		}
	}
	if len(w.batch.events) > 0 {
		return nil // the error, if any, comes again with the next batch
	}
	return err
}

// commit ticks the batch off. A checkpoint that fails costs events that are offered twice after a crash, and never events.
func (w *writer) commit() {
	s := w.store
	s.committing.Store(true)
	if err := s.journal.Checkpoint(w.batch.last); err != nil {
		s.tally.failed("checkpoint", err.Error())
		s.log.journal.Warn("journal: checkpoint", "error", err)
	}
	s.settled.Store(0)
	s.acks.resolve(w.batch.last, w.batch.outcome)
	s.committing.Store(false)
	s.passLost()
}

// deliver returns nil when every one of the events is stored, quarantined or among the suspects, and ctx's
// error when it ended before. suspected says that these documents, and not the server, are thought to break
// connections.
func (w *writer) deliver(ctx context.Context, events []*pending, suspected bool) error {
	for failures := 0; len(events) > 0; failures++ {
		left, f, err := w.try(ctx, events, suspected || failures >= suspicious)
		events = left
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case f.blame == BlameSink:
			if err := w.backoff.wait(ctx); err != nil {
				return err
			}
		case len(events) > 1:
			// The event that spoils its batch is found by halving.
			for _, e := range events {
				w.doubt(e)
			}
			half := len(events) / 2
			if err := w.deliver(ctx, events[:half], true); err != nil {
				return err
			}
			return w.deliver(ctx, events[half:], true)
		default:
			w.decide(events[0], f)
			return nil
		}
	}
	return nil
}

const (
	// suspicious is after how many broken connections in a row, with a sink that answers a ping in
	// between, the documents are suspected of breaking them.
	suspicious = 4
	// maxAttempts is how often a document is offered to a sink that answers and does not take it.
	maxAttempts = 10
)

// try is attempt, timed, judged and logged.
func (w *writer) try(ctx context.Context, events []*pending, suspected bool) (left []*pending, f fault, err error) {
	started := time.Now()
	left, err = w.attempt(ctx, events)
	w.store.listeners.tell(InsertAttempt{Size: len(events), Duration: time.Since(started), Err: err})
	if err == nil {
		w.recovered()
		return nil, f, nil
	}
	f = faultOf(err)
	if f.blame == BlameConnection {
		f.blame = BlameSink
		if suspected && ctx.Err() == nil && w.reachable(ctx) {
			f.blame = BlameUnknown // the connection breaks with these documents alone
		}
	}
	if ctx.Err() == nil {
		w.failed(f.kind, err)
	}
	return left, f, err
}

// decide quarantines an event that the sink will never take, or makes it a suspect.
func (w *writer) decide(e *pending, f fault) {
	if f.blame == BlameEvents && w.quarantine(e, f.reason, f.message) == nil {
		return
	}
	w.suspect(e, f.reason, f.message)
}

// failed counts a failed attempt, and logs the first of a series.
func (w *writer) failed(kind string, err error) {
	w.store.tally.failed(kind, err.Error())
	if !w.down {
		w.down = true
		w.store.log.sink.Warn(w.store.name+": cannot write, events wait in the journal; trying again until it works",
			"kind", kind, "error", err)
	}
}

func (w *writer) recovered() {
	w.backoff.reset()
	if w.down {
		w.down = false
		w.store.log.sink.Info(w.store.name + ": writing again")
	}
}

// reachablePatience bounds the ping of reachable; a sink may take less.
const reachablePatience = 30 * time.Second

// reachable reports whether the sink answers something else than the delivery.
func (w *writer) reachable(ctx context.Context) bool {
	p, ok := w.store.sink.(Pinger)
	if !ok {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, reachablePatience)
	defer cancel()
	return p.Ping(ctx) == nil
}
