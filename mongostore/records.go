// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
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

// UniquesSuffix is appended to the name of the collection of events. The result is the name of the collection of [Records].
const UniquesSuffix = "_uniques"

// UniquesDataSuffix is appended to the name of the collection of events. The result is the name of the collection of the data of
// [Records].
const UniquesDataSuffix = "_uniques_data"

// Records stores the records of package uniques in two collections. Their names are Collection with [UniquesSuffix] and with
// [UniquesDataSuffix]. The first has a small document for each record, the second has the record's data:
//
//	{_id: text, start: date, expires: date (absent: never), data: Binary (few bytes of the last hours)}
//	{_id: text, start: date, expires: date (absent: never), data: Binary}
//
// A list therefore does not read the data of a month, and data are read and deleted by their _id. A record of up to 8 KiB that
// starts in the last three hours is only in the first document, so that every process reads it soon. Other data are
// inserted first and deleted last.
//
// Each command takes at most WriteTimeout. Commands read the primary and write with the write concern majority, whatever the
// connection string contains. A record that is lost in a failover would be a user that does not count. Records is safe for
// concurrent use.
type Records struct {
	reader *Reader
	swept  atomic.Int64 // when data without a record were looked for, in seconds since 1970
}

var _ recordstore.Store = (*Records)(nil)

// Records returns the records of the reader's collection of events. It uses the reader's connections.
func (r *Reader) Records() *Records { return &Records{reader: r} }

// The fields of a record.
const (
	recordID      = "_id"
	recordStart   = "start"
	recordExpires = "expires"
	recordData    = "data"
)

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
	err = r.each(ctx, filter, func(doc bson.Raw) {
		if h := record(doc); strings.HasPrefix(h.ID, prefix) {
			headers = append(headers, recordstore.Header{ID: h.ID, Start: h.Start, Data: h.Data})
		}
	})
	return headers, err
}

// loadsAtOnce is how many commands of one Load are under way at a time.
const loadsAtOnce = 4

// Load implements recordstore.Store. A field that is missing in the document, or has another type, is zero.
func (r *Records) Load(ctx context.Context, ids []string) ([]recordstore.Record, error) {
	found := make([]*recordstore.Record, len(ids))
	errs := make([]error, len(ids))
	var group sync.WaitGroup
	turns := make(chan struct{}, loadsAtOnce)
	for i, id := range ids {
		turns <- struct{}{}
		group.Go(func() {
			defer func() { <-turns }()
			found[i], errs[i] = r.load(ctx, id)
		})
	}
	group.Wait()
	var records []recordstore.Record
	for _, rec := range found {
		if rec != nil {
			records = append(records, *rec)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return records, nil
}

// load returns a record, nil when it is not there.
func (r *Records) load(ctx context.Context, id string) (rec *recordstore.Record, err error) {
	byID := bson.D{{Key: recordID, Value: id}}
	find := func(suffix string) (doc bson.Raw, err error) {
		err = r.on(ctx, suffix, func(ctx context.Context, c *mongo.Collection) error {
			doc, err = c.FindOne(ctx, byID).Raw()
			if errors.Is(err, mongo.ErrNoDocuments) {
				doc, err = nil, nil
			}
			return err
		})
		return doc, err
	}
	doc, err := find(UniquesDataSuffix)
	if doc == nil && err == nil {
		doc, err = find(UniquesSuffix)
	}
	if doc == nil || err != nil {
		return nil, err
	}
	whole := record(doc)
	return &whole, nil
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
	head := bson.D{{Key: recordID, Value: rec.ID}, {Key: recordStart, Value: rec.Start}}
	if !rec.Expires.IsZero() {
		head = append(head, bson.E{Key: recordExpires, Value: rec.Expires})
	}
	if listed(rec) {
		head = append(head, bson.E{Key: recordData, Value: bson.Binary{Data: rec.Data}})
	} else {
		whole := append(slices.Clone(head), bson.E{Key: recordData, Value: bson.Binary{Data: rec.Data}})
		if err := r.insert(ctx, UniquesDataSuffix, whole); err != nil {
			return err
		}
	}
	return r.insert(ctx, UniquesSuffix, head)
}

// The data that a list returns.
const (
	listedBytes = 8 << 10
	listedFor   = 3 * time.Hour
)

// listed reports whether the data of a new record stand in the document that List reads.
func listed(rec recordstore.Record) bool {
	return len(rec.Data) <= listedBytes && (len(rec.Data) == 0 || time.Since(rec.Start) < listedFor)
}

func (r *Records) insert(ctx context.Context, suffix string, doc bson.D) error {
	return r.on(ctx, suffix, func(ctx context.Context, c *mongo.Collection) error {
		_, err := c.InsertOne(ctx, doc)
		if mongo.IsDuplicateKeyError(err) {
			return recordstore.ErrExists
		}
		return err
	})
}

// Delete implements recordstore.Store.
func (r *Records) Delete(ctx context.Context, ids ...string) error {
	if err := r.delete(ctx, UniquesSuffix, ids); err != nil {
		return err
	}
	return r.delete(ctx, UniquesDataSuffix, ids)
}

// delete deletes documents, each by its _id, which every server finds without looking at others.
func (r *Records) delete(ctx context.Context, suffix string, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	some := make([]mongo.WriteModel, len(ids))
	for i, id := range ids {
		some[i] = mongo.NewDeleteOneModel().SetFilter(bson.D{{Key: recordID, Value: id}})
	}
	return r.on(ctx, suffix, func(ctx context.Context, c *mongo.Collection) error {
		_, err := c.BulkWrite(ctx, some, options.BulkWrite().SetOrdered(false))
		return err
	})
}

// sweepEvery is how often data are looked for whose record is not there: a process died between the two.
const sweepEvery = 24 * time.Hour

// DeleteExpired implements recordstore.Store, for servers without TTL indexes.
func (r *Records) DeleteExpired(ctx context.Context, now time.Time) error {
	expired := bson.D{{Key: recordExpires, Value: bson.D{{Key: "$lt", Value: now}}}}
	var ids []string
	if err := r.each(ctx, expired, func(doc bson.Raw) { ids = append(ids, record(doc).ID) }); err != nil {
		return err
	}
	if err := r.Delete(ctx, ids...); err != nil {
		return err
	}
	if was := r.swept.Load(); time.Since(time.Unix(was, 0)) < sweepEvery || !r.swept.CompareAndSwap(was, time.Now().Unix()) {
		return nil
	}
	return r.on(ctx, UniquesDataSuffix, func(ctx context.Context, c *mongo.Collection) error {
		_, err := c.DeleteMany(ctx, expired)
		return err
	})
}

// on calls f with a collection, within WriteTimeout.
func (r *Records) on(ctx context.Context, suffix string, f func(context.Context, *mongo.Collection) error) error {
	config := r.reader.connection.config
	ctx, cancel := context.WithTimeout(background.Or(ctx), config.WriteTimeout)
	defer cancel()
	client, err := r.reader.connection.get(ctx)
	if err == nil {
		err = f(ctx, client.Database(config.Database).Collection(config.Collection+suffix,
			options.Collection().SetReadPreference(readpref.Primary()).SetWriteConcern(writeconcern.Majority())))
	}
	return r.failure(err)
}

// each calls f with the documents of records that match.
func (r *Records) each(ctx context.Context, filter bson.D, f func(bson.Raw)) error {
	return r.on(ctx, UniquesSuffix, func(ctx context.Context, c *mongo.Collection) (err error) {
		cursor, err := c.Find(ctx, filter)
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
