// SPDX-License-Identifier: Apache-2.0

package bsondoc

//lint:file-ignore U1000 the types have fields that no encoder sees

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
)

const bad, good = "a\xffb", "a\uFFFDb"

type (
	badKey    struct{ N int }
	badWhole  struct{ N int }
	badValue  struct{ N int }
	badText   struct{ n int }
	badJSON   struct{ n int }
	badAppend struct{ N int }
	badTag    struct {
		N int "json:\"a\xffb\""
	}
)

func (badKey) MarshalText() ([]byte, error)  { return []byte(bad), nil }
func (badText) MarshalText() ([]byte, error) { return []byte(bad), nil }
func (badJSON) MarshalJSON() ([]byte, error) { return []byte(`{"` + bad + `": "` + bad + `"}`), nil }
func (badWhole) MarshalBSON() ([]byte, error) {
	return bson.Marshal(bson.D{{Key: bad, Value: bson.A{bad, bson.D{{Key: bad, Value: 1}}}}, {Key: "after", Value: 7}})
}

func (badValue) MarshalBSONValue() (byte, []byte, error) {
	kind, value, err := bson.MarshalValue(bad)
	return byte(kind), value, err
}

func (badAppend) AppendBSON(dst []byte) ([]byte, error) {
	doc, err := badWhole{}.MarshalBSON()
	return append(dst, doc...), err
}

func marshalD(t testing.TB, d bson.D) bson.Raw {
	t.Helper()
	raw, err := bson.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// TestTextIsUTF8WhereverItComesFrom: bytes that are not UTF-8 become U+FFFD, and lengths fit.
func TestTextIsUTF8WhereverItComesFrom(t *testing.T) {
	all := func(s string) bson.D {
		return bson.D{
			{Key: s, Value: s},
			{Key: "list", Value: bson.A{s, bson.D{{Key: s, Value: s}}}},
			{Key: "code", Value: bson.JavaScript(s)},
			{Key: "symbol", Value: bson.Symbol(s)},
			{Key: "regex", Value: bson.Regex{Pattern: s, Options: "i"}},
			{Key: "pointer", Value: bson.DBPointer{DB: s, Pointer: bson.ObjectID{1}}},
			{Key: "scope", Value: bson.CodeWithScope{Code: bson.JavaScript(s), Scope: bson.D{{Key: s, Value: s}}}},
			{Key: "bytes", Value: []byte("\xff")},
			{Key: "after", Value: 1},
		}
	}
	whole := bson.D{{Key: good, Value: bson.A{good, bson.D{{Key: good, Value: 1}}}}, {Key: "after", Value: 7}}
	for name, c := range map[string]struct {
		v    any
		want bson.D
	}{
		"document":             {all(bad), all(good)},
		"Raw":                  {marshalD(t, all(bad)), all(good)},
		"Raw within":           {map[string]any{"v": marshalD(t, all(bad))}, bson.D{{Key: "v", Value: all(good)}}},
		"RawValue":             {map[string]any{"v": bson.RawValue{Type: bson.TypeEmbeddedDocument, Value: marshalD(t, all(bad))}}, bson.D{{Key: "v", Value: all(good)}}},
		"struct":               {struct{ S string }{bad}, bson.D{{Key: "s", Value: good}}},
		"tag":                  {badTag{1}, bson.D{{Key: good, Value: 1}}},
		"named text":           {map[string]any{"v": []text{bad}}, bson.D{{Key: "v", Value: bson.A{good}}}},
		"header":               {map[string]any{"v": http.Header{bad: {bad}}}, bson.D{{Key: "v", Value: bson.D{{Key: good, Value: bson.A{good}}}}}},
		"key of a map":         {map[text]int{bad: 1}, bson.D{{Key: good, Value: 1}}},
		"key that is a text":   {map[badKey]int{{}: 1}, bson.D{{Key: good, Value: 1}}},
		"MarshalBSON":          {badWhole{}, whole},
		"MarshalBSON within":   {bson.D{{Key: "v", Value: []badWhole{{}}}}, bson.D{{Key: "v", Value: bson.A{whole}}}},
		"MarshalBSONValue":     {bson.D{{Key: "v", Value: badValue{}}}, bson.D{{Key: "v", Value: good}}},
		"AppendBSON":           {badAppend{}, whole},
		"MarshalText":          {bson.D{{Key: "v", Value: badText{}}}, bson.D{{Key: "v", Value: good}}},
		"MarshalJSON":          {badJSON{}, bson.D{{Key: good, Value: good}}},
		"raw JSON":             {json.RawMessage(`{"v": "` + bad + `"}`), bson.D{{Key: "v", Value: good}}},
		"error":                {bson.D{{Key: "v", Value: errors.New(bad)}}, bson.D{{Key: "v", Value: good}}},
		"type of the driver":   {bson.D{{Key: "v", Value: bson.Symbol(bad)}}, bson.D{{Key: "v", Value: bson.Symbol(good)}}},
		"driver's in a struct": {struct{ V *bson.Regex }{&bson.Regex{Pattern: bad}}, bson.D{{Key: "v", Value: bson.Regex{Pattern: good}}}},
	} {
		t.Run(name, func(t *testing.T) {
			front := []byte("front")
			got, err := new(Encoder).Document(front, c.v)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(marshalD(t, c.want), bson.Raw(got[len(front):])); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// FuzzForeign looks for documents that are taken, and come out malformed or with bytes that are not UTF-8.
func FuzzForeign(f *testing.F) {
	f.Add([]byte(marshalD(f, bson.D{{Key: bad, Value: bson.A{bad, bson.CodeWithScope{Code: bad, Scope: bson.D{{Key: "k", Value: bson.Regex{Pattern: bad}}}}}}})))
	f.Add([]byte(marshalD(f, bson.D{{Key: "p", Value: bson.DBPointer{DB: bad}}, {Key: "s", Value: bson.Symbol("x")}})))
	f.Fuzz(func(t *testing.T, doc []byte) {
		got, err := new(Encoder).Document(nil, bson.Raw(doc))
		if err != nil {
			return
		}
		if !Valid(TypeDocument, got, 2) || !isClean(TypeDocument, got) {
			t.Fatalf("%x became %x", doc, got)
		}
		if utf8.Valid(doc) && !bytes.Equal(cut(doc), got) {
			t.Fatalf("%x was changed to %x", doc, got)
		}
	})
}
