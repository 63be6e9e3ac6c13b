// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"context"
	"errors"
	"fmt"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/background"
)

// DeleteResult counts what was deleted of a user, and what was found that cannot be deleted.
type DeleteResult struct {
	Stored      int64 // documents deleted from MongoDB
	Quarantined int64 // lines deleted from the quarantine file
	// Unattributed counts the lines of the quarantine file that hold no document, so that nobody can tell
	// whose they are. They stay.
	Unattributed int64
	// DamagedSegments counts the damaged files in the journal's folder damaged. They may hold events
	// of anybody, and stay: look at them, and delete them by hand.
	DamagedSegments int
	// OtherProcesses counts the processes beside this one that have a directory below the same parent, with
	// eventstore.DirAuto. What they have in their journals and quarantine files is theirs to delete: call Delete there, too.
	OtherProcesses int
}

// Delete deletes everything that is kept of a user's events which this store accepted before the call: from the
// journal, from MongoDB (every document of the collection with that user_id, with the write concern of the
// connection string), and from the quarantine file. It takes as long as ctx allows.
//
// The journal comes first: Delete waits for what is in it to be in MongoDB, eventstore.ErrPending when that is not possible
// while ctx allows, and then deletes its files, so that no later start can deliver the user's events again. Only
// then are they deleted elsewhere. After an error or a crash, what is deleted is deleted, and calling Delete again
// does the rest; a call with nothing left to do counts nothing as deleted.
//
// With eventstore.DirAuto the directories of dead processes are covered as the store's own.
//
// What is tracked for the user after the call began may remain, and so may what other processes have in their
// journals: see docs/data-protection.md. The counters of Stats say what happened to events when it did; deleting
// does not change them.
//
// Copies that other systems have, such as log records, stay too: [WithDeleted] tells the ids to look for.
//
// The anonymous events, of the user "", are nobody's: ErrQuery. Further errors are eventstore.ErrClosed, ctx's, MongoDB's, the
// operating system's and that of WithDeleted; they say how far Delete came, and so does the result.
func (s *Store) Delete(ctx context.Context, userID string, opts ...DeleteOption) (r DeleteResult, err error) {
	ctx = background.Or(ctx)
	if err := somebody("Delete", userID); err != nil {
		return r, err
	}
	err = s.Maintain(ctx, func(m *eventstore.Maintenance) error {
		if err := m.ClearDelivered(ctx); err != nil {
			return fmt.Errorf("%w (nothing was deleted yet; delete again)", err)
		}
		if r.DamagedSegments, err = m.DamagedSegments(); err == nil {
			r.OtherProcesses, err = m.OtherProcesses()
		}
		if err != nil {
			return fmt.Errorf("%w (nothing was deleted yet; delete again)", err)
		}
		fromMongoDB, err := s.reader.Delete(ctx, userID, opts...)
		r.Stored = fromMongoDB.Stored
		if err != nil {
			return fmt.Errorf("%w (the journal is cleared, MongoDB and the quarantine file may hold events; delete again)", err)
		}
		r.Quarantined, r.Unattributed, err = removeQuarantined(m, userID, newDeleteConfig(opts).deleted)
		if err != nil {
			return fmt.Errorf("%w (the journal and MongoDB are cleared; delete again)", err)
		}
		return nil
	})
	return r, err
}

// Delete deletes every document of the collection with that user_id, with the write concern of the connection string. It takes
// as long as ctx allows.
//
// That is not everything that is kept of a user: what waits in the journals of services, and what is in their quarantine
// files, is known to [Store.Delete] alone.
//
// The anonymous events, of the user "", are nobody's: ErrQuery. Further errors are eventstore.ErrClosed, ctx's, MongoDB's and
// that of [WithDeleted]; the result says what was deleted until then.
func (r *Reader) Delete(ctx context.Context, userID string, opts ...DeleteOption) (DeleteResult, error) {
	var result DeleteResult
	if err := somebody("Delete", userID); err != nil {
		return result, err
	}
	ctx = background.Or(ctx)
	collection, err := r.connection.collection(ctx, onPrimary())
	if err != nil {
		return result, r.mongoError("delete", err)
	}
	if tell := newDeleteConfig(opts).deleted; tell != nil {
		err := deleteTelling(ctx, collection, userID, tell, &result.Stored)
		var told *tellError
		if err == nil || errors.As(err, &told) {
			return result, err
		}
		return result, r.mongoError("delete", err)
	}
	deleted, err := collection.DeleteMany(ctx, byUser(userID))
	if deleted != nil {
		result.Stored = deleted.DeletedCount
	}
	if err != nil {
		return result, r.mongoError("delete", err)
	}
	return result, nil
}
