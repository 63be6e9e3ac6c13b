// SPDX-License-Identifier: Apache-2.0

package fieldtree

import (
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/instruments"
)

// TestFieldTree reads fields that stand behind values of every BSON type, each of which must be skipped by
// its exact length.
func TestFieldTree(t *testing.T) {
	skipped := bson.D{
		{Key: "double", Value: 1.5},
		{Key: "string", Value: "ä"},
		{Key: "document", Value: bson.D{{Key: "a", Value: 1}}},
		{Key: "array", Value: bson.A{1, "b"}},
		{Key: "binary", Value: bson.Binary{Subtype: 4, Data: []byte{1, 2, 3}}},
		{Key: "old binary", Value: bson.Binary{Subtype: 2, Data: []byte{1, 2, 3}}},
		{Key: "undefined", Value: bson.Undefined{}},
		{Key: "object id", Value: bson.ObjectID{1}},
		{Key: "bool", Value: true},
		{Key: "date", Value: time.Unix(1, 0)},
		{Key: "null", Value: nil},
		{Key: "regex", Value: bson.Regex{Pattern: "a.b", Options: "i"}},
		{Key: "pointer", Value: bson.DBPointer{DB: "db", Pointer: bson.ObjectID{1}}},
		{Key: "javascript", Value: bson.JavaScript("x")},
		{Key: "symbol", Value: bson.Symbol("x")},
		{Key: "code", Value: bson.CodeWithScope{Code: "x", Scope: bson.D{{Key: "a", Value: 1}}}},
		{Key: "int32", Value: int32(1)},
		{Key: "timestamp", Value: bson.Timestamp{T: 1, I: 2}},
		{Key: "int64", Value: int64(1)},
		{Key: "decimal", Value: bson.NewDecimal128(1, 2)},
		{Key: "min", Value: bson.MinKey{}},
		{Key: "max", Value: bson.MaxKey{}},
	}
	doc, err := bson.Marshal(append(skipped,
		bson.E{Key: "user", Value: bson.D{{Key: "x", Value: skipped}, {Key: "name", Value: "ada"}, {Key: "roles", Value: bson.A{"a", bson.D{{Key: "id", Value: 7}}, nil}}}},
		bson.E{Key: "user", Value: "a second one of the name"},
		bson.E{Key: "no", Value: nil},
		bson.E{Key: "last", Value: 2.5},
	))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		path eventmap.Path
		want instruments.Value
	}{
		{eventmap.Path{"user", "name"}, instruments.String("ada")},
		{eventmap.Path{"user", "roles", "1", "id"}, instruments.Int(7)},
		{eventmap.Path{"user", "roles", "$size"}, instruments.Int(3)},
		{eventmap.Path{"user", "roles"}, instruments.Other()},
		{eventmap.Path{"user", "name", "$size"}, instruments.Other()},
		{eventmap.Path{"user", "roles", "9"}, instruments.Value{}},
		{eventmap.Path{"user", "name", "deeper"}, instruments.Value{}},
		{eventmap.Path{"user"}, instruments.Other()},
		{eventmap.Path{"no"}, instruments.Value{}},
		{eventmap.Path{"undefined"}, instruments.Value{}},
		{eventmap.Path{"absent"}, instruments.Value{}},
		{eventmap.Path{"bool"}, instruments.Bool(true)},
		{eventmap.Path{"date"}, instruments.Other()},
		{eventmap.Path{"int32"}, instruments.Int(1)},
		{eventmap.Path{"int64"}, instruments.Int(1)},
		{eventmap.Path{"last"}, instruments.Double(2.5)},
	} {
		t.Run(test.path[len(test.path)-1], func(t *testing.T) {
			// Beside another path, so that the tree has branches.
			paths := []eventmap.Path{{"last"}, test.path, {"user", "x", "int64"}}
			tree := New(paths, nil)
			values := make([]instruments.Value, len(paths))
			tree.Read(doc, &Found{Values: values})
			if test.path[0] != "last" && values[0] != instruments.Double(2.5) || values[2] != instruments.Int(1) {
				t.Errorf("the fields beside it: %v", values)
			}
			if got := values[1]; got != test.want && test.path[0] != "last" {
				t.Errorf("%v: got %+v, want %+v", test.path, got, test.want)
			}
		})
	}
}

// TestFieldTreeOnDamage cuts a document short at every byte, and flips every byte: reading must end and not
// panic.
func TestFieldTreeOnDamage(t *testing.T) {
	doc, err := bson.Marshal(bson.D{{Key: "a", Value: bson.D{{Key: "b", Value: "text"}, {Key: "c", Value: bson.A{1, 2}}}}, {Key: "d", Value: "x"}})
	if err != nil {
		t.Fatal(err)
	}
	paths := []eventmap.Path{{"a", "b"}, {"a", "c", "$size"}, {"d"}}
	tree := New(paths, nil)
	values := make([]instruments.Value, len(paths))
	for i := range doc {
		tree.Read(doc[:i], &Found{Values: values})
		for bit := range 8 {
			flipped := append([]byte(nil), doc...)
			flipped[i] ^= 1 << bit
			tree.Read(flipped, &Found{Values: values})
		}
	}
}
