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
// [WithLinked] takes other ids of the person along. The anonymous events, of the user "", are nobody's: ErrQuery. Further errors are eventstore.ErrClosed, ctx's, MongoDB's, the
// operating system's and that of WithDeleted; they say how far Delete came, and so does the result.
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
// That is not everything that is kept of a user: what waits in the journals of services, and what is in their quarantine
// files, is known to [Store.Delete] alone.
//
// [WithLinked] takes other ids of the person along. The anonymous events, of the user "", are nobody's: ErrQuery. Further errors are eventstore.ErrClosed, ctx's, MongoDB's and
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
