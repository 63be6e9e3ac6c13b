// SPDX-License-Identifier: Apache-2.0

package backfill

import (
	"context"
	"fmt"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/connect"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// stream reads documents in the order of a time, those of one millisecond by _id. An index has this order, so that the
// server sorts nothing.
type stream struct {
	db    *connect.Connection
	field string // timestamp or received_at
	types []string
}

// batchSize is how many documents the server sends at once.
const batchSize = 2_000

// filter returns the documents of a span of time, its beginning included, its end not.
func (s *stream) filter(from, to int64) bson.D {
	f := bson.D{{Key: s.field, Value: bson.D{{Key: "$gte", Value: bson.DateTime(from)}, {Key: "$lt", Value: bson.DateTime(to)}}}}
	if s.types != nil {
		f = append(f, bson.E{Key: eventdoc.FieldType, Value: bson.D{{Key: "$in", Value: s.types}}})
	}
	return f
}

// fields are what is read of a document.
var fields = func() bson.D {
	var p bson.D
	for _, name := range []string{
		eventdoc.FieldType, eventdoc.FieldSessionID, eventdoc.FieldPlatform, eventdoc.FieldModule, eventdoc.FieldData,
		eventdoc.FieldTime, eventdoc.FieldReceivedAt, eventdoc.FieldVersion, eventdoc.FieldMetrics,
	} {
		p = append(p, bson.E{Key: name, Value: 1})
	}
	return p
}()

// each calls f with each document of a span of time.
func (s *stream) each(ctx context.Context, from, to int64, f func(bson.Raw) error) (err error) {
	cursor, err := s.db.Collection.Find(ctx, s.filter(from, to),
		options.Find().SetSort(eventdoc.StreamOrder(s.field)).SetProjection(fields).SetBatchSize(batchSize))
	if err != nil {
		return s.db.Error("reading events", err)
	}
	defer func() {
		if e := cursor.Close(context.WithoutCancel(ctx)); e != nil && err == nil {
			err = s.db.Error("reading events", e)
		}
	}()
	for cursor.Next(ctx) {
		if err := f(cursor.Current); err != nil {
			return err
		}
	}
	if err := cursor.Err(); err != nil {
		return s.db.Error("reading events", err)
	}
	return nil
}

// indexPatience bounds the creation of an index.
const indexPatience = time.Hour

// ensureIndex makes sure that an index has the order that is read in. Without one the server would sort.
func (s *stream) ensureIndex(ctx context.Context, create bool) error {
	keys := eventdoc.StreamOrder(s.field)
	cursor, err := s.db.Collection.Indexes().List(ctx)
	if err != nil {
		return s.db.Error("listing indexes", err)
	}
	var all []bson.Raw
	if err := cursor.All(ctx, &all); err != nil {
		return s.db.Error("listing indexes", err)
	}
	if slices.ContainsFunc(all, func(index bson.Raw) bool { return serves(index, keys) }) {
		return nil
	}
	if !create {
		return cli.Failedf(`no index has the order of %[1]s, and without one the server would sort all events.
Give --create-index, which makes it while services go on, or make it in mongosh:
  db.getSiblingDB(%[3]q).getCollection(%[2]q).createIndex({%[1]s: 1, _id: 1})`, s.field, s.db.Collection.Name(), s.db.Database.Name())
	}
	ctx, cancel := context.WithTimeout(ctx, indexPatience)
	defer cancel()
	if _, err := s.db.Collection.Indexes().CreateOne(ctx, mongo.IndexModel{Keys: keys}); err != nil {
		return s.db.Error(fmt.Sprintf("creating the index on %s and _id", s.field), err)
	}
	return nil
}

// serves reports whether an index has the order of keys, in either direction, for all documents.
func serves(index bson.Raw, keys bson.D) bool {
	document, ok := index.Lookup("key").DocumentOK()
	if !ok || !index.Lookup("partialFilterExpression").IsZero() {
		return false
	}
	if sparse, ok := index.Lookup("sparse").BooleanOK(); ok && sparse {
		return false
	}
	elements, err := document.Elements()
	if err != nil || len(elements) != len(keys) {
		return false
	}
	direction := int64(0)
	for i, e := range elements {
		n, ok := e.Value().AsInt64OK()
		if !ok || e.Key() != keys[i].Key || i > 0 && n != direction {
			return false
		}
		direction = n
	}
	return true
}
