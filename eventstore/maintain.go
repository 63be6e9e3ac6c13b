// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/internal/background"
)

// damagedDir is the journal's folder of damaged segments.
const damagedDir = journal.DamagedName

// Maintenance is exclusive access to a store's data on disk. It is valid while the function runs that [Store.Maintain]
// called. One goroutine may use it. With [DirAuto] its methods also cover the directories of dead processes, but not the
// directories of other live processes: see OtherProcesses.
type Maintenance struct{ store *Store }

// Maintain calls f while no ReplayQuarantine and no other Maintain runs. f can then remove a user's events
// everywhere: first from the journal, then from the sink, then from the quarantine file. In another order, an event could be
// delivered again after its removal from the sink. Events can be appended meanwhile, and are delivered.
//
// Maintain waits for its turn for as long as ctx allows. It returns f's error, ctx's error, or ErrClosed. Shutdown waits for f.
func (s *Store) Maintain(ctx context.Context, f func(*Maintenance) error) error {
	done, err := s.takeUpkeep(background.Or(ctx))
	if err != nil {
		return err
	}
	defer done()
	if s.closed.Load() {
		return ErrClosed
	}
	release, err := s.siblings.hold(background.Or(ctx))
	if err != nil {
		return err
	}
	defer release()
	return f(&Maintenance{s})
}

// each calls f with the store, with those of the directories that it has adopted, and with those of the other directories of dead
// processes, one after the other.
func (m *Maintenance) each(ctx context.Context, f func(*Store) error) error {
	for _, s := range append([]*Store{m.store}, m.store.siblings.all()...) {
		if err := f(s); err != nil {
			return err
		}
	}
	return m.store.siblings.eachFree(ctx, f)
}

// OtherProcesses counts the directories that other processes have open. No method covers these. It is 0 without [DirAuto].
func (m *Maintenance) OtherProcesses() (n int, err error) {
	b := m.store.siblings
	if b == nil {
		return 0, nil
	}
	dirs, err := DataDirs(b.parent)
	own := b.own()
	for _, d := range dirs {
		if d.Held && !own[d.Path] {
			n++
		}
	}
	return n, err
}

// ClearDelivered deletes the journal's files with the events that the store accepted before the call, so that no later start can
// deliver them again. First it waits, as long as ctx allows, until every event is in every sink or in the sink's quarantine, and
// every [Consumer] is done with it.
//
// The error is ErrPending when not every event could be delivered. It is also ErrPending when a consumer or a sink that this
// process does not have needs some of them. Other errors are ErrClosed and the operating system's errors.
func (m *Maintenance) ClearDelivered(ctx context.Context) error {
	ctx = background.Or(ctx)
	return m.each(ctx, func(s *Store) error { return s.clearDelivered(ctx) })
}

func (s *Store) clearDelivered(ctx context.Context) error {
	last, err := s.journal.Rotate()
	if err != nil {
		return fmt.Errorf("eventstore: clear: %w", err)
	}
	if err := s.flushTo(ctx, last); err != nil {
		return err
	}
	if err := s.passAll(ctx, last); err != nil {
		return err
	}
	switch err := s.journal.Clear(last); {
	case errors.Is(err, journal.ErrClosed):
		return ErrClosed
	case err != nil:
		return fmt.Errorf("eventstore: clear: %w", err)
	}
	return s.moveKept()
}

// moveKept moves refused events to the quarantine file that it had no room for, so that no file of the journal has any.
func (s *Store) moveKept() error {
	if err := s.quarantine.moveKept(); err != nil {
		return fmt.Errorf("eventstore: moving refused events from the journal's files to the quarantine file: %w", err)
	}
	return nil
}

// RemoveQuarantined removes the lines of the quarantine files for which remove returns true, and returns their number. It covers
// the files of all sinks, including sinks that are no longer declared. A line without a whole document is also offered, with a nil
// Document.
//
// Each file is replaced as a whole, durably, or remains unchanged. Events that are quarantined meanwhile wait until the file is
// replaced.
func (m *Maintenance) RemoveQuarantined(remove func(QuarantinedEvent) bool) (removed int64, err error) {
	err = m.each(context.Background(), func(s *Store) error {
		n, err := s.removeQuarantined(remove)
		removed += n
		return err
	})
	return removed, err
}

func (s *Store) removeQuarantined(remove func(QuarantinedEvent) bool) (removed int64, err error) {
	if err := s.moveKept(); err != nil {
		return 0, err
	}
	all, err := s.quarantines()
	if err != nil {
		return 0, err
	}
	for _, q := range all {
		n := int64(0)
		gone, err := q.drop(func(line []byte) bool {
			n++
			return remove(parseLine(n, int64(len(line))+1, line))
		})
		if err != nil {
			return removed, fmt.Errorf("eventstore: quarantine file %s: %w", q.lines.name(), err)
		}
		removed += gone
	}
	return removed, nil
}

// DamagedSegments counts the damaged files in the journal's folder damaged. They may contain events of any user, and no method
// removes them.
func (m *Maintenance) DamagedSegments() (int, error) {
	if m.store.inMemory() {
		return 0, nil
	}
	dirs := []string{m.store.config.Dir}
	if b := m.store.siblings; b != nil {
		dirs = append(dirs, slices.Collect(maps.Keys(b.others()))...)
	}
	n := 0
	for _, dir := range dirs {
		entries, err := os.ReadDir(filepath.Join(dir, journalDir, damagedDir))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return n, fmt.Errorf("eventstore: damaged segments: %w", err)
		}
		n += len(entries)
	}
	return n, nil
}
