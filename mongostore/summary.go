// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"context"
	"errors"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/internal/background"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// Summary is the result of counting a [Filter]'s events.
type Summary struct {
	Events      int64     // number of events
	Users       int64     // number of different users; anonymous events have none
	First, Last time.Time // when the first and the last of them happened, UTC; zero without any
}

// Summary counts stored events, exactly, on the server. It counts the documents that Query finds, and takes as
// long as ctx allows.
//
// The server reads First and Last at the ends of an index. It counts the events of one user or one type in a range of an
// index. Users makes the server read each of the events' documents, unless the filter has one user. It needs
// memory for each user, or disk beyond 100 MB.
//
// The numbers are read one after the other. An event that is stored meanwhile may be in one number and not in another.
// The errors are the same as for Query.
func (r *Reader) Summary(ctx context.Context, f Filter) (Summary, error) {
	ctx = background.Or(ctx)
	match, err := f.match("Filter", r.names())
	if err != nil {
		return Summary{}, err
	}
	match, first, last, err := r.span(ctx, match)
	if err != nil || first == nil {
		return Summary{}, err
	}
	sum := Summary{First: timeOf(first), Last: timeOf(last)}
	if sum.Events, err = r.aggregateCount(ctx, match); err != nil {
		return Summary{}, err
	}
	switch {
	case f.Anonymous:
	case f.UserID != "":
		sum.Users = 1
	default:
		if sum.Users, err = r.distinctUsers(ctx, match); err != nil {
			return Summary{}, err
		}
	}
	return sum, nil
}

// span returns the first and the last document, nil without any, and a filter for all between them. When both have dates, so
// have all: times of other types come before and behind dates.
func (r *Reader) span(ctx context.Context, match bson.D) (filter bson.D, first, last bson.Raw, err error) {
	for range 2 {
		if first, err = r.edge(ctx, match, 1); err != nil || first == nil {
			return match, nil, nil, err
		}
		if last, err = r.edge(ctx, match, -1); err != nil || last == nil {
			return match, nil, nil, err
		}
		if !undated(first) && !undated(last) {
			break
		}
		match = dated(match)
	}
	return match, first, last, nil
}

func timeOf(doc bson.Raw) time.Time {
	at, _ := doc.Lookup(eventdoc.FieldTime).TimeOK()
	return at.UTC()
}

// DistinctUsers returns the number of different users with events that happened in a time range. The range includes from and
// excludes to; a zero time is no bound. Anonymous events do not count. The server reads no documents, only the part of the index on
// user and time with known users. It takes as long as ctx allows. The errors are the same as for Query.
func (r *Reader) DistinctUsers(ctx context.Context, from, to time.Time) (int64, error) {
	match, err := Filter{From: from, To: to}.match("Filter", nil)
	if err != nil {
		return 0, err
	}
	return r.distinctUsers(background.Or(ctx), dated(match))
}

func (r *Reader) distinctUsers(ctx context.Context, match bson.D) (int64, error) {
	// In two groups: the answer of the command distinct is bounded by 16 MiB.
	return r.aggregateCount(ctx, onlyKnown(match), bson.D{{Key: "$group", Value: bson.D{{Key: "_id", Value: "$" + eventdoc.FieldUserID}}}})
}

// onlyKnown leaves out anonymous events. Users are strings only: where other programs write to the collection, a number
// or nothing is no user of ours.
func onlyKnown(match bson.D) bson.D {
	return append(slices.Clone(match), bson.E{Key: eventdoc.FieldUserID, Value: bson.D{{Key: "$gt", Value: ""}}})
}

// aggregateCount counts the documents that match, or what further stages make of them.
func (r *Reader) aggregateCount(ctx context.Context, match bson.D, stages ...bson.D) (int64, error) {
	docs, err := r.aggregate(ctx, match, append(stages, bson.D{{Key: "$group", Value: bson.D{
		{Key: "_id", Value: nil}, {Key: "n", Value: bson.D{{Key: "$sum", Value: 1}}},
	}}}))
	if err != nil || len(docs) == 0 {
		return 0, err
	}
	n, _ := docs[0].Lookup("n").AsInt64OK()
	return n, nil
}

// aggregate returns what stages make of the documents that match.
func (r *Reader) aggregate(ctx context.Context, match bson.D, stages []bson.D) ([]bson.Raw, error) {
	pipeline := append(mongo.Pipeline{{{Key: "$match", Value: match}}}, stages...)
	collection, err := r.connection.collection(ctx)
	if err != nil {
		return nil, r.mongoError("summary", err)
	}
	cursor, err := collection.Aggregate(ctx, pipeline, options.Aggregate().SetAllowDiskUse(true))
	if err != nil {
		return nil, r.mongoError("summary", err)
	}
	var docs []bson.Raw
	if err := cursor.All(ctx, &docs); err != nil {
		return nil, r.mongoError("summary", err)
	}
	return docs, nil
}

// edge returns the first document (direction 1) or the last (-1), of which it has the time; nil without any.
func (r *Reader) edge(ctx context.Context, match bson.D, direction int) (bson.Raw, error) {
	collection, err := r.connection.collection(ctx)
	if err != nil {
		return nil, r.mongoError("summary", err)
	}
	doc, err := collection.FindOne(ctx, match, options.FindOne().
		SetSort(bson.D{{Key: eventdoc.FieldTime, Value: direction}, {Key: eventdoc.FieldID, Value: direction}}).
		SetProjection(bson.D{{Key: eventdoc.FieldID, Value: 0}, {Key: eventdoc.FieldTime, Value: 1}})).Raw()
	switch {
	case errors.Is(err, mongo.ErrNoDocuments):
		return nil, nil
	case err != nil:
		return nil, r.mongoError("summary", err)
	}
	return doc, nil
}
