// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
)

// Store keeps events. It is safe for concurrent use.
type Store struct {
	config  Config
	journal *journal.Journal
	client  *mongo.Client
	acks    *acks
	writer  *writer
	tally   *tally
	onBatch atomic.Pointer[func(Batch)]

	opened atomic.Bool // journal is set
	closed atomic.Bool
	// committing is set while the writer moves the journal's checkpoint.
	committing atomic.Bool

	// settled counts events of the writer's open batch that are done while the checkpoint has yet to move.
	settled atomic.Int64
	ended   chan struct{} // closed when Shutdown is through
	result  error         // of Shutdown, once ended
}

// Open opens or creates the directory, takes up the events that an earlier process left there, and
// starts the writer. It does not wait for MongoDB, which may be away; ctx is not used after Open has
// returned. It fails when the configuration is wrong (every mistake at once), or when the directory
// cannot be used or is used by another process, which it then names.
func Open(_ context.Context, c Config) (*Store, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	client, err := connect(c)
	if err != nil {
		return nil, err
	}
	s := &Store{config: c, client: client, tally: newTally(), acks: newAcks(), ended: make(chan struct{})}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return nil, errors.Join(fmt.Errorf("eventstore: data directory: %w", err), disconnect(client))
	}
	s.journal, err = journal.Open(filepath.Join(c.Dir, "journal"), journal.Options{
		MaxBytes:     c.JournalBytes,
		SyncInterval: c.SyncInterval,
		OnError:      s.journalError,
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("eventstore: %w", err), disconnect(client))
	}
	s.reportRecovery()
	_, done := s.journal.Position()
	s.acks.resolve(done, nil)
	s.opened.Store(true)
	s.writer = newWriter(s, client.Database(c.Database).Collection(c.Collection))
	s.writer.start()
	return s, nil
}

// reportRecovery counts and logs what an earlier process left in the journal.
func (s *Store) reportRecovery() {
	found := s.journal.Recovery()
	s.tally.recovered.Store(int64(found.Recovered))
	if found.Recovered > 0 {
		s.config.Logger.Info("journal: taking up events of an earlier process", slog.Uint64("events", found.Recovered-found.Lost))
	}
	for _, d := range found.Damage {
		s.config.Logger.Error("journal: damage found", slog.Uint64("segment", d.Segment), slog.Int64("offset", d.Offset),
			slog.Int64("bytes", d.Bytes), slog.String("reason", d.Reason), slog.String("copy", d.CopiedTo))
	}
	if found.Lost > 0 {
		s.config.Logger.Error("journal: events lost to damage", slog.Uint64("events", found.Lost))
	}
}

// journalError hears of what goes wrong in the journal's background.
func (s *Store) journalError(err error) {
	s.config.Logger.Error("journal", slog.Any("error", err))
	if s.opened.Load() {
		s.passLost()
	}
}

// passLost resolves events that the journal's checkpoint has passed because damage made them unreadable.
// While the writer moves the checkpoint it leaves that to the writer, which knows what became of its batch;
// the order of the two reads makes sure that a checkpoint seen here is not the one being moved.
func (s *Store) passLost() {
	_, passed := s.journal.Position()
	if !s.committing.Load() {
		s.acks.resolve(passed, lost)
	}
}

func lost(uint64) error { return ErrLost }

// Append writes e to the journal. On nil it is accepted: it will be in MongoDB, exactly once. The
// receipt's Wait then waits for the level that ack asks for; at AckWritten there is nothing to wait for.
//
// Append blocks for one write to the file, and under the policy Block while the journal is full, as long
// as ctx allows; otherwise ctx is not looked at. Errors: ErrClosed, ErrJournalFull, ErrTooLarge, or the
// operating system's when it cannot write; the event is then not accepted and will not appear later.
func (s *Store) Append(ctx context.Context, e Event, ack Ack) (Receipt, error) {
	if len(e.Document) > MaxDocumentBytes {
		return Receipt{}, ErrTooLarge
	}
	for {
		r, err := s.append(&e, ack)
		if err == nil {
			s.tally.accepted.Add(1)
			return r, nil
		}
		if !errors.Is(err, journal.ErrFull) {
			return Receipt{}, translate(err)
		}
		if s.config.Full == Reject {
			return Receipt{}, ErrJournalFull
		}
		if err := s.journal.WaitSpace(ctx); err != nil {
			if ctx.Err() != nil {
				return Receipt{}, fmt.Errorf("%w: %w", ErrJournalFull, ctx.Err())
			}
			return Receipt{}, translate(err)
		}
	}
}

func (s *Store) append(e *Event, ack Ack) (Receipt, error) {
	if s.closed.Load() {
		return Receipt{}, ErrClosed
	}
	var buf [recordFixed + maxTypeBytes]byte
	head := e.appendHead(buf[:0])
	if ack != AckStored {
		seq, err := s.journal.Append(head, e.Document)
		return Receipt{store: s, seq: seq, ack: ack}, err
	}
	// Registered before the writer can have stored it.
	s.acks.mu.Lock()
	defer s.acks.mu.Unlock()
	seq, err := s.journal.Append(head, e.Document)
	if err != nil {
		return Receipt{}, err
	}
	return Receipt{store: s, seq: seq, ack: ack, stored: s.acks.await(seq)}, nil
}

// Await returns a receipt for an event that was appended before, by its sequence number.
func (s *Store) Await(seq uint64, ack Ack) Receipt {
	r := Receipt{store: s, seq: seq, ack: ack}
	if ack == AckStored {
		s.acks.mu.Lock()
		defer s.acks.mu.Unlock()
		r.stored = s.acks.await(seq)
	}
	return r
}

func (s *Store) waitSynced(ctx context.Context, seq uint64) error {
	err := s.journal.WaitSynced(ctx, seq)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil || errors.Is(err, journal.ErrClosed):
		return fmt.Errorf("%w: %w", ErrUnconfirmed, err)
	default:
		return fmt.Errorf("%w: %w", ErrNotDurable, err)
	}
}

// translate turns the journal's errors into this package's.
func translate(err error) error {
	switch {
	case errors.Is(err, ErrClosed), errors.Is(err, journal.ErrClosed):
		return ErrClosed
	case errors.Is(err, journal.ErrTooLarge):
		return ErrTooLarge
	default:
		return fmt.Errorf("eventstore: journal: %w", err)
	}
}
