// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"cmp"
	"context"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/background"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// TypeSummary is the result of counting a [Filter]'s events of one type.
type TypeSummary struct {
	Type   string // as stored: it may be an earlier name of the type; empty for documents of other programs whose event_type is not text
	Events int64  // number of events
	Users  int64  // number of different users; anonymous events have none
}

// SummaryByType counts stored events by type, exactly, on the server. Types with more events are first; types with equal counts are
// ordered by name. It counts the documents that Query finds. It takes as long as ctx allows, and memory for each type. Earlier names
// of a type are counted separately.
//
// The server reads each of the events' documents, twice. It needs memory for each user of each type, or disk beyond 100 MB. The two
// numbers are read one after the other. An event that is stored meanwhile may be in one number and not in the
// other. The errors are the same as for Query.
func (r *Reader) SummaryByType(ctx context.Context, f Filter) ([]TypeSummary, error) {
	ctx = background.Or(ctx)
	match, err := f.match("Filter", r.names())
	if err != nil {
		return nil, err
	}
	if f.UserID == "" && !f.Anonymous && f.Type == "" {
		match = dated(match) // all is looked at anyway
	} else if match, _, _, err = r.span(ctx, match); err != nil {
		return nil, err
	}
	events, err := r.groups(ctx, match, "$"+eventdoc.FieldType)
	if err != nil {
		return nil, err
	}
	users, err := r.usersByType(ctx, f, match)
	if err != nil {
		return nil, err
	}
	list := make([]TypeSummary, 0, len(events))
	for name, n := range events {
		// The users of events that were stored between the two readings do not outnumber the events.
		list = append(list, TypeSummary{name, n, min(n, users(name))})
	}
	slices.SortFunc(list, func(a, b TypeSummary) int {
		return cmp.Or(cmp.Compare(b.Events, a.Events), cmp.Compare(a.Type, b.Type))
	})
	return list, nil
}

// usersByType returns a function that says how many users there are with events of a type.
func (r *Reader) usersByType(ctx context.Context, f Filter, match bson.D) (users func(name string) int64, err error) {
	switch {
	case f.Anonymous:
		return func(string) int64 { return 0 }, nil
	case f.UserID != "":
		return func(string) int64 { return 1 }, nil
	}
	counts, err := r.groups(ctx, onlyKnown(match), "$_id.type", bson.D{{Key: "$group", Value: bson.D{
		{Key: "_id", Value: bson.D{{Key: "type", Value: "$" + eventdoc.FieldType}, {Key: "user", Value: "$" + eventdoc.FieldUserID}}},
	}}})
	return func(name string) int64 { return counts[name] }, err
}

// groups counts the documents that match, or what further stages make of them, for each text that an expression has.
// What is no text is counted as the empty one.
func (r *Reader) groups(ctx context.Context, match bson.D, by string, stages ...bson.D) (map[string]int64, error) {
	docs, err := r.aggregate(ctx, match, append(stages, bson.D{{Key: "$group", Value: bson.D{
		{Key: "_id", Value: by}, {Key: "n", Value: bson.D{{Key: "$sum", Value: 1}}},
	}}}))
	if err != nil {
		return nil, err
	}
	counts := make(map[string]int64, len(docs))
	for _, d := range docs {
		name, _ := d.Lookup("_id").StringValueOK()
		n, _ := d.Lookup("n").AsInt64OK()
		counts[name] += n
	}
	return counts, nil
}
