// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/kept"
	"github.com/otelanalytics/otelanalytics-go/internal/background"
)

// Store keeps events and delivers them to a sink. It is safe for concurrent use.
type Store struct {
	config  Config
	journal *journal.Journal

	*outlet           // of the first sink
	others  []*outlet // of Config.Sinks
	limit   atomic.Pointer[sizeLimit]

	bystanders []Bystander // the sinks that are told of events which are not appended

	consumers []*consuming

	siblings *siblings // the directories of other processes beside its own; nil without [DirAuto]
	adopter  *Store    // whose sink it delivers to, when it delivers what another process left; else nil
	hidden   string    // the directory's name since Shutdown hid it; empty: it did not

	room        room
	suppression *suppression // nil: nobody is suppressed

	refusal        refusal
	listeners      listeners[InsertAttempt]
	unstored       listeners[[]Unstored]
	listenerLogged sync.Once

	opened atomic.Bool // journal is set
	closed atomic.Bool

	// upkeep has one element while neither Maintain nor ReplayQuarantine is under way.
	upkeep chan struct{}

	ended  chan struct{} // closed when Shutdown is through
	result error         // of Shutdown, once ended
}

// journalDir is the journal's directory within Config.Dir.
const journalDir = "journal"

// Open opens or creates the directory, recovers the events that an earlier process left there, and starts to deliver to
// sink. The store then owns the sink: Shutdown closes it. Open does not wait for the sink, which may be down.
//
// Open reads the pending events in the journal, at most [Config.JournalBytes]. When ctx ends, it stops between two of the journal's
// files and returns ctx's error. After Open has returned, ctx is not used.
//
// Open fails when the configuration is wrong; the error then lists every mistake. It fails when the directory cannot be used. It
// fails with ErrInUse, which names the other process, when another process uses the directory. After an error the caller still
// owns the sink.
func Open(ctx context.Context, sink Sink, c Config) (*Store, error) {
	c, err := c.withDefaults()
	if sink == nil {
		err = errors.Join(errors.New("eventstore: the sink is nil; package mongostore has the one for MongoDB"), err)
	}
	if err != nil {
		return nil, err
	}
	ctx = background.Or(ctx)
	if c.Storage == Memory {
		return start(ctx, sink, c)
	}
	if parent, auto := ParentDir(c.Dir); auto {
		return openBeside(ctx, sink, c, parent)
	}
	s, err := start(ctx, sink, c)
	if err == nil {
		s.warnOfProcesses()
	}
	return s, err
}

// start opens a store with a configuration that is complete and right.
func start(ctx context.Context, sink Sink, c Config) (*Store, error) {
	return newStore(guard(sink), nameOf(sink), c).start(ctx)
}

// nameOf returns the name of a sink in logs.
func nameOf(sink Sink) string {
	if n, ok := unguarded(sink).(Named); ok {
		return n.Name()
	}
	return "sink"
}

// newStore returns a store that is to be started, with a sink that is guarded.
func newStore(sink Sink, name string, c Config) *Store {
	c.Sinks = slices.Clone(c.Sinks)
	for i := range c.Sinks {
		c.Sinks[i].Sink = guard(c.Sinks[i].Sink) // which adopted directories share
	}
	s := &Store{config: c, ended: make(chan struct{}), upkeep: make(chan struct{}, 1)}
	s.outlet = newOutlet(s, sink, name)
	for _, other := range c.Sinks {
		s.others = append(s.others, newOtherOutlet(s, other))
	}
	for _, o := range s.outlets() {
		if b, ok := unguarded(o.sink).(Bystander); ok {
			s.bystanders = append(s.bystanders, b)
		}
	}
	s.findLimit()
	s.listeners.failed, s.unstored.failed = s.listenerFailed, s.listenerFailed
	s.upkeep <- struct{}{}
	for _, f := range c.OnInsertAttempt {
		s.OnInsertAttempt(f)
	}
	return s
}

// start opens the journal, and starts to deliver.
func (s *Store) start(ctx context.Context) (*Store, error) {
	c := s.config
	dir, files := filepath.Join(c.Dir, journalDir), c.files
	if files == nil {
		files = filesystem.OS()
	}
	o := journal.Options{
		FS:           c.files,
		Consumers:    c.consumerNames(),
		AtEnd:        c.beginsAtEnd,
		Stays:        func(consumer string) bool { _, is := sinkOf(consumer); return is },
		MaxBytes:     c.JournalBytes,
		SyncInterval: c.SyncInterval,
		OnError:      s.journalError,
		OnRestored:   s.journalRestored,
		Interrupted:  ctx.Err,
		BeforeUnlock: s.hideWhenEmpty,
	}
	if s.inMemory() {
		s.placeInMemory(&o)
		dir, files = journalDir, o.FS
	}
	s.quarantine.kept = kept.New(files, dir)
	o.Keep = s.quarantine.kept.Keep
	s.quarantine.kept.Damaged = func(segment uint64) {
		s.log.journal.Error("journal: damage found in a segment with refused events; the readable ones are in the quarantine file",
			slog.Uint64("segment", segment))
	}
	var err error
	s.journal, err = journal.Open(dir, o)
	if errors.Is(err, journal.ErrLocked) {
		err = fmt.Errorf("%w: %w", ErrInUse, err)
	} else if err != nil {
		err = fmt.Errorf("eventstore: %w", err)
	}
	if err != nil {
		return nil, err
	}
	if err := s.quarantine.kept.Load(); err != nil {
		return nil, errors.Join(fmt.Errorf("eventstore: %w", err), s.journal.Close())
	}
	if s.inMemory() {
		s.log.journal.Info("journal: it is in memory; events that the sink does not have are lost with the process",
			slog.Int64("max_bytes", c.MemoryBytes))
	}
	for _, o := range s.outlets() {
		o.join(s.journal)
	}
	s.reportRecovery()
	s.opened.Store(true)
	if s.adopter != nil {
		s.suppression = s.adopter.suppression
	} else if c.Suppression != nil {
		s.suppression = newSuppression(s, c.Suppression)
		s.suppression.start()
	}
	for _, o := range s.outlets() {
		o.writer = newWriter(o)
	}
	for _, consumer := range c.Consumers {
		s.consumers = append(s.consumers, newConsuming(s, consumer))
	}
	for _, o := range s.outlets() {
		o.writer.start()
	}
	for _, r := range s.consumers {
		r.start()
	}
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
	last, _ := s.journal.Position()
	s.tally.base = int64(last) - int64(found.Recovered)
	s.room.since = last
	if found.Recovered > 0 {
		s.quarantine.mayRepeat()
		s.log.journal.Info("journal: recovering events of an earlier process", slog.Uint64("events", found.Recovered-found.Lost))
	}
	for _, c := range s.journal.Consumers() {
		if name, is := sinkOf(c.Name); is && !c.Declared {
			s.log.journal.Warn("journal: events are kept for a sink that this process does not have; configure it, or remove it with the command journal remove-sink",
				slog.String("sink", name), slog.Uint64("events", c.Backlog))
		} else if !c.Declared {
			s.log.journal.Warn("journal: events are kept for a consumer that this process does not have; declare it, or drop it",
				slog.String("consumer", c.Name), slog.Uint64("events", c.Backlog))
		}
	}
	for _, d := range found.Damage {
		s.log.journal.Error("journal: damage found; once the readable events are delivered, the file is moved to the folder damaged",
			slog.Uint64("segment", d.Segment), slog.Int64("offset", d.Offset), slog.Int64("bytes", d.Bytes), slog.String("reason", d.Reason))
	}
	if found.Lost > 0 {
		s.log.journal.Error("journal: events lost to damage", slog.Uint64("events", found.Lost))
	}
}

// journalError hears of what goes wrong in the journal's background.
func (s *Store) journalError(err error) {
	s.conditions.journal.Note("", 1, slog.Any("error", err))
	s.conditions.wake.send()
	s.tally.last(err.Error())
	if s.opened.Load() {
		for _, o := range s.outlets() {
			o.acks.recheck() // damage may have cost what somebody waits for
		}
	}
}

// journalRestored hears that the journal's files are what their names lead to again.
func (s *Store) journalRestored() {
	s.log.journal.Info("journal: its files are in their place again; events are accepted")
}

// Await returns a receipt for an event that was appended earlier, by its sequence number. For a level that is not [Ack.Valid], the
// receipt's Wait returns an error.
func (s *Store) Await(seq uint64, ack Ack) Receipt {
	r := Receipt{store: s, first: seq, last: seq, ack: ack}
	if ack.waitsForSink() {
		r.wait = s.awaitDone(seq, seq)
	}
	return r
}

func (s *Store) awaitDone(first, last uint64) *wait {
	s.acks.mu.Lock()
	defer s.acks.mu.Unlock()
	return s.acks.await(first, last)
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
