// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/internal/mongosafe"
)

// writer moves events from the journal to MongoDB. One goroutine runs it and owns its fields.
type writer struct {
	store      *Store
	collection *mongo.Collection
	concern    *writeconcern.WriteConcern
	command    []byte // of an insert
	reader     *journal.Reader
	indexes    *indexes
	backoff    backoff
	batch      batch
	down       bool // the last attempt failed, and the log says so
	suspects   []*pending
	taken      uint64 // documents that MongoDB took: proof that it takes some

	cancel context.CancelFunc
	ended  chan struct{}
}

func newWriter(s *Store) *writer {
	return &writer{
		store:      s,
		collection: s.reader.collection,
		concern:    mongosafe.WriteConcern(s.config.URI, s.config.Client),
		reader:     s.journal.NewReader(),
		indexes:    newIndexes(s.config, s.log.mongodb, s.reader.collection),
		ended:      make(chan struct{}),
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

// stop ends the writer, in mid-insert if need be, and waits until it has.
func (w *writer) stop() {
	w.cancel()
	<-w.ended
	w.indexes.wait()
}

func (w *writer) run(ctx context.Context) {
	// Early, so that an idle service has the indexes too, and hears of a MongoDB that is away. Later, inserts
	// do not wait for indexes.
	if err := w.indexes.ensure(ctx); err != nil && ctx.Err() == nil {
		_, kind := classify(err)
		w.failed(kind, err)
	}
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

// commit ticks the batch off. A checkpoint that fails costs duplicates after a crash, which MongoDB
// refuses, and never events.
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
		left, v, kind, err := w.try(ctx, events, suspected || failures >= suspicious)
		events = left
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case v == outage:
			if err := w.backoff.wait(ctx); err != nil {
				return err
			}
		case len(events) > 1:
			// A document that spoils its batch is found by halving.
			for _, e := range events {
				w.doubt(e)
			}
			half := len(events) / 2
			if err := w.deliver(ctx, events[:half], true); err != nil {
				return err
			}
			return w.deliver(ctx, events[half:], true)
		default:
			w.decide(events[0], v, kind, err)
			return nil
		}
	}
	return nil
}

const (
	// suspicious is after how many broken connections in a row, with a server that answers a ping in
	// between, the documents are suspected of breaking them.
	suspicious = 4
	// maxAttempts is how often a document is offered to a server that answers and does not take it.
	maxAttempts = 10
)

// try is attempt, timed, judged and logged.
func (w *writer) try(ctx context.Context, events []*pending, suspected bool) (left []*pending, v verdict, kind string, err error) {
	started := time.Now()
	left, err = w.attempt(ctx, events)
	w.store.observeBatch(Batch{Size: len(events), Duration: time.Since(started), Err: err})
	if err == nil {
		w.recovered()
		w.indexes.resume(ctx)
		return nil, v, "", nil
	}
	v, kind = classify(err)
	if kind == "network" && suspected && ctx.Err() == nil && w.reachable(ctx) {
		v = unclear // the connection breaks with these documents alone
	}
	if ctx.Err() == nil {
		w.failed(kind, err)
	}
	return left, v, kind, err
}

// decide sets an event aside that MongoDB will never take, or makes it a suspect.
func (w *writer) decide(e *pending, v verdict, kind string, cause error) {
	reason := "refused_" + kind
	if cause.Error() == driverTooLarge {
		reason = "too_large"
	}
	if v == unsuitable && w.setAside(e, reason, cause) == nil {
		return
	}
	w.suspect(e, reason, cause)
}

// failed counts a failed attempt, and logs the first of a series.
func (w *writer) failed(kind string, err error) {
	text := mongosafe.Text(err, w.store.config.URI)
	w.store.tally.failed(kind, text)
	if !w.down {
		w.down = true
		w.store.log.mongodb.Warn("mongodb: cannot write, events wait in the journal; trying again until it works",
			"kind", kind, "error", text)
	}
}

func (w *writer) recovered() {
	w.backoff.reset()
	if w.down {
		w.down = false
		w.store.log.mongodb.Info("mongodb: writing again")
	}
}

// reachable reports whether the server answers something else than the insert.
func (w *writer) reachable(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, w.store.config.WriteTimeout)
	defer cancel()
	return w.collection.Database().Client().Ping(ctx, nil) == nil
}
