// SPDX-License-Identifier: Apache-2.0

package bsondoc

import (
	"bytes"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
)

func TestBuilderWritesWhatTheDriverDoes(t *testing.T) {
	var b Builder
	for range 2 { // the second time in used memory
		b.Reset()
		b.String("s", "x\xff")
		b.Int("small", 3)
		b.Int("large", 1<<40)
		b.Double("f", 0.5)
		b.Bool("b", true)
		b.DateTime("d", 1234)
		b.Open("empty")
		b.Open("inner")
		b.Close()
		b.Close()
		b.Open("o")
		b.String("k", "v")
		b.Open("p")
		b.Value("m", map[string]any{"x": 1})
		b.Close()
		b.Close()
		b.Array("a", []any{"x", 1, nil})
		b.Value("v", []string{"y"})
		b.OpenArray("none")
		b.End()
		b.OpenArray("entries")
		for i := range 12 {
			b.OpenEntry(i)
			if i == 11 {
				b.Int("n", 1)
			}
			b.End()
		}
		b.End()
	}
	entries := make(bson.A, 12)
	for i := range entries {
		entries[i] = bson.D{}
	}
	entries[11] = bson.D{{Key: "n", Value: 1}}
	want, err := bson.Marshal(bson.D{
		{Key: "s", Value: "x\uFFFD"},
		{Key: "small", Value: 3},
		{Key: "large", Value: int64(1 << 40)},
		{Key: "f", Value: 0.5},
		{Key: "b", Value: true},
		{Key: "d", Value: bson.DateTime(1234)},
		{Key: "o", Value: bson.D{{Key: "k", Value: "v"}, {Key: "p", Value: bson.D{{Key: "m", Value: bson.D{{Key: "x", Value: 1}}}}}}},
		{Key: "a", Value: bson.A{"x", 1, nil}},
		{Key: "v", Value: bson.A{"y"}},
		{Key: "none", Value: bson.A{}},
		{Key: "entries", Value: entries},
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := b.Bytes()
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%v, %v\nwant %v", bson.Raw(got), err, bson.Raw(want))
	}
	if again, err := b.Bytes(); err != nil || !bytes.Equal(again, want) {
		t.Errorf("the second look has %v, %v", bson.Raw(again), err)
	}
}

func TestBuilderReturnsTheFirstError(t *testing.T) {
	var b Builder
	b.Reset()
	b.Open("o")
	b.Value("first", map[string]any{"c": make(chan int)})
	b.Array("second", []any{func() {}})
	b.Close()
	_, err := b.Bytes()
	if want := "o.first.c: a Go chan int cannot be BSON; use a string, number, bool, time.Time, map or slice"; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	b.Reset()
	b.OpenArray("items")
	b.OpenEntry(3)
	b.Value("sku", func() {})
	b.End()
	b.End()
	if _, err := b.Bytes(); err == nil || !strings.HasPrefix(err.Error(), "items.3.sku: a Go func()") {
		t.Errorf("in an entry: %v", err)
	}
	if _, err := new(Encoder).Document(nil, &b); err == nil {
		t.Error("Document took it")
	}
	b.Reset()
	b.Array("second", []any{func() {}})
	if _, err := b.Bytes(); err == nil || err.Error() != "second.0: a Go func() cannot be BSON; use a string, number, bool, time.Time, map or slice" {
		t.Errorf("got %v", err)
	}
}

// TestBuilderNamesFieldsAsItsEncoderDoes: the values that it was given, at each level, and their other names.
func TestBuilderNamesFieldsAsItsEncoderDoes(t *testing.T) {
	type tagged struct {
		OrderID int `json:"order_id"`
	}
	var b Builder
	for range 2 {
		b.Reset()
		b.String("s", "x")
		b.Value("v", tagged{1})
		b.Open("o")
		b.Array("a", []any{tagged{2}, 3})
		b.Open("p")
		b.Value("m", map[string]any{"k": &tagged{4}})
		b.Close()
		b.Int("i", 5)
		b.Close()
		b.OpenArray("e")
		b.OpenEntry(0)
		b.Value("v", tagged{6})
		b.End()
		b.End()
		for key, bsonTagsOnly := range map[string]bool{"order_id": false, "orderid": true} {
			e := Encoder{BSONTagsOnly: bsonTagsOnly, Marking: true}
			got, err := e.Document([]byte("front"), &b)
			if err != nil {
				t.Fatal(err)
			}
			doc := got[len("front"):]
			of := func(n int) bson.D { return bson.D{{Key: key, Value: n}} }
			want := marshalD(t, bson.D{
				{Key: "s", Value: "x"},
				{Key: "v", Value: of(1)},
				{Key: "o", Value: bson.D{
					{Key: "a", Value: bson.A{of(2), 3}}, {Key: "p", Value: bson.D{{Key: "m", Value: bson.D{{Key: "k", Value: of(4)}}}}}, {Key: "i", Value: 5},
				}},
				{Key: "e", Value: bson.A{bson.D{{Key: "v", Value: of(6)}}}},
			})
			if !bytes.Equal(doc, want) {
				t.Errorf("got  %v\nwant %v", bson.Raw(doc), want)
			}
			if len(e.Marks) != 4 {
				t.Errorf("%d marks of %d fields", len(e.Marks), 4)
			}
			for _, m := range e.Marks {
				if _, k, _, _, ok := Next(doc[m.At:]); !ok || string(k) != key {
					t.Errorf("a mark is at %q", doc[m.At:])
				}
			}
		}
		b.Forget()
	}
}
