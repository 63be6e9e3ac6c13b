// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
)

// DeleteResult counts what [Store.Delete] deleted, and what it found that it cannot delete.
type DeleteResult struct {
	Stored      int64 // documents deleted from MongoDB
	Quarantined int64 // lines deleted from the quarantine file
	// Unattributed counts the lines of the quarantine file that hold no document, so that nobody can tell
	// whose they are. They stay.
	Unattributed int64
	// DamagedSegments counts the copies of damaged files in the journal's folder damaged. They may hold events
	// of anybody, and stay: look at them, and delete them by hand.
	DamagedSegments int
}

// Delete deletes everything that is kept of a user's events which this store accepted before the call: from the
// journal, from MongoDB (every document of the collection with that user_id, with the write concern of the
// connection string), and from the quarantine file. It takes as long as ctx allows.
//
// The journal comes first: Delete waits for what is in it to be in MongoDB, ErrPending when that is not possible
// while ctx allows, and then deletes its files, so that no later start can deliver the user's events again. Only
// then are they deleted elsewhere. After an error or a crash, what is deleted is deleted, and calling Delete again
// does the rest; a call with nothing left to do counts nothing as deleted.
//
// What is tracked for the user after the call began may remain, and so may what other processes have in their
// journals: see docs/data-protection.md. The counters of Stats say what happened to events when it did; deleting
// does not change them.
//
// The anonymous events, of the user "", are nobody's: ErrQuery. Further errors are ErrClosed, ctx's, MongoDB's and
// the operating system's; they say how far Delete came, and so does the result.
func (s *Store) Delete(ctx context.Context, userID string) (DeleteResult, error) {
	ctx = orBackground(ctx)
	userID = asStored(userID)
	var r DeleteResult
	if err := s.aboutUser("Delete", userID); err != nil {
		return r, err
	}
	done, err := s.takeUpkeep(ctx)
	if err != nil {
		return r, err
	}
	defer done()
	if err := s.clearJournal(ctx); err != nil {
		return r, fmt.Errorf("%w (nothing was deleted yet; delete again)", err)
	}
	copies, err := s.damagedSegments()
	if err != nil {
		return r, fmt.Errorf("eventstore: delete: copies of damaged segments: %w (nothing was deleted yet; delete again)", err)
	}
	r.DamagedSegments = copies
	deleted, err := s.reader.collection.DeleteMany(ctx, byUser(userID))
	if deleted != nil {
		r.Stored = deleted.DeletedCount
	}
	if err != nil {
		return r, fmt.Errorf("%w (the journal is cleared, MongoDB and the quarantine file may hold events; delete again)", s.reader.mongoError("delete", err))
	}
	r.Quarantined, r.Unattributed, err = s.quarantine.remove(userID)
	if err != nil {
		return r, fmt.Errorf("eventstore: delete: quarantine file: %w (the journal and MongoDB are cleared; delete again)", err)
	}
	return r, nil
}

// clearJournal has everything in the journal delivered, and its files deleted.
func (s *Store) clearJournal(ctx context.Context) error {
	last, err := s.journal.Rotate()
	if err != nil {
		return fmt.Errorf("eventstore: delete: %w", err)
	}
	if err := s.flushTo(ctx, last); err != nil {
		return err
	}
	switch err := s.journal.Clear(last); {
	case errors.Is(err, journal.ErrClosed):
		return ErrClosed
	case err != nil:
		return fmt.Errorf("eventstore: delete: %w", err)
	default:
		return nil
	}
}

// damagedSegments counts the copies that the journal made.
func (s *Store) damagedSegments() (int, error) {
	entries, err := os.ReadDir(filepath.Join(s.config.Dir, journalDir, "damaged"))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	return len(entries), err
}
