// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/condition"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
)

// consuming reads the journal for one consumer. One goroutine, run, owns it.
//
//	journal ──► fill ──► Consumer.Consume ──► Settle, Commit ──► those who wait
//	                          │    ▲
//	                    error ▼    │ the same events
//	                         pause ┘
type consuming struct {
	store    *Store
	config   Consumer
	consumer *journal.Consumer
	reader   *journal.Reader
	failing  condition.Condition

	events []ConsumedEvent // the batch, in the memory of arena
	arena  []byte
	last   uint64 // of the batch, whose records that are no events are passed over
	full   bool   // there may be more where it comes from

	cancel context.CancelFunc
	ended  chan struct{}

	// mu guards everything below.
	mu     sync.Mutex
	errors int64         // failed calls
	latest string        // error, until a call succeeds
	moved  chan struct{} // closed when the consumer has come further
}

// lingering is how long a batch that is not full waits after the one before.
const lingering = 100 * time.Millisecond

func newConsuming(s *Store, c Consumer) *consuming {
	r := &consuming{
		store: s, config: c, consumer: s.journal.Consumer(c.Name), ended: make(chan struct{}), moved: make(chan struct{}),
		failing: condition.Condition{
			Logger: s.log.journal.With("consumer", c.Name), Level: slog.LevelWarn, Now: time.Now,
			Begins: "consumer: cannot take events, they wait in the journal; trying again until it can",
			Lasts:  "consumer: still takes no events", Ends: "consumer: takes events again",
		},
	}
	r.reader = r.consumer.NewReader()
	return r
}

func (r *consuming) start() {
	ctx, cancel := context.WithCancel(context.Background())
	r.cancel = cancel
	go func() {
		defer close(r.ended)
		r.run(ctx)
	}()
}

func (r *consuming) run(ctx context.Context) {
	var reading backoff
	for ctx.Err() == nil {
		switch err := r.fill(); {
		case err != nil:
			r.store.tally.failed("journal_read", err.Error())
			r.store.conditions.read.Note("", 1, slog.Any("error", err))
			reading.begin(time.Now())
			sleep(ctx, time.Until(reading.due))
		case r.last == 0:
			r.notify() // damage may have been passed
			r.rest(ctx)
		default:
			if reading.n > 0 {
				reading.reset()
				r.store.conditions.read.End()
			}
			r.consume(ctx)
		}
	}
}

// fill reads the next batch.
func (r *consuming) fill() error {
	clear(r.events)
	r.events, r.arena, r.last, r.full = r.events[:0], r.arena[:0], 0, false
	if cap(r.arena) > 2*batchBytes {
		r.arena = nil
	}
	for len(r.events) < r.config.BatchSize && len(r.arena) < batchBytes {
		e, ok, err := r.reader.TryNext()
		if err != nil && r.last == 0 {
			return err
		}
		if !ok || err != nil {
			return nil // what there is; the error comes back
		}
		start := len(r.arena)
		r.arena = append(r.arena, e.Payload...) // earlier events stay on the old memory
		r.last = e.Seq
		if event, ok := parseEvent(r.arena[start:]); ok && event.Refusal == nil {
			event.ReceivedAt = time.Unix(0, e.Time)
			r.events = append(r.events, ConsumedEvent{event, e.Seq, r.store.config.Dir})
		}
	}
	r.full = true
	return nil
}

// rest waits for a record.
func (r *consuming) rest(ctx context.Context) {
	records := r.reader.Watch()
	defer r.reader.Unwatch()
	if err := r.fill(); err == nil && r.last > 0 {
		r.consume(ctx) // it came meanwhile
		return
	}
	select {
	case <-records:
	case <-ctx.Done():
	}
}

// consume offers the batch until it is taken, and notes that it is done. A batch that is not full is followed by a pause, in which
// the next one grows.
func (r *consuming) consume(ctx context.Context) {
	began := time.Now()
	for n := 1; ; n++ {
		err := r.admit(ctx)
		if err == nil && len(r.events) > 0 {
			err = r.call(ctx)
		}
		if err == nil {
			break
		}
		if ctx.Err() != nil {
			return
		}
		r.failed(err)
		if !sleep(ctx, pause(n)) {
			return
		}
	}
	r.succeeded()
	if !r.settle() || r.full {
		return
	}
	sleep(ctx, lingering-time.Since(began))
}

// admit takes the events of suppressed users out of the batch.
func (r *consuming) admit(ctx context.Context) (err error) {
	p := r.store.suppression
	if p == nil || len(r.events) == 0 {
		return nil
	}
	if usable, err := p.refresh(ctx, SuppressionStale); !usable {
		return fmt.Errorf("list of suppressed users: %w", err)
	}
	r.events = slices.DeleteFunc(r.events, func(e ConsumedEvent) bool {
		yes, failed := p.suppressed(userOf(e.Document))
		if failed != nil {
			err = failed
		}
		return yes
	})
	return err
}

// call calls Consume, which is anybody's.
func (r *consuming) call(ctx context.Context) error {
	return <-isolated("consumer "+r.config.Name, func() error { return readable(r.config.Consume(ctx, r.events)) })
}

// settle notes that everything up to the last event of the batch is done. A checkpoint that fails costs events that are offered
// twice after a crash.
func (r *consuming) settle() bool {
	if err := r.consumer.Settle(1, r.last); err != nil {
		return false // the journal is closed
	}
	if err := r.consumer.Commit(); err != nil {
		r.store.tally.failed("checkpoint", err.Error())
		r.store.conditions.checkpoint.Note("", 1, slog.Any("error", err))
		r.store.conditions.wake.send()
	}
	r.notify()
	return true
}

func (r *consuming) failed(err error) {
	r.mu.Lock()
	r.errors++
	r.latest = err.Error()
	r.mu.Unlock()
	r.failing.Note("", 1, slog.Any("error", err))
}

func (r *consuming) succeeded() {
	r.mu.Lock()
	r.latest = ""
	r.mu.Unlock()
	r.failing.End()
}

func (r *consuming) failures() (n int64, latest string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.errors, r.latest
}

// notify wakes those who wait for the consumer.
func (r *consuming) notify() {
	r.mu.Lock()
	defer r.mu.Unlock()
	close(r.moved)
	r.moved = make(chan struct{})
}

// await waits until the consumer is done with everything up to seq.
func (r *consuming) await(ctx context.Context, seq uint64) error {
	for {
		r.mu.Lock()
		moved := r.moved
		r.mu.Unlock()
		left := r.consumer.Undone(1, seq)
		if left == 0 {
			return nil
		}
		select {
		case <-moved:
			continue
		case <-r.ended:
			return fmt.Errorf("%w: consumer %s has %d events left: %w", ErrPending, r.config.Name, left, ErrClosed)
		case <-ctx.Done():
		}
		why := ""
		if _, latest := r.failures(); latest != "" {
			why = "; its last error: " + latest
		}
		return fmt.Errorf("%w: consumer %s has %d events left%s: %w", ErrPending, r.config.Name, left, why, ctx.Err())
	}
}

// stop ends the goroutine, in the middle of a call if need be. It reports false when Consume does not return in time: what
// it does later changes nothing.
func (r *consuming) stop(ctx context.Context) bool {
	r.cancel()
	select {
	case <-r.ended:
		return true
	case <-ctx.Done():
		return false
	}
}

// stopConsumers ends the consumers at the same time.
func (s *Store) stopConsumers() {
	ctx, cancel := context.WithTimeout(context.Background(), stopPatience)
	defer cancel()
	for _, r := range s.consumers {
		r.cancel()
	}
	for _, r := range s.consumers {
		if !r.stop(ctx) {
			r.failing.Logger.Error("consumer: Consume did not return after its context ended; the store no longer waits for it")
		}
	}
	for _, c := range s.consumerStats() {
		switch {
		case !c.Declared || c.Pending == 0:
		case s.inMemory():
			s.log.journal.Error("consumer: the events that it is not done with are lost, because the store is in memory", slog.String("consumer", c.Name), slog.Int64("events", c.Pending))
		default:
			s.log.journal.Info("consumer: the next start offers the events that it is not done with", slog.String("consumer", c.Name), slog.Int64("events", c.Pending))
		}
	}
}

// sleep waits until d is over. It reports false when ctx has ended.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	return ctx.Err() == nil
}
