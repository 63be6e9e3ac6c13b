// SPDX-License-Identifier: Apache-2.0

package eventstream

import (
	"context"
	"errors"
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

// Stream reads documents in the order of a time, those of one millisecond by _id. An index has this order, so that the
// server sorts nothing.
type Stream struct {
	DB    *connect.Connection
	Field string   // timestamp or received_at
	Types []string // of events; nil: all
	Users bool     // read user_id, too

	Always    bool // the span does not count: all events are read, those without the time too
	Unordered bool // in whatever order the server has them, so that no index is needed
}

// batchSize is how many documents the server sends at once.
const batchSize = 2_000

// Filter returns the documents of a span of time in milliseconds, its beginning included, its end not.
func (s *Stream) Filter(from, to int64) bson.D {
	f := bson.D{}
	if !s.Always {
		f = append(f, bson.E{Key: s.Field, Value: bson.D{{Key: "$gte", Value: bson.DateTime(from)}, {Key: "$lt", Value: bson.DateTime(to)}}})
	}
	if s.Types != nil {
		f = append(f, bson.E{Key: eventdoc.FieldType, Value: bson.D{{Key: "$in", Value: s.Types}}})
	}
	return f
}

// fields returns what is read of a document.
func (s *Stream) fields() bson.D {
	names := []string{
		eventdoc.FieldType, eventdoc.FieldSessionID, eventdoc.FieldPlatform, eventdoc.FieldModule, eventdoc.FieldData,
		eventdoc.FieldTime, eventdoc.FieldReceivedAt, eventdoc.FieldVersion, eventdoc.FieldMetrics, eventdoc.FieldSampleRate,
		eventdoc.FieldService, eventdoc.FieldMapVersion,
	}
	if s.Users {
		names = append(names, eventdoc.FieldUserID)
	}
	var p bson.D
	for _, name := range names {
		p = append(p, bson.E{Key: name, Value: 1})
	}
	return p
}

// Count returns how many documents there are in a span of time.
func (s *Stream) Count(ctx context.Context, from, to int64) (int64, error) {
	n, err := s.DB.Collection.CountDocuments(ctx, s.Filter(from, to))
	if err != nil {
		return 0, s.DB.Error("counting events", err)
	}
	return n, nil
}

// First returns the time of the first document of a span of time. found is false when there is none.
func (s *Stream) First(ctx context.Context, from, to int64) (at int64, found bool, err error) {
	var doc bson.Raw
	err = s.DB.Collection.FindOne(ctx, s.Filter(from, to), options.FindOne().SetSort(eventdoc.StreamOrder(s.Field)).SetProjection(bson.D{{Key: s.Field, Value: 1}})).Decode(&doc)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, s.DB.Error("reading events", err)
	}
	return doc.Lookup(s.Field).DateTime(), true, nil // the filter has no other type
}

// Each calls f with each document of a span of time.
func (s *Stream) Each(ctx context.Context, from, to int64, f func(bson.Raw) error) (err error) {
	find := options.Find().SetProjection(s.fields()).SetBatchSize(batchSize)
	if !s.Unordered {
		find.SetSort(eventdoc.StreamOrder(s.Field))
	}
	cursor, err := s.DB.Collection.Find(ctx, s.Filter(from, to), find)
	if err != nil {
		return s.DB.Error("reading events", err)
	}
	defer func() {
		if e := cursor.Close(context.WithoutCancel(ctx)); e != nil && err == nil {
			err = s.DB.Error("reading events", e)
		}
	}()
	for cursor.Next(ctx) {
		if err := f(cursor.Current); err != nil {
			return err
		}
	}
	if err := cursor.Err(); err != nil {
		return s.DB.Error("reading events", err)
	}
	return nil
}

// indexPatience bounds the creation of an index.
const indexPatience = time.Hour

// EnsureIndex makes sure that an index has the order that is read in. Without one the server would sort.
func (s *Stream) EnsureIndex(ctx context.Context, create bool) error {
	keys := eventdoc.StreamOrder(s.Field)
	cursor, err := s.DB.Collection.Indexes().List(ctx)
	if err != nil {
		return s.DB.Error("listing indexes", err)
	}
	var all []bson.Raw
	if err := cursor.All(ctx, &all); err != nil {
		return s.DB.Error("listing indexes", err)
	}
	if slices.ContainsFunc(all, func(index bson.Raw) bool { return serves(index, keys) }) {
		return nil
	}
	if !create {
		return cli.Failedf(`no index has the order of %[1]s, and without one the server would sort all events.
Give --create-index, which makes the index while services continue, or make it in mongosh:
  db.getSiblingDB(%[3]q).getCollection(%[2]q).createIndex({%[1]s: 1, _id: 1})`, s.Field, s.DB.Collection.Name(), s.DB.Database.Name())
	}
	ctx, cancel := context.WithTimeout(ctx, indexPatience)
	defer cancel()
	if _, err := s.DB.Collection.Indexes().CreateOne(ctx, mongo.IndexModel{Keys: keys}); err != nil {
		return s.DB.Error(fmt.Sprintf("creating the index on %s and _id", s.Field), err)
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
