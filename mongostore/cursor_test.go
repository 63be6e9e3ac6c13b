// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"encoding/base64"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
)

// cursorOf is the cursor behind a document with this _id.
func cursorOf(t testing.TB, timestamp bson.DateTime, id any) string {
	t.Helper()
	doc, err := bson.Marshal(bson.D{{Key: "_id", Value: id}, {Key: "timestamp", Value: timestamp}})
	if err != nil {
		t.Fatal(err)
	}
	text, err := cursorBehind(doc)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func ids() map[string]any {
	return map[string]any{
		"UUID":       bson.Binary{Subtype: bson.TypeBinaryUUID, Data: make([]byte, 16)},
		"ObjectId":   bson.ObjectID{1, 2, 3},
		"string":     "x",
		"int":        int32(-1),
		"long":       int64(math.MaxInt64),
		"double":     math.Inf(1),
		"null":       nil,
		"document":   bson.D{{Key: "$where", Value: "x"}},
		"bool":       true,
		"date":       bson.DateTime(1),
		"timestamp":  bson.Timestamp{T: 1},
		"long text":  strings.Repeat("x", 2_000),
		"empty text": "",
	}
}

func TestCursorSurvivesItsText(t *testing.T) {
	for name, id := range ids() {
		t.Run(name, func(t *testing.T) {
			for _, timestamp := range []bson.DateTime{0, -1, earliest, math.MaxInt64} {
				text := cursorOf(t, timestamp, id)
				if strings.ContainsAny(text, "+/=&?#% ") {
					t.Errorf("%q does not fit into a URL", text)
				}
				c, err := parseCursor(text)
				if err != nil {
					t.Fatal(err)
				}
				var got any
				if err := c.id.Unmarshal(&got); err != nil {
					t.Fatal(err)
				}
				if c.timestamp != timestamp || !cmp.Equal(id, got) {
					t.Errorf("%d %v, want %d %v", c.timestamp, got, timestamp, id)
				}
			}
		})
	}
}

func TestWrongCursors(t *testing.T) {
	good := cursorOf(t, 7, "x")
	raw, err := base64.RawURLEncoding.DecodeString(good)
	if err != nil {
		t.Fatal(err)
	}
	encode := func(version byte, d bson.D) string {
		doc, err := bson.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		return base64.RawURLEncoding.EncodeToString(append([]byte{version}, doc...))
	}
	for _, test := range []struct{ name, text, says string }{
		{"not base64", "?", "not base64url"},
		{"padded", good + "=", "not base64url"},
		{"line break", good + "\n", "not base64url"},
		{"another version", encode(9, bson.D{}), "version 9, and this program knows 1"},
		{"cut off", base64.RawURLEncoding.EncodeToString(raw[:len(raw)-1]), "damaged"},
		{"more behind it", base64.RawURLEncoding.EncodeToString(append(raw, 0)), "damaged"},
		{"empty", base64.RawURLEncoding.EncodeToString([]byte{1}), "damaged"},
		{"no fields", encode(1, bson.D{}), "damaged"},
		{"a timestamp that is none", encode(1, bson.D{{Key: "t", Value: "x"}, {Key: "i", Value: 1}}), "damaged"},
		{"an _id of a type that none has", encode(1, bson.D{{Key: "t", Value: bson.DateTime(1)}, {Key: "i", Value: bson.Regex{Pattern: "x"}}}), "damaged"},
		{"other fields", encode(1, bson.D{{Key: "i", Value: 1}, {Key: "t", Value: bson.DateTime(1)}}), "damaged"},
		{"a field too many", encode(1, bson.D{{Key: "t", Value: bson.DateTime(1)}, {Key: "i", Value: 1}, {Key: "$where", Value: "1"}}), "damaged"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := parseCursor(test.text)
			if !errors.Is(err, ErrCursor) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v, want ErrCursor that says %q", err, test.says)
			}
		})
	}
}

func TestNoCursorBehindAnUnusualID(t *testing.T) {
	doc, err := bson.Marshal(bson.D{{Key: "_id", Value: bson.MinKey{}}, {Key: "timestamp", Value: bson.DateTime(1)}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cursorBehind(doc); err == nil {
		t.Error("no error")
	}
}

// FuzzCursor: a text is refused with ErrCursor, or is the one that its place makes.
func FuzzCursor(f *testing.F) {
	f.Add("")
	f.Add("AQ")
	for _, id := range ids() {
		f.Add(cursorOf(f, 1_700_000_000_000, id))
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := parseCursor(text)
		if err != nil {
			if !errors.Is(err, ErrCursor) {
				t.Fatalf("%v is not ErrCursor", err)
			}
			return
		}
		if _, err := bson.Marshal(bson.D{{Key: "$and", Value: c.filter()}}); err != nil {
			t.Fatalf("a filter that is no BSON: %v", err)
		}
		if again := cursorOf(t, c.timestamp, c.id); again != text {
			t.Fatalf("%q is written %q", text, again)
		}
	})
}
