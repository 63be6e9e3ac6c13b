// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// PersonOption is an option of Export or Delete: [WithLinked].
type PersonOption interface {
	ExportOption
	DeleteOption
}

// ExportOption is an option of Export: [WithLinked].
type ExportOption interface{ applyExport(*exportConfig) }

type exportConfig struct{ linked []LinkedID }

// WithLinked includes the ids that [Reader.LinkedIDs] found for the user, if they are [LinkedID.Followed]. It adds the events whose
// user_id is one of these ids. It also adds the events without a user whose anonymous_id is the user's id or one of these ids.
//
// After an interrupted Delete, call LinkedIDs and Delete again: events that link ids are deleted last, the furthest ids first.
func WithLinked(linked ...LinkedID) PersonOption {
	return linkedOption(slices.DeleteFunc(slices.Clone(linked), func(l LinkedID) bool { return !l.Followed() }))
}

type linkedOption []LinkedID

func (o linkedOption) applyExport(c *exportConfig) { c.linked = append([]LinkedID{}, o...) }
func (o linkedOption) applyDelete(c *deleteConfig) { c.linked = append([]LinkedID{}, o...) }

// person is whose events a call is about.
type person struct {
	user   string
	linked []LinkedID // in the order in which they were found; nil: the events of the user alone
}

// filter is the condition for the person's events.
func (p person) filter() bson.D {
	if p.linked == nil {
		return byUser(p.user)
	}
	ids := []string{p.user}
	for _, l := range p.linked {
		ids = append(ids, l.ID)
	}
	return ofIDs(ids...)
}

// ofIDs is the condition for events of ids: of the users, and of nobody with that anonymous id.
func ofIDs(ids ...string) bson.D {
	in := make(bson.A, len(ids))
	for i, id := range ids {
		in[i] = asStored(id)
	}
	one := bson.D{{Key: "$in", Value: in}}
	return bson.D{{Key: "$or", Value: bson.A{
		bson.D{{Key: eventdoc.FieldUserID, Value: one}},
		bson.D{{Key: eventdoc.FieldUserID, Value: ""}, {Key: eventdoc.FieldAnonymousID, Value: one}},
	}}}
}

// owns reports whether a document is one of the person's.
func (p person) owns(doc bson.Raw) bool {
	is := func(id string) bool {
		return id == asStored(p.user) || slices.ContainsFunc(p.linked, func(l LinkedID) bool { return id == asStored(l.ID) })
	}
	id, ok := doc.Lookup(eventdoc.FieldUserID).StringValueOK()
	if !ok {
		return false
	}
	if id == "" && p.linked != nil {
		id, _ = doc.Lookup(eventdoc.FieldAnonymousID).StringValueOK()
	}
	return id != "" && is(id)
}
