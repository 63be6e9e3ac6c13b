// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/internal/background"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// The bounds of [Query.Limit].
const (
	DefaultQueryLimit = 100
	MaxQueryLimit     = 1_000
)

// Query selects the events that [Reader.Query] returns. The zero value selects the latest 100 events of all.
type Query struct {
	UserID    string    // events of one user; of all users when empty
	Anonymous bool      // events without a user; not together with UserID
	Type      string    // events of one type, and of its earlier names (Config.EventMap); of all types when empty
	From, To  time.Time // when they happened, as in Filter: From included, To not, zero is no bound
	// Data are conditions for fields of the data. An event must meet all of them. No index helps: the server reads each event that
	// matches UserID, Type, From and To.
	Data   []FieldValue
	Limit  int    // the largest number of events on a page: 1 to MaxQueryLimit, DefaultQueryLimit when zero
	Cursor string // Page.Next of the previous page of the same query; empty for the first page
}

// Page is one page of a [Query].
type Page struct {
	Events []StoredEvent // newest first
	Next   string        // the cursor of the next page; empty on the last
}

// Query returns stored events, newest first by the time when they happened. Events of the same
// millisecond are ordered by descending _id. It takes as long as ctx allows.
//
// An event that is stored from the first page to the last is returned exactly once, even when other events are stored
// meanwhile and many events have the same millisecond. An event that is stored meanwhile is returned if it happened
// before the page that is read then.
//
// With UserID or Anonymous, and otherwise with Type, the server reads an index from the page's beginning to its
// end. With UserID and Type together, it skips the user's events of other types. Without any of them,
// no index fits: the server reads the whole collection.
//
// Query also finds documents of other programs if their timestamp is a Date of the year 1 or later, with any type of _id. It omits
// documents with another timestamp, such as a text. Export and Delete include them.
//
// The errors are ErrQuery and ErrCursor for an invalid query, ErrDocumentVersion for a page that this release cannot
// read, eventstore.ErrClosed, and the errors of ctx and MongoDB.
func (r *Reader) Query(ctx context.Context, q Query) (Page, error) {
	docs, next, err := r.documents(ctx, q, 0)
	if err != nil {
		return Page{}, err
	}
	p := Page{Events: make([]StoredEvent, len(docs)), Next: next}
	for i, d := range docs {
		if p.Events[i], err = storedEvent(d); err != nil {
			return Page{}, err
		}
	}
	return p, nil
}

// UserDocuments returns a page of the whole documents with that user_id, newest first, in the order of Query. limit and cursor are
// the same as in [Query]. next is the cursor of the next page, empty on the last. A page has at most 4 MiB of documents, except
// when it has one document only.
//
// The documents may have any version. The fields of their data have their names in the collection. The error is ErrQuery for an
// empty userID: anonymous events belong to no user.
func (r *Reader) UserDocuments(ctx context.Context, userID, cursor string, limit int) (docs []bson.Raw, next string, err error) {
	if userID == "" {
		return nil, "", fmt.Errorf("%w: UserDocuments needs a user; Query returns anonymous events", ErrQuery)
	}
	return r.documents(ctx, Query{UserID: userID, Cursor: cursor, Limit: limit}, maxUserPage)
}

// maxUserPage is how many bytes the documents of a page of [Reader.UserDocuments] have, unless one alone has more.
const maxUserPage = 4 << 20

// documents returns the documents of a page, and the cursor of the next one. size bounds their bytes; 0 does not.
func (r *Reader) documents(ctx context.Context, q Query, size int) (docs []bson.Raw, next string, err error) {
	ctx = background.Or(ctx)
	find, err := q.find(r.names())
	if err != nil {
		return nil, "", err
	}
	find.size = size
	docs, more, err := r.find(ctx, find)
	if err == nil && slices.ContainsFunc(docs, undated) { // other programs' documents, which sort before and behind dates
		find.filter = dated(find.filter)
		docs, more, err = r.find(ctx, find)
	}
	if err != nil {
		return nil, "", r.mongoError("query", err)
	}
	if more {
		docs = docs[:len(docs)-1]
		if next, err = cursorBehind(docs[len(docs)-1]); err != nil {
			return nil, "", err
		}
	}
	return docs, next, nil
}

// find returns the documents of a page, and one more if there is one, which is behind the page.
func (r *Reader) find(ctx context.Context, f find) (docs []bson.Raw, more bool, err error) {
	collection, err := r.connection.collection(ctx)
	if err != nil {
		return nil, false, err
	}
	cursor, err := collection.Find(ctx, f.filter, options.Find().SetSort(newestFirst()).SetLimit(int64(f.limit)+1))
	if err != nil {
		return nil, false, err
	}
	defer cursor.Close(context.WithoutCancel(ctx))
	size := 0
	for !more && cursor.Next(ctx) {
		docs = append(docs, slices.Clone(cursor.Current)) // the cursor's own holds until the next call
		size += len(cursor.Current)
		more = len(docs) > f.limit || f.size > 0 && size > f.size && len(docs) > 1
	}
	return docs, more, cursor.Err()
}

// newestFirst is the order of both indexes, behind user or type.
func newestFirst() bson.D {
	return eventdoc.NewestFirst()
}

// find is a query in MongoDB's language.
type find struct {
	filter bson.D
	limit  int
	size   int // of the documents together, in bytes; 0: not bounded
}

func (q Query) find(names EventNames) (find, error) {
	limit := cmp.Or(q.Limit, DefaultQueryLimit)
	var errs []error
	if limit < 1 || limit > MaxQueryLimit {
		errs = append(errs, fmt.Errorf("%w: Query.Limit is %d; it must be between 1 and %d, or 0 for %d", ErrQuery, q.Limit, MaxQueryLimit, DefaultQueryLimit))
	}
	filter, err := Filter{UserID: q.UserID, Anonymous: q.Anonymous, Type: q.Type, From: q.From, To: q.To}.match("Query", names)
	errs = append(errs, err)
	var all bson.A // one list, since a filter can have the key $and once
	for _, f := range q.Data {
		d, err := f.match()
		errs = append(errs, err)
		all = append(all, d)
	}
	if q.Cursor != "" {
		c, err := parseCursor(q.Cursor)
		errs = append(errs, err)
		if err == nil {
			all = append(all, c.filter()...)
		}
	}
	if len(all) > 0 {
		filter = append(filter, bson.E{Key: "$and", Value: all})
	}
	if err := errors.Join(errs...); err != nil {
		return find{}, err
	}
	return find{filter: filter, limit: limit}, nil
}
