// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/internal/background"
)

// Maintenance is exclusive access to what a store keeps on disk, for as long as the function lasts that [Store.Maintain]
// called. It is for one goroutine.
type Maintenance struct{ store *Store }

// Maintain calls f while no ReplayQuarantine and no other Maintain is under way, so that f can remove a user's events
// everywhere: from the journal, then from the sink, then from the quarantine file. In another order, an event could be
// delivered again after it was removed from the sink. Events can be appended meanwhile, and are delivered.
//
// Maintain waits for its turn for as long as ctx allows, and returns f's error, ctx's, or ErrClosed. Shutdown waits for f.
func (s *Store) Maintain(ctx context.Context, f func(*Maintenance) error) error {
	done, err := s.takeUpkeep(background.Or(ctx))
	if err != nil {
		return err
	}
	defer done()
	if s.closed.Load() {
		return ErrClosed
	}
	return f(&Maintenance{s})
}

// ClearDelivered waits until the sink has every event that the store accepted before the call, or quarantine has it, and
// every [Consumer] is done with it. Then it deletes the journal's files that held them, so that no later start can deliver
// them again. It takes as long as ctx allows. The error is ErrPending when not everything could be delivered, or when a
// consumer that this process does not have needs some; ErrClosed; or the operating system's.
func (m *Maintenance) ClearDelivered(ctx context.Context) error {
	s := m.store
	last, err := s.journal.Rotate()
	if err != nil {
		return fmt.Errorf("eventstore: clear: %w", err)
	}
	if err := s.flushTo(background.Or(ctx), last); err != nil {
		return err
	}
	if err := s.passAll(background.Or(ctx), last); err != nil {
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
		return fmt.Errorf("eventstore: moving events to the quarantine file that it had no room for: %w", err)
	}
	return nil
}

// RemoveQuarantined removes the lines of the quarantine file for which remove returns true, and returns how many. The file is
// replaced as a whole, durably, or stays as it is. A line that holds no whole document is offered too, with Document nil.
// Events that are quarantined meanwhile wait until the file is replaced.
func (m *Maintenance) RemoveQuarantined(remove func(QuarantinedEvent) bool) (removed int64, err error) {
	if err := m.store.moveKept(); err != nil {
		return 0, err
	}
	n := int64(0)
	removed, err = m.store.quarantine.drop(func(line []byte) bool {
		n++
		return remove(parseLine(n, int64(len(line))+1, line))
	})
	if err != nil {
		return 0, fmt.Errorf("eventstore: quarantine file: %w", err)
	}
	return removed, nil
}

// DamagedSegments counts the damaged files in the journal's folder damaged. They may hold events of anybody, and no method
// removes them.
func (m *Maintenance) DamagedSegments() (int, error) {
	if m.store.inMemory() {
		return 0, nil
	}
	entries, err := os.ReadDir(filepath.Join(m.store.config.Dir, journalDir, "damaged"))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("eventstore: damaged segments: %w", err)
	}
	return len(entries), nil
}
