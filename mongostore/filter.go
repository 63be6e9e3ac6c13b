// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// Filter selects the events of [Reader.Summary]. The zero value selects all events.
type Filter struct {
	UserID    string // events of one user; of all users when empty
	Anonymous bool   // events without a user; not together with UserID
	Type      string // events of one type, and of its earlier names (Config.EventMap); of all types when empty
	// From and To bound the time when the events happened. From is included, To is not. A zero time is
	// no bound. Events have milliseconds, so the bounds are truncated to milliseconds.
	From, To time.Time
}

// earliest is the first instant of the year 1. Events are found by times that are dates, so that documents of
// other programs in the same collection, with a text in that field, or nothing, are left out.
const earliest = bson.DateTime(-62_135_596_800_000)

// asStored returns text as documents hold it: BSON is UTF-8, and U+FFFD stands in for bytes that are not.
func asStored(text string) string { return strings.ToValidUTF8(text, string(utf8.RuneError)) }

// match returns the filter in MongoDB's language, or every mistake joined. name is the type that the caller
// filled in, and names knows the earlier names of its type. Time is bounded where the filter bounds it: see dated.
func (f Filter) match(name string, names EventNames) (bson.D, error) {
	var errs []error
	if f.Anonymous && f.UserID != "" {
		errs = append(errs, fmt.Errorf("%w: %s.UserID and %s.Anonymous are both given; events without a user have no user", ErrQuery, name, name))
	}
	if !f.From.IsZero() && !f.To.IsZero() && !f.From.Before(f.To) {
		errs = append(errs, fmt.Errorf("%w: %s.From is %s and %s.To is %s; From must be earlier",
			ErrQuery, name, f.From.Format(time.RFC3339Nano), name, f.To.Format(time.RFC3339Nano)))
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	d := bson.D{}
	if f.UserID != "" || f.Anonymous {
		d = append(d, bson.E{Key: eventdoc.FieldUserID, Value: asStored(f.UserID)})
	}
	if f.Type != "" {
		d = append(d, typed(f.Type, names))
	}
	var span bson.D
	if !f.From.IsZero() {
		span = append(span, bson.E{Key: "$gte", Value: bson.NewDateTimeFromTime(f.From)})
	}
	if !f.To.IsZero() {
		span = append(span, bson.E{Key: "$lt", Value: bson.NewDateTimeFromTime(f.To)})
	}
	if span != nil {
		d = append(d, bson.E{Key: eventdoc.FieldTime, Value: span})
	}
	return d, nil
}

// dated returns a filter of match that leaves out documents whose time is no date. A query goes without it until there are
// some: a server that has no one index for user and time together (DocumentDB) looks at each time that the bound lets in.
func dated(filter bson.D) bson.D {
	filter = slices.Clone(filter)
	from := bson.E{Key: "$gte", Value: earliest}
	at := slices.IndexFunc(filter, func(e bson.E) bool { return e.Key == eventdoc.FieldTime })
	if at < 0 {
		return append(filter, bson.E{Key: eventdoc.FieldTime, Value: bson.D{from}})
	}
	span, _ := filter[at].Value.(bson.D)
	if !slices.ContainsFunc(span, func(e bson.E) bool { return e.Key == "$gte" }) {
		filter[at].Value = append(bson.D{from}, span...)
	}
	return filter
}

// undated reports whether a document's time is no date of the year 1 or later.
func undated(doc bson.Raw) bool {
	ms, ok := doc.Lookup(eventdoc.FieldTime).DateTimeOK()
	return !ok || bson.DateTime(ms) < earliest
}
