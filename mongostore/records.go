// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/background"
	"github.com/otelanalytics/otelanalytics-go/internal/mongosafe"
	"github.com/otelanalytics/otelanalytics-go/uniques/recordstore"
)

// UniquesSuffix, behind the name of the collection of events, is the name of the collection of [Records].
const UniquesSuffix = "_uniques"

// Records keeps the records of package uniques in the collection of the name Collection and [UniquesSuffix], one document for each:
//
//	{_id: text, start: date, expires: date (absent: never), data: Binary}
//
// Each call is one command, or several for many records, of WriteTimeout at most. It reads the primary and writes with
// the write concern majority, whatever the connection string says: a record that is lost in a failover is a user that does not
// count. It is safe for concurrent use.
type Records struct {
	reader *Reader
}

var _ recordstore.Store = (*Records)(nil)

// Records returns the records that are kept beside the events of the reader's collection, over the reader's connections.
func (r *Reader) Records() *Records { return &Records{r} }

// The fields of a record.
const (
	recordID      = "_id"
	recordStart   = "start"
	recordExpires = "expires"
	recordData    = "data"
)

// atOnce bounds the ids of one command.
const atOnce = 500

// Prepare creates the indexes of the collection: one by start, and one by which MongoDB deletes what has expired. A server
// without such indexes has one by that time instead, for DeleteExpired. They are there already after the first time.
func (r *Records) Prepare(ctx context.Context) error {
	return r.on(ctx, func(ctx context.Context, c *mongo.Collection) error {
		if _, err := c.Indexes().CreateOne(ctx, mongo.IndexModel{Keys: bson.D{{Key: recordStart, Value: 1}}}); err != nil {
			return err
		}
		expiry := mongo.IndexModel{Keys: bson.D{{Key: recordExpires, Value: 1}}, Options: options.Index().SetExpireAfterSeconds(0)}
		_, err := c.Indexes().CreateOne(ctx, expiry)
		if answer := (mongo.CommandError{}); errors.As(err, &answer) && !mongo.IsTimeout(err) {
			expiry.Options = nil
			_, err = c.Indexes().CreateOne(ctx, expiry)
		}
		return err
	})
}

// List implements recordstore.Store. A document without a start has the zero time.
func (r *Records) List(ctx context.Context, prefix string, from, to time.Time) (headers []recordstore.Header, err error) {
	filter := bson.D{{Key: recordID, Value: bson.D{{Key: "$gte", Value: prefix}, {Key: "$lt", Value: prefix + "\U0010ffff"}}}}
	var span bson.D
	if !from.IsZero() {
		span = append(span, bson.E{Key: "$gte", Value: from})
	}
	if !to.IsZero() {
		span = append(span, bson.E{Key: "$lt", Value: to})
	}
	if len(span) > 0 {
		filter = append(filter, bson.E{Key: recordStart, Value: span})
	}
	fields := bson.D{{Key: recordStart, Value: 1}}
	err = r.each(ctx, filter, options.Find().SetProjection(fields), func(doc bson.Raw) {
		if h := record(doc); strings.HasPrefix(h.ID, prefix) {
			headers = append(headers, recordstore.Header{ID: h.ID, Start: h.Start})
		}
	})
	return headers, err
}

// Load implements recordstore.Store. What a document does not have, or has with another type, is zero.
func (r *Records) Load(ctx context.Context, ids []string) (records []recordstore.Record, err error) {
	for len(ids) > 0 {
		some := ids[:min(len(ids), atOnce)]
		ids = ids[len(some):]
		if err := r.each(ctx, among(some), options.Find(), func(doc bson.Raw) { records = append(records, record(doc)) }); err != nil {
			return nil, err
		}
	}
	return records, nil
}

// record reads a document, and keeps nothing of its memory.
func record(doc bson.Raw) recordstore.Record {
	instant := func(name string) time.Time {
		if t, ok := doc.Lookup(name).TimeOK(); ok {
			return t.UTC()
		}
		return time.Time{}
	}
	id, _ := doc.Lookup(recordID).StringValueOK()
	_, data, _ := doc.Lookup(recordData).BinaryOK()
	return recordstore.Record{
		ID: id, Start: instant(recordStart), Expires: instant(recordExpires), Data: append([]byte(nil), data...),
	}
}

// Put implements recordstore.Store.
func (r *Records) Put(ctx context.Context, rec recordstore.Record) error {
	if len(rec.ID) > recordstore.MaxID || len(rec.Data) > recordstore.MaxData {
		return fmt.Errorf("%w: mongostore: the record has an id of %d bytes, and %d bytes; the bounds are %d and %d",
			recordstore.ErrRefused, len(rec.ID), len(rec.Data), recordstore.MaxID, recordstore.MaxData)
	}
	doc := bson.D{
		{Key: recordID, Value: rec.ID},
		{Key: recordStart, Value: rec.Start},
		{Key: recordData, Value: bson.Binary{Data: rec.Data}},
	}
	if !rec.Expires.IsZero() {
		doc = append(doc, bson.E{Key: recordExpires, Value: rec.Expires})
	}
	return r.on(ctx, func(ctx context.Context, c *mongo.Collection) error {
		_, err := c.InsertOne(ctx, doc)
		if mongo.IsDuplicateKeyError(err) {
			return recordstore.ErrExists
		}
		return err
	})
}

// Delete implements recordstore.Store.
func (r *Records) Delete(ctx context.Context, ids ...string) error {
	for len(ids) > 0 {
		some := ids[:min(len(ids), atOnce)]
		ids = ids[len(some):]
		if err := r.on(ctx, func(ctx context.Context, c *mongo.Collection) error {
			_, err := c.DeleteMany(ctx, among(some))
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

func among(ids []string) bson.D {
	return bson.D{{Key: recordID, Value: bson.D{{Key: "$in", Value: ids}}}}
}

// DeleteExpired implements recordstore.Store, for servers without TTL indexes.
func (r *Records) DeleteExpired(ctx context.Context, now time.Time) error {
	return r.on(ctx, func(ctx context.Context, c *mongo.Collection) error {
		_, err := c.DeleteMany(ctx, bson.D{{Key: recordExpires, Value: bson.D{{Key: "$lt", Value: now}}}})
		return err
	})
}

// on calls f with the collection, within WriteTimeout.
func (r *Records) on(ctx context.Context, f func(context.Context, *mongo.Collection) error) error {
	config := r.reader.connection.config
	ctx, cancel := context.WithTimeout(background.Or(ctx), config.WriteTimeout)
	defer cancel()
	client, err := r.reader.connection.get(ctx)
	if err == nil {
		err = f(ctx, client.Database(config.Database).Collection(config.Collection+UniquesSuffix,
			options.Collection().SetReadPreference(readpref.Primary()).SetWriteConcern(writeconcern.Majority())))
	}
	return r.failure(err)
}

func (r *Records) each(ctx context.Context, filter bson.D, o *options.FindOptionsBuilder, f func(bson.Raw)) error {
	return r.on(ctx, func(ctx context.Context, c *mongo.Collection) (err error) {
		cursor, err := c.Find(ctx, filter, o)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, cursor.Close(context.WithoutCancel(ctx))) }()
		for cursor.Next(ctx) {
			f(cursor.Current)
		}
		return cursor.Err()
	})
}

// failure says whether the server has refused what it was asked, and hides secrets and documents.
func (r *Records) failure(err error) error {
	switch {
	case err == nil, errors.Is(err, recordstore.ErrExists):
		return err
	case errors.Is(err, mongo.ErrClientDisconnected):
		return eventstore.ErrClosed
	}
	safe := mongosafe.Wrap("mongostore: sketches", err, r.reader.uri)
	if refuses(err) {
		return fmt.Errorf("%w: %w", recordstore.ErrRefused, safe)
	}
	return safe
}

// unauthorized is the server's code for a role that lacks a right.
const unauthorized = 13

// refuses reports whether the server will say the same tomorrow.
func refuses(err error) bool {
	var codes []int
	var command mongo.CommandError
	if errors.As(err, &command) {
		codes = append(codes, int(command.Code))
	}
	var write mongo.WriteException
	if errors.As(err, &write) {
		for _, e := range write.WriteErrors {
			codes = append(codes, e.Code)
		}
	}
	for _, code := range codes {
		if code = mongoCode(code); code == unauthorized || classifyCode(code) == unsuitable {
			return true
		}
	}
	return false
}
