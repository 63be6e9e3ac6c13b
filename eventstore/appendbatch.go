// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/internal/background"
)

// AppendBatch writes the events with one append to the journal: one write for each file that they touch,
// and one fsync to wait for. events and the memory that they refer to are not kept.
//
// n is the number of accepted events: events[:n] are accepted, as if by n calls of [Store.Append]. n is less than len(events) only
// with an error. The error is about events[n]; this event and all later ones will not appear. The receipt covers all n events.
// A batch without events is accepted.
//
// The n events have consecutive sequence numbers, even when other goroutines append. The ReceivedAt of the first event applies to
// all. If the process is killed during the call, some events from the front remain.
//
// Two errors are found before anything is written, and n is then 0. ErrTooLarge names the document that is too large.
// ErrQuarantineFull is for an event with a [Refusal] that does not fit into the quarantine. When the operating system cannot write,
// the events that it wrote completely are accepted.
//
// At the journal's bound, Reject accepts the events that fit and returns ErrJournalFull for the rest. Block appends events as
// space becomes free, for as long as ctx allows, so a batch can be larger than the bound. Once some of its events are in, other
// appends wait until the batch is complete.
func (s *Store) AppendBatch(ctx context.Context, events []Event, ack Ack) (n int, r Receipt, err error) {
	ctx = background.Or(ctx)
	if err := s.TakesAck(ack); err != nil {
		return 0, Receipt{}, err
	}
	if len(events) == 0 {
		return 0, Receipt{}, nil
	}
	for i := range events {
		if err := s.takes(events[i].Document); err != nil {
			return 0, Receipt{}, fmt.Errorf("%w (event %d of the batch)", err, i)
		}
	}
	reserved, err := s.reserveAll(events)
	if err != nil {
		return 0, Receipt{}, err
	}
	defer func() {
		for i := n; i < len(events) && reserved > 0; i++ { // those that are not accepted
			if events[i].Refusal != nil {
				s.release(&events[i])
			}
		}
	}()
	b := appendBatch{store: s, ack: ack, now: events[0].received(), events: events, records: records(events), turn: s.journal.NewTurn()}
	defer b.turn.End()
	err = b.run(ctx)
	if b.accepted == 0 {
		return 0, Receipt{}, err
	}
	if err == nil {
		s.refusal.over()
	}
	return b.accepted, Receipt{store: s, first: b.first, last: b.first + uint64(b.accepted) - 1, ack: ack, wait: b.wait}, err
}

// reserveAll takes the room in quarantine that events of a batch need, and returns how many need some.
func (s *Store) reserveAll(events []Event) (reserved int, err error) {
	for i := range events {
		if events[i].Refusal == nil {
			continue
		}
		if err := s.reserve(&events[i]); err != nil {
			for j := range i {
				if events[j].Refusal != nil {
					s.release(&events[j])
				}
			}
			return 0, fmt.Errorf("%w (event %d of the batch)", err, i)
		}
		reserved++
	}
	return reserved, nil
}

// records are the parts of the events' records.
func records(events []Event) [][][]byte {
	heads := 0
	for i := range events {
		heads += recordFixed + min(len(events[i].Type), maxTypeBytes)
	}
	arena := make([]byte, 0, heads)
	parts := make([][]byte, 0, 2*len(events))
	list := make([][][]byte, 0, len(events))
	for i := range events {
		start := len(arena)
		arena = events[i].appendHead(arena)
		parts = append(parts, arena[start:len(arena):len(arena)], events[i].Document)
		record := parts[2*i : 2*i+2 : 2*i+2]
		if events[i].Refusal != nil {
			record = append(record, events[i].tail())
		}
		list = append(list, record)
	}
	return list
}

// appendBatch is a batch on its way into the journal.
type appendBatch struct {
	store    *Store
	ack      Ack
	now      int64 // when it was accepted; 0: the clock is to be read
	events   []Event
	records  [][][]byte // of the events, whose documents they share
	turn     *journal.Turn
	first    uint64
	accepted int
	wait     *wait
}

// run appends the batch in as many pieces as the journal's bound makes of it.
func (b *appendBatch) run(ctx context.Context) error {
	s := b.store
	for {
		err := b.piece()
		if err == nil {
			return nil
		}
		if !errors.Is(err, journal.ErrFull) || s.config.JournalFull == Reject {
			return b.end(s.refused(err))
		}
		if err := b.turn.WaitSpace(ctx); err != nil {
			return b.end(s.noSpace(ctx, err))
		}
		b.waited(time.Now())
	}
}

// waited stamps what is not in the journal yet, after a wait for space.
func (b *appendBatch) waited(now time.Time) {
	b.now = now.UnixNano()
	for i := b.accepted; i < len(b.events); i++ {
		b.events[i].waited(now)
	}
}

// piece appends what fits.
func (b *appendBatch) piece() error {
	s := b.store
	if s.closed.Load() {
		return ErrClosed
	}
	if b.ack.waitsForSink() && b.wait == nil {
		// The wait is registered before the writer can have stored the first of them. If room for the
		// others comes later, their numbers will follow: the turn sees to that.
		s.acks.mu.Lock()
		defer s.acks.mu.Unlock()
	}
	first, n, err := b.turn.AppendBatchAt(b.now, b.records[b.accepted:])
	if n == 0 {
		return err
	}
	if b.accepted == 0 {
		b.first = first
	}
	b.accepted += n
	if b.ack.waitsForSink() && b.wait == nil {
		b.wait = s.acks.await(first, first+uint64(len(b.records))-1)
		if err != nil && !errors.Is(err, journal.ErrFull) {
			s.acks.shorten(b.wait, first+uint64(n)-1)
		}
	}
	return err
}

// end gives up the rest.
func (b *appendBatch) end(err error) error {
	if b.wait != nil {
		b.store.acks.mu.Lock()
		defer b.store.acks.mu.Unlock()
		b.store.acks.shorten(b.wait, b.first+uint64(b.accepted)-1)
	}
	return err
}
