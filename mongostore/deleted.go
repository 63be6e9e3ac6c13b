// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"context"
	"fmt"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// DeletedEvent identifies the copies of an event that a deletion does not reach. Log records have the ID as
// otelanalytics.event.id. Spans and exemplars have the TraceID.
type DeletedEvent struct {
	ID      string    // the _id: a UUID in its usual form, or the _id of an older document as text
	TraceID string    // 32 hexadecimal digits, empty without a span
	Time    time.Time // when it happened; zero for a document without a date
}

// DeleteOption is an option of Delete: [WithDeleted] or [WithLinked].
type DeleteOption interface{ applyDelete(*deleteConfig) }

type deleteConfig struct {
	deleted func(DeletedEvent) error
	linked  []LinkedID
}

type deleteOptionFunc func(*deleteConfig)

func (f deleteOptionFunc) applyDelete(c *deleteConfig) { f(c) }

func newDeleteConfig(opts []DeleteOption) (c deleteConfig) {
	for _, o := range opts {
		if o != nil {
			o.applyDelete(&c)
		}
	}
	return c
}

// WithDeleted calls f for each event before the event is deleted. Write the event to a file, and then search for it in the systems
// that have copies.
//
// f runs in the goroutine that called Delete. An error of f ends Delete; up to a thousand of the latest events that f was called
// for may then still exist. f may get an event twice when Delete was interrupted and is called again.
func WithDeleted(f func(DeletedEvent) error) DeleteOption {
	return deleteOptionFunc(func(c *deleteConfig) { c.deleted = f })
}

func deletedEvent(doc bson.Raw) DeletedEvent {
	e := DeletedEvent{ID: eventdoc.IDText(doc)}
	e.TraceID, _ = doc.Lookup(eventdoc.FieldTraceID).StringValueOK()
	if t, ok := doc.Lookup(eventdoc.FieldTime).TimeOK(); ok {
		e.Time = t.UTC()
	}
	return e
}

// deleteBatch is how many documents are told of before they are deleted.
const deleteBatch = 1_000

// deleteTelling deletes the documents of a filter a batch at a time, after it has told of them.
func deleteTelling(ctx context.Context, c *mongo.Collection, filter bson.D, tell func(DeletedEvent) error, deleted *int64) error {
	find := options.Find().SetLimit(deleteBatch).SetProjection(bson.D{
		{Key: eventdoc.FieldID, Value: 1}, {Key: eventdoc.FieldTraceID, Value: 1}, {Key: eventdoc.FieldTime, Value: 1},
	})
	for {
		cursor, err := c.Find(ctx, filter, find)
		if err != nil {
			return err
		}
		var docs []bson.Raw
		if err := cursor.All(ctx, &docs); err != nil || len(docs) == 0 {
			return err
		}
		ids := make(bson.A, len(docs))
		for i, doc := range docs {
			ids[i] = doc.Lookup(eventdoc.FieldID)
			if err := tell(deletedEvent(doc)); err != nil {
				return &tellError{err}
			}
		}
		result, err := c.DeleteMany(ctx, append(slices.Clone(filter), bson.E{Key: eventdoc.FieldID, Value: bson.D{{Key: "$in", Value: ids}}}))
		if result != nil {
			*deleted += result.DeletedCount
		}
		if err != nil {
			return err
		}
		if result.DeletedCount == 0 {
			return fmt.Errorf("%d documents were found and none of them was deleted", len(docs))
		}
	}
}

// tellError is an error of the function of WithDeleted, as it is.
type tellError struct{ err error }

func (e *tellError) Error() string { return "mongostore: delete: WithDeleted: " + e.err.Error() }
func (e *tellError) Unwrap() error { return e.err }

// telling calls tell for the lines that remove removes. After an error of tell no line is removed any more.
func telling(remove func(eventstore.QuarantinedEvent) bool, tell func(DeletedEvent) error, failed *error) func(eventstore.QuarantinedEvent) bool {
	if tell == nil {
		return remove
	}
	return func(e eventstore.QuarantinedEvent) bool {
		if !remove(e) || *failed != nil {
			return false
		}
		if err := tell(deletedEvent(e.Document)); err != nil {
			*failed = &tellError{err}
			return false
		}
		return true
	}
}
