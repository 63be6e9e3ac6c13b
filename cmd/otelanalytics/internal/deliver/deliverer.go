// SPDX-License-Identifier: Apache-2.0

package deliver

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/kafkastore"
)

const (
	// maxBatches bounds the batches that are in the journal and not acknowledged.
	maxBatches = 8
	// maxPending bounds the events in the journal while a process reads more: about as many as maxBatches has. Those that it takes up from
	// earlier processes count, too, although their batches come from the log again.
	maxPending = 4_000
	// extendEvery is how often a batch that waits for MongoDB is kept from other readers: often enough for the shortest time that a
	// log leaves a batch to a reader, 30 seconds.
	extendEvery = 10 * time.Second
	// leastPause and mostPause space attempts to read from a log that is away.
	leastPause, mostPause = 100 * time.Millisecond, 5 * time.Second
	// releasePause is after which time events are given to a reader again that this one could not keep.
	releasePause = 5 * time.Second
)

// queue is what the deliverer needs of a store.
type queue interface {
	AppendBatch(ctx context.Context, events []eventstore.Event, ack eventstore.Ack) (int, eventstore.Receipt, error)
	Await(seq uint64, ack eventstore.Ack) eventstore.Receipt
	Stats() eventstore.Stats
}

// deliverer moves events from a log into a store. One goroutine, run, reads; one for each batch waits for the store.
type deliverer struct {
	source source
	store  queue
	types  *types
	log    *slog.Logger
	extend time.Duration // extendEvery, but in tests

	waiting sync.WaitGroup // for batches
	slots   chan struct{}  // one element for each of them
	away    outage
	refused outage
	full    outage
}

func newDeliverer(s source, q queue, t *types, log *slog.Logger) *deliverer {
	d := &deliverer{source: s, store: q, types: t, log: log, extend: extendEvery, slots: make(chan struct{}, maxBatches)}
	d.away = outage{log: log, begins: "log: cannot be read, trying again until it can", ends: "log: is read again"}
	d.refused = outage{log: log, begins: "journal: takes no events; the log keeps them", ends: "journal: takes events again"}
	d.full = outage{
		log: log, begins: "quarantine: no room for messages that are not events; the log keeps them, and other messages continue",
		ends: "quarantine: has room again",
	}
	return d
}

// run reads until ctx ends. Then it waits for the batches that are under way, until patience ends: those that MongoDB does not have by then
// are the log's again.
func (d *deliverer) run(ctx, patience context.Context) error {
	for n := 0; ctx.Err() == nil; {
		select {
		case d.slots <- struct{}{}:
		case <-ctx.Done():
			continue
		}
		for d.store.Stats().Pending >= maxPending && ctx.Err() == nil {
			sleep(ctx, leastPause)
		}
		b, err := d.source.Next(ctx)
		if err == nil {
			n = 0
			d.away.over()
			err = d.take(ctx, patience, b)
		} else {
			<-d.slots
			if errors.Is(err, kafkastore.ErrMissed) {
				d.log.Error("log: has removed events before they were read; reading continues with the oldest that it has", "error", err)
				continue
			}
			if errors.Is(err, kafkastore.ErrTruncated) {
				d.log.Error("log: has lost events that it had acknowledged; those that were read are delivered all the same", "error", err)
				continue
			}
			n++
			if ctx.Err() == nil {
				d.away.note(err)
				sleep(ctx, min(leastPause<<min(n-1, 10), mostPause))
			}
			continue
		}
		if errors.Is(err, eventstore.ErrClosed) {
			return err
		}
	}
	d.waiting.Wait()
	return nil
}

// take appends a batch, and has it acknowledged later.
func (d *deliverer) take(ctx, patience context.Context, b batch) error {
	events := b.Events()
	for i := range events {
		events[i].Type = d.types.name(events[i].Type)
	}
	n, receipt, err := d.append(ctx, events)
	d.types.accepted(events[:n])
	if errors.Is(err, eventstore.ErrQuarantineFull) { // which is found before any of them is accepted
		return d.withoutRefused(ctx, patience, b, err)
	}
	if err != nil { // those that were accepted come again, and MongoDB has them then
		<-d.slots
		if ctx.Err() == nil {
			d.refused.note(err)
		}
		_ = b.Release(releasePause) // else the log waits a little longer
		sleep(ctx, leastPause)
		return err
	}
	d.refused.over()
	if slices.ContainsFunc(events, isRefused) {
		d.full.over()
	}
	d.waiting.Go(func() {
		defer func() { <-d.slots }()
		d.settle(patience, b, receipt)
	})
	return nil
}

func isRefused(e eventstore.Event) bool { return e.Refusal != nil }

// withoutRefused takes a batch while the quarantine has no room: the messages that are no events stay in the log.
func (d *deliverer) withoutRefused(ctx, patience context.Context, b batch, why error) error {
	d.full.note(why)
	refused, sound := b.Split(func(e *eventstore.Event) bool { return isRefused(*e) })
	_ = refused.Release(releasePause)
	if len(sound.Events()) == 0 {
		<-d.slots
		sleep(ctx, leastPause)
		return nil
	}
	return d.take(ctx, patience, sound)
}

// settle acknowledges a batch when each of its events is in MongoDB, in quarantine, or of a suppressed user. Events that are lost to damage
// of the journal come from the log again.
func (d *deliverer) settle(patience context.Context, b batch, receipt eventstore.Receipt) {
	done := make(chan error, 1)
	go func() { done <- receipt.Wait(patience) }()
	tick := time.NewTicker(d.extend)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			switch {
			case d.lost(b, receipt, err):
				d.log.Error("journal: events were damaged on the disk; the log delivers them again")
				err = b.Release(0)
			case err == nil, errors.Is(err, eventstore.ErrQuarantined), errors.Is(err, eventstore.ErrSuppressed):
				err = b.Ack()
			default: // the process ends before MongoDB has them
				err = b.Release(releasePause)
			}
			if err != nil {
				d.away.note(err) // the log delivers them again, and MongoDB takes each once
			}
			return
		case <-tick.C:
			if err := b.Extend(); err != nil {
				d.away.note(err)
			}
		}
	}
}

// lost reports whether an event of a batch is lost, of which err is the result: that is the result of the first event that failed.
func (d *deliverer) lost(b batch, receipt eventstore.Receipt, err error) bool {
	if !errors.Is(err, eventstore.ErrQuarantined) && !errors.Is(err, eventstore.ErrSuppressed) || d.store.Stats().Lost == 0 {
		return errors.Is(err, eventstore.ErrLost)
	}
	for i := range b.Events() { // each is done, so that nothing waits
		if errors.Is(d.store.Await(receipt.Seq()+uint64(i), eventstore.AckStored).Wait(context.Background()), eventstore.ErrLost) {
			return true
		}
	}
	return false
}

// sleep waits until a pause is over, or ctx ends.
func sleep(ctx context.Context, pause time.Duration) {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
