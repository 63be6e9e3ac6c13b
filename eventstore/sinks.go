// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/otelanalytics/otelanalytics-go/internal/background"
)

// FlushSinks blocks until every event that was accepted before the call is in each sink of [Config].Sinks or in that sink's
// quarantine, or until ctx ends. It then returns ErrPending with the names of the sinks that are not done. Flush waits only for the
// first sink.
func (s *Store) FlushSinks(ctx context.Context) error {
	last, _ := s.journal.Position()
	return s.flushSinks(background.Or(ctx), last)
}

// flushSinks is FlushSinks for the events up to a sequence number.
func (s *Store) flushSinks(ctx context.Context, seq uint64) error {
	var errs []error
	for _, o := range s.others {
		errs = append(errs, o.await(ctx, seq))
	}
	return errors.Join(errs...)
}

// await waits until the sink has everything up to seq, or its quarantine has it.
func (o *outlet) await(ctx context.Context, seq uint64) error {
	o.acks.mu.Lock()
	w := o.acks.await(1, seq)
	o.acks.mu.Unlock()
	cause := ErrClosed
	select {
	case <-w.done:
		if !errors.Is(w.err, errShutDown) && !errors.Is(w.err, errEndedInMemory) {
			return nil // one event's quarantine is not the failure of all
		}
	case <-ctx.Done():
		o.acks.forget(w)
		cause = ctx.Err()
	}
	if left := o.consumer.Undone(1, seq); left > 0 {
		return fmt.Errorf("%w: %s does not have %d events yet%s: %w", ErrPending, o.name, left, o.latestError(), cause)
	}
	return nil
}

// leftToSinks is the error about what the sinks behind the first have not got, after the end of all deliveries.
func (s *Store) leftToSinks() error {
	dir := s.config.Dir
	if s.siblings != nil {
		dir = s.siblings.parent
	}
	var errs []error
	for _, o := range s.others {
		left := o.consumer.Stats().Backlog
		for _, child := range s.siblings.all() {
			left += child.other(o.key).consumer.Stats().Backlog
		}
		if left > 0 {
			errs = append(errs, fmt.Errorf("%w: %s does not have %d events in %s yet; the next Open delivers them%s",
				ErrPending, o.name, left, dir, o.latestError()))
		}
	}
	return errors.Join(errs...)
}

// stopWriters ends all deliveries, at the same time.
func (s *Store) stopWriters() {
	var group sync.WaitGroup
	for _, o := range s.outlets() {
		group.Go(func() { o.leftBehind = !o.writer.stop() })
	}
	group.Wait()
	for _, o := range s.outlets() {
		if o.leftBehind {
			o.log.sink.Error(o.name + ": Deliver did not return after its context ended; the store no longer waits for it")
		}
	}
}

// closeSinks closes the sinks whose last delivery is over, at the same time.
func (s *Store) closeSinks(ctx context.Context) {
	bounded, cancel := context.WithTimeout(ctx, closeTimeout)
	defer cancel()
	var group sync.WaitGroup
	for _, o := range s.outlets() {
		sink, ok := o.sink.(Closer)
		if !ok || o.leftBehind || s.adopter != nil || s.siblings.leftBehind(o.key) {
			continue
		}
		group.Go(func() {
			if err := sink.Close(bounded); err != nil {
				o.log.sink.Debug(o.name+": close", "error", err)
			}
		})
	}
	group.Wait()
}

// endSinksInMemory counts and logs what a store in memory leaves behind of the events for the sinks behind the first, and returns
// the error that Shutdown has for it.
func (s *Store) endSinksInMemory() error {
	var errs []error
	for _, o := range s.others {
		lost := o.endInMemory()
		if lost == 0 {
			continue
		}
		o.log.journal.Error("events are lost for a sink: it did not have them when the store, which is in memory, was shut down", slog.Int64("events", lost))
		errs = append(errs, fmt.Errorf("%w: %s does not have %d events of a store in memory%s", ErrLost, o.name, lost, o.latestError()))
	}
	return errors.Join(errs...)
}

// endInMemory has what is pending for the sink count as lost from now on, and returns how much it is.
func (o *outlet) endInMemory() int64 {
	o.tally.mu.Lock()
	defer o.tally.mu.Unlock()
	o.tally.ended = true
	return int64(o.consumer.Stats().Backlog)
}
