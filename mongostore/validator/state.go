// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
)

// state is what the server says of a collection and its validator.
type state struct {
	exists   bool
	document bson.Raw // nil: it has none
	level    Level
	action   Action
}

// look asks the server.
func look(ctx context.Context, on *mongo.Collection) (state, error) {
	all, err := on.Database().ListCollectionSpecifications(ctx, bson.D{{Key: "name", Value: on.Name()}})
	if err != nil {
		return state{}, unsupported(err)
	}
	for _, c := range all {
		if c.Name != on.Name() {
			continue
		}
		if c.Type != "" && c.Type != "collection" {
			return state{}, keptError("the collection is a " + c.Type + ", and only a plain collection has a validator")
		}
		s := state{exists: true}
		if document, ok := c.Options.Lookup("validator").DocumentOK(); ok && len(document) > len(empty) {
			s.document = document
		}
		level, _ := c.Options.Lookup("validationLevel").StringValueOK()
		action, _ := c.Options.Lookup("validationAction").StringValueOK()
		s.level, s.action = cmp.Or(Level(level), Strict), cmp.Or(Action(action), Error) // MongoDB's defaults
		return s, nil
	}
	return state{}, nil
}

// empty is a document without fields.
const empty = "\x05\x00\x00\x00\x00"

// ours reports whether the validator was made by this package, and has nothing that somebody added beside that.
func (s state) ours() bool {
	whole := keys(s.document)
	schema, _ := s.document.Lookup(schemaKey).DocumentOK()
	if len(whole) != 1 || len(keys(schema)) != len(schemaKeys) {
		return false
	}
	for _, key := range keys(schema) {
		if !slices.Contains(schemaKeys, key) {
			return false
		}
	}
	if text, _ := schema.Lookup("title").StringValueOK(); text != title {
		return false
	}
	list, _ := schema.Lookup("allOf").ArrayOK()
	values, err := list.Values()
	return err == nil && len(s.branches()) == len(values)
}

// schemaKeys are the keys of the schema of every validator that this package makes.
var schemaKeys = []string{"title", "description", "allOf"}

// keys returns the keys of a document, which may be nil or corrupt.
func keys(document bson.Raw) []string {
	elements, err := document.Elements()
	if err != nil {
		return nil
	}
	var all []string
	for _, e := range elements {
		all = append(all, e.Key())
	}
	return all
}

// branches returns the branches of a validator of ours, by the name of their event. What is no branch of this package is left out.
func (s state) branches() map[string]bson.Raw {
	all := map[string]bson.Raw{}
	list, _ := s.document.Lookup(schemaKey, "allOf").ArrayOK()
	values, _ := list.Values()
	for _, v := range values {
		b, _ := v.DocumentOK()
		text, _ := b.Lookup("title").StringValueOK()
		if name, ok := strings.CutPrefix(text, branchTitle); ok && slices.Equal(keys(b), branchKeys) {
			all[name] = b
		}
	}
	return all
}

// branchKeys are the keys of every branch.
var branchKeys = []string{"title", "anyOf"}

// same compares values, numbers by what they are worth: servers that keep JSON give other types back.
func same(a, b bson.RawValue) bool {
	if x, ok := asNumber(a); ok {
		y, ok := asNumber(b)
		return ok && x == y
	}
	if a.Type != b.Type || a.Type != bson.TypeEmbeddedDocument && a.Type != bson.TypeArray {
		return a.Equal(b)
	}
	x, errX := bson.Raw(a.Value).Elements()
	y, errY := bson.Raw(b.Value).Elements()
	if errX != nil || errY != nil || len(x) != len(y) {
		return false
	}
	for i := range x {
		if x[i].Key() != y[i].Key() || !same(x[i].Value(), y[i].Value()) {
			return false
		}
	}
	return true
}

func asNumber(v bson.RawValue) (float64, bool) {
	switch v.Type {
	case bson.TypeInt32, bson.TypeInt64:
		n, _ := v.AsInt64OK()
		return float64(n), true
	case bson.TypeDouble:
		return v.Double(), true
	default:
		return 0, false
	}
}

func sameDocument(a, b bson.Raw) bool {
	document := func(d bson.Raw) bson.RawValue { return bson.RawValue{Type: bson.TypeEmbeddedDocument, Value: d} }
	return same(document(a), document(b))
}
