// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// maxUnfollowed bounds the ids of each kind that are listed and not followed: anybody can send events with a public key.
const maxUnfollowed = 100

// linkWalk follows links from a user. An event links the id in its rule's field, the other, to its user:
//
//	user_id "u-17" ── identify, anonymous_id ──► "browser-4"
//	user_id "u-17" ── alias, previous_id ──────► "u-3" ── identify ──► "phone-9"
//
// An id whose events link it to one user alone is that user's. One that is linked to several is shared, unless all of them are
// in the set already.
type linkWalk struct {
	ctx        context.Context
	collection *mongo.Collection
	names      EventNames

	set     []string // the ids that are followed, the user's first
	known   map[string]bool
	found   []linkEdge        // that led to them: parallel to set, without the first
	waiting map[linkEdge]bool // to ids that were shared when they were looked at
}

// linkEdge leads from an id that is followed to another one.
type linkEdge struct {
	from, to string
	up       bool // to is the user that events link from to
}

func newLinkWalk(ctx context.Context, c *mongo.Collection, names EventNames, user string) *linkWalk {
	return &linkWalk{
		ctx: ctx, collection: c, names: names,
		set: []string{user}, known: map[string]bool{user: true}, waiting: make(map[linkEdge]bool),
	}
}

// walk follows all links, level by level. Each id that is added may make one that was shared the person's alone.
func (w *linkWalk) walk() error {
	for done := 0; done < len(w.set); {
		level := w.set[done:]
		done = len(w.set)
		for _, id := range level {
			below, err := w.neighbours(id, false, true, MaxLinkedIDs)
			if err != nil {
				return err
			}
			w.wait(id, below, false)
		}
		claimed, err := w.claimed(level)
		if err != nil {
			return err
		}
		for _, id := range claimed {
			above, err := w.neighbours(id, true, true, maxUnfollowed)
			if err != nil {
				return err
			}
			w.wait(id, above, true)
		}
		if err := w.follow(); err != nil {
			return err
		}
	}
	return nil
}

// wait notes what an id is linked to.
func (w *linkWalk) wait(from string, to []string, up bool) {
	for _, id := range to {
		if !w.known[id] {
			w.waiting[linkEdge{from, id, up}] = true
		}
	}
}

// follow adds to the set what is linked to ids of the set alone.
func (w *linkWalk) follow() error {
	edges := w.edges()
	var lower []string
	users := make(map[string]int) // that an id of the set is linked to, and that are not in it
	for _, e := range edges {
		if e.up {
			users[e.from]++
		} else {
			lower = append(lower, e.to)
		}
	}
	if len(lower)+len(w.set) > MaxLinkedIDs {
		return ErrLinks
	}
	claimed, err := w.claimed(lower)
	if err != nil {
		return err
	}
	for _, e := range edges {
		alone := !slices.Contains(claimed, e.to)
		if e.up {
			alone = users[e.from] == 1
		}
		if alone && !w.known[e.to] {
			w.known[e.to] = true
			w.set, w.found = append(w.set, e.to), append(w.found, e)
		}
	}
	maps.DeleteFunc(w.waiting, func(e linkEdge, _ bool) bool { return w.known[e.to] })
	return nil
}

// claimed returns those of some ids that events link to users who are not in the set.
func (w *linkWalk) claimed(ids []string) (all []string, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	for _, rule := range eventdoc.LinkRules {
		filter := append(linkFilter(rule, w.names, true), bson.E{Key: rule.Field, Value: bson.D{{Key: "$in", Value: ids}}},
			bson.E{Key: eventdoc.FieldUserID, Value: bson.D{{Key: "$nin", Value: append(slices.Clone(w.set), "")}}})
		some, err := w.distinct(filter, rule.Field, len(ids))
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// neighbours returns what events link to an id: others to a user, or users to another id.
func (w *linkWalk) neighbours(id string, up, trusted bool, most int) (all []string, err error) {
	for _, rule := range eventdoc.LinkRules {
		from, to := eventdoc.FieldUserID, rule.Field
		if up {
			from, to = to, from
		}
		some, err := w.distinct(append(linkFilter(rule, w.names, trusted), bson.E{Key: from, Value: id}), to, most)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// edges are those that wait, in an order that does not change.
func (w *linkWalk) edges() []linkEdge {
	at := make(map[string]int, len(w.set))
	for i, id := range w.set {
		at[id] = i
	}
	return slices.SortedFunc(maps.Keys(w.waiting), func(a, b linkEdge) int {
		return cmp.Or(at[a.from]-at[b.from], cmp.Compare(a.to, b.to))
	})
}

// result are the ids that were found, what is shared, and what only untrusted events say.
func (w *linkWalk) result() ([]LinkedID, error) {
	var all []LinkedID
	list := func(e linkEdge, trusted, shared bool) error {
		l, err := w.linked(e, trusted)
		l.Shared, l.Untrusted = shared, !trusted
		all = append(all, l)
		w.known[e.to] = true
		return err
	}
	for _, e := range w.found {
		if err := list(e, true, false); err != nil {
			return nil, err
		}
	}
	left := maxUnfollowed
	for _, e := range w.edges() {
		if w.known[e.to] || left == 0 {
			continue
		}
		left--
		if err := list(e, true, true); err != nil {
			return nil, err
		}
	}
	left = maxUnfollowed
	for _, id := range w.set {
		for _, up := range []bool{false, true} {
			ids, err := w.neighbours(id, up, false, maxUnfollowed)
			if err != nil {
				return nil, err
			}
			for _, other := range ids {
				if w.known[other] || left == 0 {
					continue
				}
				left--
				if err := list(linkEdge{id, other, up}, false, false); err != nil {
					return nil, err
				}
			}
		}
	}
	return all, nil
}

// distinct returns different texts of a field that are not empty, and not many more than so many.
func (w *linkWalk) distinct(filter bson.D, field string, most int) ([]string, error) {
	cursor, err := w.collection.Aggregate(w.ctx, mongo.Pipeline{
		{{Key: "$match", Value: filter}},
		{{Key: "$group", Value: bson.D{{Key: "_id", Value: "$" + field}}}},
		{{Key: "$limit", Value: most + 2}}, // an empty one and none may be among them
	})
	if err != nil {
		return nil, err
	}
	var groups []struct {
		ID bson.RawValue `bson:"_id"`
	}
	if err := cursor.All(w.ctx, &groups); err != nil {
		return nil, err
	}
	var all []string
	for _, g := range groups {
		if text, ok := g.ID.StringValueOK(); ok && text != "" {
			all = append(all, text)
		}
	}
	return all, nil
}

// linked says where an edge comes from: the latest event.
func (w *linkWalk) linked(e linkEdge, trusted bool) (LinkedID, error) {
	user, other := e.from, e.to
	if e.up {
		user, other = other, user
	}
	l := LinkedID{ID: e.to, To: e.from}
	for _, rule := range eventdoc.LinkRules {
		filter := append(linkFilter(rule, w.names, trusted), bson.E{Key: eventdoc.FieldUserID, Value: user}, bson.E{Key: rule.Field, Value: other})
		doc, err := w.collection.FindOne(w.ctx, filter, options.FindOne().SetSort(newestFirst())).Raw()
		if errors.Is(err, mongo.ErrNoDocuments) {
			continue
		}
		if err != nil {
			return l, err
		}
		event, err := eventdoc.Parse(doc)
		if err != nil || !event.Time.After(l.Time) {
			continue // of a later release, or an earlier event
		}
		l.Type, l.Module, l.Service, l.Time = event.Type, event.Module, Service(event.Service), event.Time
	}
	return l, nil
}
