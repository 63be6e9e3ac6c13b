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

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/internal/mongosafe"
)

// Store keeps events. It is safe for concurrent use.
type Store struct {
	config  Config
	journal *journal.Journal
	acks    *acks
	writer  *writer

	reader     *Reader
	quarantine *quarantine

	tally   *tally
	log     logs
	refusal refusal
	onBatch atomic.Pointer[func(Batch)]

	opened atomic.Bool // journal is set
	closed atomic.Bool
	// committing is set while the writer moves the journal's checkpoint.
	committing atomic.Bool

	// upkeep has one element while neither Delete nor ReplayQuarantine is under way.
	upkeep chan struct{}

	// settled counts events of the writer's open batch that are done while the checkpoint has yet to move.
	settled atomic.Int64
	ended   chan struct{} // closed when Shutdown is through
	result  error         // of Shutdown, once ended
}

// journalDir is the journal's directory within Config.Dir.
const journalDir = "journal"

// Open opens or creates the directory, takes up the events that an earlier process left there, and
// starts the writer. It does not wait for MongoDB, which may be away; ctx is not used after Open has
// returned. It fails when the configuration is wrong (every mistake at once), or when the directory
// cannot be used, or, ErrInUse, is used by another process, which it then names.
func Open(_ context.Context, c Config) (*Store, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	return start(c)
}

// start opens a store with a configuration that is complete and right.
func start(c Config) (*Store, error) {
	client, err := connect(c)
	if err != nil {
		return nil, err
	}
	s := &Store{
		config: c, tally: newTally(), acks: newAcks(), log: newLogs(c.Logger), ended: make(chan struct{}),
		reader:     newReader(c, client),
		quarantine: newQuarantine(c.Dir), upkeep: make(chan struct{}, 1),
	}
	s.upkeep <- struct{}{}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return nil, errors.Join(fmt.Errorf("eventstore: data directory: %w", err), mongosafe.Disconnect(client))
	}
	s.journal, err = journal.Open(filepath.Join(c.Dir, journalDir), journal.Options{
		FS:           c.files,
		MaxBytes:     c.JournalBytes,
		SyncInterval: c.SyncInterval,
		OnError:      s.journalError,
	})
	if errors.Is(err, journal.ErrLocked) {
		return nil, errors.Join(fmt.Errorf("%w: %w", ErrInUse, err), mongosafe.Disconnect(client))
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("eventstore: %w", err), mongosafe.Disconnect(client))
	}
	s.reportRecovery()
	_, done := s.journal.Position()
	s.acks.resolve(done, nil)
	s.opened.Store(true)
	s.writer = newWriter(s)
	s.writer.start()
	return s, nil
}

// takeUpkeep waits, as long as ctx allows, until nobody else works on what is kept: an event that is put back into
// the journal must not escape a deletion.
func (s *Store) takeUpkeep(ctx context.Context) (done func(), err error) {
	done = func() { s.upkeep <- struct{}{} }
	select {
	case <-s.upkeep: // nobody is at it, whatever ctx says
		return done, nil
	default:
	}
	select {
	case <-s.upkeep:
		return done, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// reportRecovery counts and logs what an earlier process left in the journal.
func (s *Store) reportRecovery() {
	found := s.journal.Recovery()
	s.tally.recovered.Store(int64(found.Recovered))
	if found.Recovered > 0 {
		s.log.journal.Info("journal: taking up events of an earlier process", slog.Uint64("events", found.Recovered-found.Lost))
	}
	for _, d := range found.Damage {
		s.log.journal.Error("journal: damage found", slog.Uint64("segment", d.Segment), slog.Int64("offset", d.Offset),
			slog.Int64("bytes", d.Bytes), slog.String("reason", d.Reason), slog.String("copy", d.CopiedTo))
	}
	if found.Lost > 0 {
		s.log.journal.Error("journal: events lost to damage", slog.Uint64("events", found.Lost))
	}
}

// journalError hears of what goes wrong in the journal's background.
func (s *Store) journalError(err error) {
	s.log.journal.Error("journal", slog.Any("error", err))
	s.tally.last(err.Error())
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

// Await returns a receipt for one event that was appended before, by its sequence number.
func (s *Store) Await(seq uint64, ack Ack) Receipt {
	r := Receipt{store: s, first: seq, last: seq, ack: ack}
	if ack == AckStored {
		r.wait = s.awaitStored(seq)
	}
	return r
}

func (s *Store) awaitStored(seq uint64) *wait {
	s.acks.mu.Lock()
	defer s.acks.mu.Unlock()
	return s.acks.await(seq, seq)
}

func (s *Store) waitSynced(ctx context.Context, first, last uint64) error {
	err := s.journal.WaitBatchSynced(ctx, first, last)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil || errors.Is(err, journal.ErrClosed):
		return fmt.Errorf("%w: %w", ErrUnconfirmed, err)
	default:
		return fmt.Errorf("%w: %w", ErrNotDurable, err)
	}
}
