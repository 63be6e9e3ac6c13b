// SPDX-License-Identifier: Apache-2.0

package infer

import (
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
)

// shape says where the parts of an event are in an object. A path that is empty is found by the names that tools use.
type shape struct{ eventType, data, user []string }

// The names that tools use, the SDK's own first: those of the calls of Segment, RudderStack and PostHog, and of webhooks.
var (
	typeNames = []string{"event_type", "event", "event_name", "type"}
	dataNames = []string{"event_data", "properties", "traits", "payload", "data"}
	userNames = []string{"user_id", "userId", "distinct_id", "anonymous_id", "anonymousId"}
	idNames   = []string{"_id", "id", "messageId", "message_id", "uuid"}
)

// itself is the path of an object whose fields are the data: a flag has "." for it.
var itself = []string{""}

// newShape divides the paths of flags.
func newShape(eventType, data, user string) shape {
	split := func(s string) []string {
		switch s {
		case "":
			return nil
		case ".":
			return itself
		}
		return strings.Split(s, ".")
	}
	return shape{split(eventType), split(data), split(user)}
}

// event is what is looked at.
type event struct {
	eventType, user string
	data            []byte
}

// of returns the event that an object is; false when it has no type.
func (s *shape) of(doc bson.Raw) (e event, ok bool) {
	text := func(v bson.RawValue) bool { t, ok := v.StringValueOK(); return ok && t != "" }
	eventType, ok := find(doc, s.eventType, typeNames, text)
	if !ok {
		return e, false
	}
	e.eventType = eventType.StringValue()
	if slices.Equal(s.data, itself) {
		e.data = doc
	}
	object := func(v bson.RawValue) bool { return v.Type == bson.TypeEmbeddedDocument }
	if data, ok := find(doc, s.data, dataNames, object); ok && e.data == nil {
		e.data = data.Value
	}
	known := func(v bson.RawValue) bool { return text(v) || v.IsNumber() || v.Type == bson.TypeObjectID }
	if user, ok := find(doc, s.user, userNames, known); ok {
		e.user = string(user.Value)
	}
	return e, true
}

// find returns the value at a path, or, without one, under the first of some names that has one that fits.
func find(doc bson.Raw, path, names []string, fits func(bson.RawValue) bool) (bson.RawValue, bool) {
	if path != nil {
		v, err := doc.LookupErr(path...)
		return v, err == nil && fits(v)
	}
	for _, name := range names {
		if v, err := doc.LookupErr(name); err == nil && fits(v) {
			return v, true
		}
	}
	return bson.RawValue{}, false
}

// chosen reports whether an object belongs to the sample of one in so many: by a hash of its id, and of the whole where it has none.
func chosen(doc bson.Raw, one uint64) bool {
	if one <= 1 {
		return true
	}
	id := []byte(doc)
	if v, ok := find(doc, nil, idNames, func(v bson.RawValue) bool { return v.Type != bson.TypeNull }); ok {
		id = v.Value
	}
	return xxhash.Sum64(id)%one == 0
}

// valid reports whether what a server sent is BSON.
func valid(doc bson.Raw) bool { return bsondoc.Valid(bsondoc.TypeDocument, doc, 1) }
