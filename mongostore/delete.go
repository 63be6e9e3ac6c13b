// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/background"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// DeleteResult counts the deleted events of a user, and the data that Delete could not examine.
type DeleteResult struct {
	Stored      int64 // documents deleted from MongoDB
	Quarantined int64 // lines deleted from the quarantine file
	// Unattributed counts the lines of the quarantine file without a document. Nobody can tell
	// whose they are. They stay.
	Unattributed int64
	// DamagedSegments counts the damaged files in the journal's folder damaged. They may contain events
	// of any user, and they stay: examine them, and delete them by hand.
	DamagedSegments int
	// OtherProcesses counts other running processes with a directory below the same parent, with
	// eventstore.DirAuto. This call does not cover their journals and quarantine files: call Delete in those processes, too.
	OtherProcesses int
}

// Delete deletes all events of a user that this store accepted before the call. It deletes them from the
// journal, from MongoDB, and from the quarantine file. In MongoDB it deletes every document of the collection with that user_id, with
// the write concern of the connection string. It takes as long as ctx allows.
//
// The journal is first. Delete waits until its events are in MongoDB, and then deletes its files, so that no later start can
// deliver the user's events again. Only then does it delete the events elsewhere. The error is eventstore.ErrPending when the
// events cannot reach MongoDB while ctx allows.
//
// After an error or a crash, a part of the events may be deleted. Call Delete again to delete the rest. A call
// that finds nothing counts nothing as deleted. With eventstore.DirAuto, Delete also covers the directories of dead processes.
//
// These remain:
//
//   - Events that are tracked for the user after the call began.
//   - Events in the journals of other processes: see docs/data-protection.md.
//   - Copies in other systems, such as log records: [WithDeleted] passes you the ids to look for.
//   - The counters of Stats: they report what happened to events at the time.
//
// [WithLinked] includes other ids of the same person.
//
// The error is ErrQuery for the user "": anonymous events belong to no user. Further errors are eventstore.ErrClosed, and the errors
// of ctx, MongoDB, the operating system and WithDeleted. They state which steps are complete, and so does the result.
func (s *Store) Delete(ctx context.Context, userID string, opts ...DeleteOption) (r DeleteResult, err error) {
	ctx = background.Or(ctx)
	if err := somebody("Delete", userID); err != nil {
		return r, err
	}
	c := newDeleteConfig(opts)
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
		r.Quarantined, r.Unattributed, err = removeQuarantined(m, person{userID, c.linked}, c.deleted)
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
// Other data of the user may remain: waiting events in the journals of services, and lines of their quarantine files. Only
// [Store.Delete] knows these.
//
// [WithLinked] includes other ids of the same person.
//
// The error is ErrQuery for the user "": anonymous events belong to no user. Further errors are eventstore.ErrClosed, and the errors
// of ctx, MongoDB and [WithDeleted]. The result counts the documents that were deleted before the error.
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
	c := newDeleteConfig(opts)
	for _, filter := range (person{userID, c.linked}).deletions(r.names()) {
		if err := deleteAll(ctx, collection, filter, c.deleted, &result.Stored); errors.As(err, new(*tellError)) {
			return result, err
		} else if err != nil {
			return result, r.mongoError("delete", err)
		}
	}
	return result, nil
}

// deleteAll deletes the documents of a filter, after it has told of them where somebody wants to know.
func deleteAll(ctx context.Context, c *mongo.Collection, filter bson.D, tell func(DeletedEvent) error, deleted *int64) error {
	if tell != nil {
		return deleteTelling(ctx, c, filter, tell, deleted)
	}
	result, err := c.DeleteMany(ctx, filter)
	if result != nil {
		*deleted += result.DeletedCount
	}
	return err
}

// deletions are the conditions for the person's events, in the order in which they are deleted. Whatever was deleted when a
// deletion is interrupted, the links lead from the user to each id that has events left: events that link ids come last, those
// of the furthest id first, and of each id the event that leads to it last of all.
func (p person) deletions(names EventNames) []bson.D {
	if len(p.linked) == 0 {
		return []bson.D{p.filter()}
	}
	types := linkTypes(eventdoc.LinkRules, names)
	all := []bson.D{append(p.filter(), bson.E{Key: eventdoc.FieldType, Value: bson.D{{Key: "$nin", Value: types}}})}
	for _, l := range slices.Backward(p.linked) {
		id := ofIDs(l.ID)
		others := slices.Clone(id)
		for _, r := range eventdoc.LinkRules {
			others = append(others, bson.E{Key: r.Field, Value: bson.D{{Key: "$ne", Value: asStored(l.To)}}})
		}
		all = append(all, others, id)
	}
	return append(all, p.filter())
}
