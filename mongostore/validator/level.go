// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"regexp"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// Bounds of the schema. MongoDB nests documents 100 levels deep, and a level of the data is up to five of the schema.
const (
	mostDepth = 15
	// mostDoublings: a field that can be an object and an array has the fields within it twice in the schema, which has no
	// references.
	mostDoublings = 4
)

// node is a part of the paths of declared fields.
type node struct {
	key    string
	field  *eventmap.Field // nil: fields within it are declared, and it is not
	inner  []*node
	closed bool // no other fields are in it
}

// nodeOf puts the declared fields of an event into a tree.
func nodeOf(e *eventmap.Event) *node {
	closed := e.Additional != eventmap.KeepAdditional
	root := &node{closed: closed}
	for i := range e.Data {
		n := root
		for _, key := range e.Data[i].Path {
			n.closed = n.closed || closed && n != root && !isIndex(key)
			n = n.child(key)
		}
		n.field = &e.Data[i]
	}
	root.open()
	return root
}

// open opens the nodes within one that is not closed.
func (n *node) open() {
	for _, c := range n.inner {
		c.closed = c.closed && n.closed
		c.open()
	}
}

func (n *node) child(key string) *node {
	for _, c := range n.inner {
		if c.key == key {
			return c
		}
	}
	c := &node{key: key}
	n.inner = append(n.inner, c)
	return c
}

// can reports whether a value of the node can be of a type.
func (n *node) can(t eventmap.FieldType) bool { return n.field == nil || n.field.Has(t) }

// holds reports whether a value of the node can have fields.
func (n *node) holds() bool { return n.can(eventmap.ObjectField) || n.can(eventmap.ArrayField) }

func (n *node) required() bool { return n.field != nil && n.field.Rules.Required }

// requires reports whether the node, or a field within it, is required.
func (n *node) requires() bool {
	if n.required() {
		return true
	}
	for _, c := range n.inner {
		if c.requires() {
			return true
		}
	}
	return false
}

// object returns what an object must have in it. Nothing is said of values that are no objects.
func (b *branch) object(n *node, at place, depth, doublings int) bson.D {
	var properties, dotted bson.D // dotted: those that keys with dots can lead into
	var required, dottedRequired bson.A
	var names, holding []string
	for _, c := range n.inner {
		s, needed := b.property(c, at, depth+1, doublings)
		stored := eventdoc.StoredName(c.key)
		if c.holds() {
			holding = append(holding, regexp.QuoteMeta(stored))
		}
		if c.holds() && c.requires() && !isIndex(c.key) {
			names = append(names, regexp.QuoteMeta(stored))
			if needed {
				dottedRequired = append(dottedRequired, stored)
			}
			if len(s) > 0 {
				dotted = append(dotted, bson.E{Key: stored, Value: s})
			}
			s, needed = bson.D{}, false
		}
		if needed {
			required = append(required, stored)
		}
		if len(s) > 0 || n.closed { // where no other fields are, each is named
			properties = append(properties, bson.E{Key: stored, Value: s})
		}
	}
	s := properly(required, properties)
	if n.closed {
		s = append(s, bson.E{Key: "additionalProperties", Value: false})
		if len(holding) > 0 {
			s = append(s, bson.E{Key: "patternProperties", Value: bson.D{{Key: begins(holding), Value: bson.D{}}}})
		}
	}
	if len(dotted) > 0 || len(dottedRequired) > 0 {
		none := bson.D{{Key: "patternProperties", Value: bson.D{{Key: begins(names), Value: never()}}}}
		s = append(s, bson.E{Key: "anyOf", Value: bson.A{
			properly(dottedRequired, dotted), bson.D{{Key: "not", Value: none}},
		}})
	}
	return s
}

// properly returns a schema with these properties.
func properly(required bson.A, properties bson.D) bson.D {
	s := bson.D{}
	if len(required) > 0 {
		s = append(s, bson.E{Key: "required", Value: required})
	}
	if len(properties) > 0 {
		s = append(s, bson.E{Key: "properties", Value: properties})
	}
	return s
}

// begins matches keys with dots that begin with one of the names. Other programs may have stored such keys as they are.
func begins(names []string) string {
	return `^(?:` + strings.Join(names, "|") + `)(?:` + eventdoc.StoredName(".") + `|\.)`
}

// never is the schema of no value.
func never() bson.D { return bson.D{{Key: "not", Value: bson.D{}}} }

// property returns the schema of a field, after redaction, and whether it must be there.
func (b *branch) property(n *node, at place, depth, doublings int) (s bson.D, required bool) {
	switch {
	case isIndex(n.key):
		b.leaveAll(n, "it is about one entry of an array")
		return bson.D{}, false
	case depth > mostDepth:
		b.leaveAll(n, "it lies too deep for MongoDB")
		return bson.D{}, false
	}
	at, o := b.redaction.field(at, n.key)
	switch {
	case o.some:
		b.leaveAll(n, "it is redacted in some entries of an array and not in others")
		return bson.D{}, false
	case o.all == eventmap.RedactDrop:
		return never(), false
	case o.all == eventmap.RedactHash:
		return hashed(n.required()), n.required()
	}
	s = bson.D{}
	if n.field != nil {
		s = b.value(n.field)
	}
	return and(s, b.within(n, at, depth, doublings)), n.required()
}

// within returns what the schema of a node says of what is in its value.
func (b *branch) within(n *node, at place, depth, doublings int) (s bson.D) {
	entries, o := b.redaction.entries(at)
	array := n.can(eventmap.ArrayField) && (len(n.inner) > 0 || n.field != nil && n.field.Rules.Items)
	both := array && n.can(eventmap.ObjectField)
	if both {
		doublings++
	}
	if n.can(eventmap.ObjectField) && len(n.inner) > 0 {
		s = b.object(n, at, depth, doublings)
	}
	switch {
	case !array || o.all == eventmap.RedactDrop: // each entry is null
	case both && doublings > mostDoublings:
		b.leaveAll(n, "of entries of arrays: objects and arrays are nested in too many ways")
	case o.some:
		b.leaveAll(n, "of entries of arrays: some of them are redacted")
	default:
		entry := b.object(n, entries, depth, doublings)
		if n.field != nil && n.field.Rules.Items {
			entry = append(bson.D{{Key: "bsonType", Value: nullable(bson.A{"object"}, false)}}, entry...)
		}
		if len(entry) > 0 {
			s = append(s, bson.E{Key: "items", Value: entry})
		}
	}
	return s
}

// and returns a schema that asks what both ask.
func and(s, more bson.D) bson.D {
	var again bson.A // keywords that both have
	for _, e := range more {
		if slices.ContainsFunc(s, func(have bson.E) bool { return have.Key == e.Key }) {
			again = append(again, bson.D{e})
		} else {
			s = append(s, e)
		}
	}
	if len(again) > 0 {
		s = append(s, bson.E{Key: "allOf", Value: again})
	}
	return s
}
