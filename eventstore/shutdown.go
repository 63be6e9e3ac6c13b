// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/background"
)

// Flush blocks until every event that was accepted before the call is delivered or in quarantine, or until ctx ends. It then
// returns ErrPending with the number of remaining events, and the last error if it is recent. With [DirAuto] it also waits for the
// events of dead processes whose directories are adopted.
func (s *Store) Flush(ctx context.Context) error {
	ctx = background.Or(ctx)
	if err := s.flushOwn(ctx); err != nil {
		return err
	}
	return s.siblings.flush(ctx)
}

// flushOwn is Flush for the store's own directory.
func (s *Store) flushOwn(ctx context.Context) error {
	last, _ := s.journal.Position()
	return s.flushTo(ctx, last)
}

// flushTo is Flush for the events up to a sequence number.
func (s *Store) flushTo(ctx context.Context, seq uint64) error {
	w := s.awaitDone(1, seq)
	select {
	case <-w.done:
	case <-ctx.Done():
		select {
		case <-w.done: // what is through is through, even when ctx has ended too
		default:
			s.acks.forget(w)
			return s.pendingError(ctx.Err())
		}
	}
	if errors.Is(w.err, errShutDown) {
		return s.pendingError(ErrClosed)
	}
	if errors.Is(w.err, errEndedInMemory) {
		return w.err
	}
	return nil // one event's quarantine is not Flush's failure
}

func (s *Store) pendingError(cause error) error {
	dir := s.config.Dir
	if s.siblings != nil {
		dir = s.siblings.parent
	}
	where := fmt.Sprintf("%d in %s, which the next Open delivers", s.Stats().Pending, dir)
	if s.inMemory() {
		where = fmt.Sprintf("%d in memory", s.Stats().Pending)
	}
	where += s.latestError()
	if err := s.journal.Displaced(); err != nil {
		where = fmt.Sprintf("%d in files that the next Open may not find", s.Stats().Pending)
		cause = errors.Join(cause, err)
	}
	if cause == nil {
		return fmt.Errorf("%w: %s", ErrPending, where)
	}
	return fmt.Errorf("%w: %s: %w", ErrPending, where, cause)
}

// latestHolds is how long the last error says something about what stands in the way: longer than the pause between two
// attempts.
const latestHolds = time.Minute

// closeTimeout bounds how long Shutdown waits for the sink to close after the writer has ended.
const closeTimeout = time.Second

// closing is what Shutdown keeps of the time that ctx has left, for what comes after the flush: a fifth, and one
// second at most.
func closing(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, deadline.Add(-min(max(time.Until(deadline)/5, 0), time.Second)))
}

// Shutdown refuses further events, flushes, and closes the journal and the sink. It reserves a fifth of ctx's remaining time, at
// most one second, for closing. It therefore returns before ctx ends, with two exceptions. The disk may take longer to
// sync the journal. The sink may return late after its context has ended: Shutdown waits 5 s for that.
//
// Events that are not delivered by then stay in the directory, and the next Open delivers them. The error is then ErrPending, with
// their number. A further call waits for the first, as long as its own ctx allows, and returns the same error.
//
// Shutdown waits for the sinks of [Config].Sinks in the same way. Their remaining events stay for them; ErrPending then names
// the sink.
//
// For a store in [Memory], events that are not delivered by then are lost. They are logged and counted, and the error is ErrLost.
func (s *Store) Shutdown(ctx context.Context) error { return s.shutDown(ctx, false) }

// shutDown is Shutdown. hasty has it not wait for the sinks behind the first.
func (s *Store) shutDown(ctx context.Context, hasty bool) error {
	ctx = background.Or(ctx)
	if s.closed.Swap(true) {
		select {
		case <-s.ended:
			return s.result
		case <-ctx.Done():
			return fmt.Errorf("eventstore: another call of Shutdown is under way: %w", ctx.Err())
		}
	}
	s.result = s.end(ctx, hasty)
	close(s.ended)
	return s.result
}

func (s *Store) end(ctx context.Context, hasty bool) error {
	flush, cancel := closing(ctx)
	defer cancel()
	s.siblings.stop()
	closed := s.siblings.shutdown(flush)
	cause := s.flushOwn(flush)
	if !hasty {
		_ = s.FlushSinks(flush) // what they have not got is told below
	}
	if s.inMemory() && cause == nil { // there is no next start for them
		_ = s.FlushConsumers(flush) // what they have not done is logged
	}
	s.stopWriters()
	closed()
	if s.adopter == nil {
		s.suppression.stop()
	}
	switch pending := s.Stats().Pending; {
	case cause != nil && pending == 0:
		cause = nil
	case cause != nil: // the writer may have stored some meanwhile
		cause = s.pendingError(flush.Err())
	}
	s.stopConsumers()
	for _, o := range s.outlets() {
		if s.inMemory() {
			o.acks.close(errEndedInMemory)
		} else {
			o.acks.close(errShutDown)
		}
	}
	// Whoever works on the quarantine file ends before another process can have the directory.
	if done, err := s.takeUpkeep(ctx); err == nil {
		defer done()
		s.siblings.rest(ctx)
	}
	err := errors.Join(s.journal.Close(), s.quarantine.kept.Close())
	s.deleteHidden()
	s.closeSinks(ctx)
	if s.inMemory() {
		return s.endInMemory(flush.Err())
	}
	// An Append that was under way while the flush ended may have been accepted after it.
	if cause == nil && s.Stats().Pending > 0 {
		cause = s.pendingError(nil)
	}
	if cause = errors.Join(cause, s.leftToSinks()); cause != nil {
		return cause
	}
	if err != nil {
		return fmt.Errorf("eventstore: journal: %w", err)
	}
	return nil
}
