// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/internal/background"
)

// Append writes e to the journal. When the error is nil, the event is accepted and will be delivered. The receipt's Wait then
// waits for the level ack. At AckWritten it returns at once.
//
// Append blocks for one write to the file. With the policy Block it also blocks while the journal is full, as long as ctx
// allows. Append does not use ctx otherwise.
//
// After an error the event is not accepted, and does not appear later. The errors are:
//
//   - ErrClosed, ErrJournalFull and ErrTooLarge
//   - ErrQuarantineFull, for an event with a [Refusal]
//   - an error of [Store.TakesAck]
//   - the operating system's error, when it cannot write
func (s *Store) Append(ctx context.Context, e Event, ack Ack) (Receipt, error) {
	ctx = background.Or(ctx)
	if err := s.TakesAck(ack); err != nil {
		return Receipt{}, err
	}
	return s.accept(ctx, &e, ack, nil)
}

// accept is Append. It may change e. counter is nil, or counts an event that is not a new one.
func (s *Store) accept(ctx context.Context, e *Event, ack Ack, counter *atomic.Int64) (Receipt, error) {
	if err := s.takes(e.Document); err != nil {
		return Receipt{}, err
	}
	if e.Refusal == nil {
		return s.appendWhenRoom(ctx, e, ack, counter)
	}
	if err := s.reserve(e); err != nil {
		return Receipt{}, err
	}
	r, err := s.appendWhenRoom(ctx, e, ack, counter)
	if err != nil {
		s.release(e)
	}
	return r, err
}

// appendWhenRoom appends an event, and waits for room in the journal where the policy says so.
func (s *Store) appendWhenRoom(ctx context.Context, e *Event, ack Ack, counter *atomic.Int64) (Receipt, error) {
	for {
		r, err := s.appendCounted(e, ack, counter)
		if err == nil {
			s.refusal.over()
			return r, nil
		}
		if !errors.Is(err, journal.ErrFull) || s.config.JournalFull == Reject {
			return Receipt{}, s.refused(err)
		}
		if err := s.journal.WaitSpace(ctx); err != nil {
			return Receipt{}, s.noSpace(ctx, err)
		}
		e.waited(time.Now())
	}
}

func (s *Store) appendCounted(e *Event, ack Ack, counter *atomic.Int64) (Receipt, error) {
	if counter == nil {
		return s.append(e, ack)
	}
	s.tally.replaying.Lock() // nobody sees it in the journal and not counted
	defer s.tally.replaying.Unlock()
	r, err := s.append(e, ack)
	if err == nil {
		counter.Add(1)
	}
	return r, err
}

func (s *Store) append(e *Event, ack Ack) (Receipt, error) {
	if s.closed.Load() {
		return Receipt{}, ErrClosed
	}
	var buf [recordFixed + usualTypeBytes]byte
	head := e.appendHead(buf[:0])
	if !ack.waitsForSink() {
		seq, err := s.appendRecord(e, head)
		return Receipt{store: s, first: seq, last: seq, ack: ack}, err
	}
	// Registered before the writer can have stored it.
	s.acks.mu.Lock()
	defer s.acks.mu.Unlock()
	seq, err := s.appendRecord(e, head)
	if err != nil {
		return Receipt{}, err
	}
	return Receipt{store: s, first: seq, last: seq, ack: ack, wait: s.acks.await(seq, seq)}, nil
}

// appendRecord writes the record of an event, whose head is what stands before the document.
func (s *Store) appendRecord(e *Event, head []byte) (seq uint64, err error) {
	if e.Refusal == nil {
		return s.journal.AppendAt(e.received(), head, e.Document)
	}
	return s.journal.AppendAt(e.received(), head, e.Document, e.tail())
}

// refused turns the journal's error into this package's, and remembers it for Health.
func (s *Store) refused(err error) error {
	switch {
	case errors.Is(err, ErrClosed), errors.Is(err, journal.ErrClosed):
		return ErrClosed
	case errors.Is(err, journal.ErrFull):
		return ErrJournalFull
	case errors.Is(err, journal.ErrTooLarge):
		return s.tooLarge()
	case errors.Is(err, journal.ErrDisplaced): // Health looks for itself
		return fmt.Errorf("eventstore: %w", err)
	default:
		s.refusal.begin(err)
		return fmt.Errorf("eventstore: journal: %w", err)
	}
}

// noSpace is the error of an append that could not wait for space any longer.
func (s *Store) noSpace(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("%w: %w", ErrJournalFull, ctx.Err())
	}
	return s.refused(err)
}

// tooLarge is the error of an event that an empty journal would not hold.
func (s *Store) tooLarge() error {
	if s.inMemory() {
		return fmt.Errorf("%w for a journal of %d bytes at most (Config.MemoryBytes, journal.max_memory)", ErrTooLarge, s.config.MemoryBytes)
	}
	return fmt.Errorf("%w for a journal of %d bytes at most (Config.JournalBytes, journal.max_bytes)", ErrTooLarge, s.config.JournalBytes)
}
