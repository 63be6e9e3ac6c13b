// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
)

var redactKey = []byte("0123456789abcdef")

func hashed(text string) string {
	m := hmac.New(sha256.New, redactKey)
	m.Write([]byte(text))
	return hex.EncodeToString(m.Sum(nil))
}

func path(s string) eventmap.Path { return strings.Split(s, ".") }

func everywhere(paths ...string) []eventmap.Redaction {
	var all []eventmap.Redaction
	for _, p := range paths {
		all = append(all, eventmap.Redaction{Path: path(p)})
	}
	return all
}

func field(p string, action eventmap.RedactMode) eventmap.Field {
	return eventmap.Field{Path: path(p), Redact: action}
}

type d = bson.D

func e(key string, value any) bson.E { return bson.E{Key: key, Value: value} }

func TestRedactor(t *testing.T) {
	for name, c := range map[string]struct {
		everywhere []eventmap.Redaction
		fields     []eventmap.Field
		in, want   any
	}{
		"a name, at every depth and in arrays": {
			everywhere: everywhere("password", "token"),
			in: d{
				e("password", "x"), e("a", 1),
				e("user", d{e("password", d{e("old", 1)}), e("name", "n")}),
				e("list", bson.A{d{e("token", 1), e("b", 2)}, bson.A{d{e("token", 1)}}, "token"}),
			},
			want: d{e("a", 1), e("user", d{e("name", "n")}), e("list", bson.A{d{e("b", 2)}, bson.A{d{}}, "token"})},
		},
		"a name is not a part of a name": {
			everywhere: everywhere("token"),
			in:         d{e("tokens", 1), e("Token", 2), e("a.tokens", 3)},
			want:       d{e("tokens", 1), e("Token", 2), e("a.tokens", 3)},
		},
		"a key with dots is the path that it spells": {
			everywhere: everywhere("token", "*.email", "user.phone"),
			fields:     []eventmap.Field{field("user.ssn", eventmap.RedactDrop), field("client.ip", eventmap.RedactHash), field("items.price", eventmap.RedactDrop)},
			in: d{
				e("a.token", 1), e("token.a", 1), e("a.b.token", 1), e("x.email", 1), e("x.y.email", 2), e("email", 3), e("user.phone", 1),
				e("user.ssn", 1), e("user.ssn.last", 1), e("client.ip", "::1"), e("items.0.price", 1), e("items.0", d{e("price", 1), e("n", 2)}),
				e("user", d{e("home.phone", 4)}), e("x", d{e("y.email", 5)}), e("user.home", d{e("ssn", 6)}), e(".", 7), e("user.", d{e("phone", 8)}),
			},
			want: d{
				e("x.y.email", 2), e("email", 3), e("client.ip", hashed("::1")), e("items.0", d{e("n", 2)}),
				e("user", d{e("home.phone", 4)}), e("x", d{e("y.email", 5)}), e("user.home", d{e("ssn", 6)}), e(".", 7), e("user.", d{e("phone", 8)}),
			},
		},
		"the scope of a code": {
			everywhere: everywhere("token", "js.password"),
			in:         d{e("js", bson.CodeWithScope{Code: "f()", Scope: d{e("token", 1), e("password", 2), e("n", 3)}}), e("after", 4)},
			want:       d{e("js", bson.CodeWithScope{Code: "f()", Scope: d{e("n", 3)}}), e("after", 4)},
		},
		"a wildcard stands for one name": {
			everywhere: everywhere("*.email"),
			in:         d{e("email", 1), e("user", d{e("email", 2), e("x", d{e("email", 3)})}), e("list", bson.A{d{e("email", 4)}})},
			want:       d{e("email", 1), e("user", d{e("x", d{e("email", 3)})}), e("list", bson.A{d{}})},
		},
		"a path with a wildcard in the middle": {
			everywhere: everywhere("a.*.c"),
			in:         d{e("a", d{e("x", d{e("c", 1), e("d", 2)}), e("c", 3)}), e("b", d{e("x", d{e("c", 4)})})},
			want:       d{e("a", d{e("x", d{e("d", 2)}), e("c", 3)}), e("b", d{e("x", d{e("c", 4)})})},
		},
		"a path through an array, all and one": {
			fields: []eventmap.Field{field("items.price", eventmap.RedactDrop), field("tags.1", eventmap.RedactDrop)},
			in:     d{e("items", bson.A{d{e("price", 1), e("n", 1)}, d{e("price", 2)}}), e("tags", bson.A{"a", "b", "c"})},
			want:   d{e("items", bson.A{d{e("n", 1)}, d{}}), e("tags", bson.A{"a", nil, "c"})},
		},
		"a star in a field's path is a name": {
			fields: []eventmap.Field{field("a.*", eventmap.RedactDrop)},
			in:     d{e("a", d{e("*", 1), e("b", 2)})},
			want:   d{e("a", d{e("b", 2)})},
		},
		"hash, by type": {
			fields: []eventmap.Field{
				field("text", eventmap.RedactHash), field("int", eventmap.RedactHash), field("long", eventmap.RedactHash),
				field("double", eventmap.RedactHash), field("bool", eventmap.RedactHash), field("null", eventmap.RedactHash),
				field("doc.ip", eventmap.RedactHash), field("list", eventmap.RedactHash),
			},
			in: d{
				e("text", "ä"), e("int", int32(-7)), e("long", int64(1)<<40), e("double", 0.5), e("bool", true), e("null", nil),
				e("doc", d{e("ip", "::1")}), e("list", bson.A{}), e("other", "ä"),
			},
			want: d{
				e("text", hashed("ä")), e("int", hashed("-7")), e("long", hashed("1099511627776")), e("double", hashed("0.5")),
				e("bool", hashed("true")), e("null", nil), e("doc", d{e("ip", hashed("::1"))}),
				e("list", hashed("\x04\x05\x00\x00\x00\x00")), e("other", "ä"),
			},
		},
		"dropping wins over hashing": {
			everywhere: everywhere("a.b"),
			fields:     []eventmap.Field{field("a.b", eventmap.RedactHash)},
			in:         d{e("a", d{e("b", 1), e("c", 2)})},
			want:       d{e("a", d{e("c", 2)})},
		},
		"every field of a name, should there be several": {
			everywhere: everywhere("p"),
			in:         d{e("p", 1), e("a", 1), e("p", 2)},
			want:       d{e("a", 1)},
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRedactor(c.everywhere, c.fields, redactKey)
			got := bson.Raw(r.apply(nil, marshal(t, c.in), nil, nil))
			if want := marshal(t, c.want); !bytes.Equal(got, want) {
				t.Errorf("got  %s\nwant %s", got, bson.Raw(want))
			}
		})
	}
}

func TestNothingToRedact(t *testing.T) {
	if newRedactor(nil, []eventmap.Field{{Path: path("a"), Type: eventmap.IntField}}, nil) != nil {
		t.Error("a redactor that does nothing costs time with each event")
	}
}

func marshal(t testing.TB, v any) []byte {
	t.Helper()
	b, err := bson.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// FuzzRedactor looks for data that come out malformed or with a dropped name in them.
func FuzzRedactor(f *testing.F) {
	f.Add(marshal(f, d{e("a", d{e("password", 1)}), e("list", bson.A{d{e("b", 1)}, 2}), e("h", "x")}))
	f.Add(marshal(f, d{e("c", bson.CodeWithScope{Code: "x", Scope: d{e("password", 1)}}), e("r", bson.Regex{Pattern: "a"})}))
	r := newRedactor(everywhere("password", "a.*.b"), []eventmap.Field{field("h", eventmap.RedactHash), field("list.b", eventmap.RedactDrop)}, redactKey)
	f.Fuzz(func(t *testing.T, doc []byte) {
		if !bsondoc.Valid(bsondoc.TypeDocument, doc, 2) {
			return
		}
		out := r.apply(nil, doc, nil, nil)
		if !bsondoc.Valid(bsondoc.TypeDocument, out, 2) {
			t.Fatalf("%x became malformed: %x", doc, out)
		}
		if again := r.apply(nil, out, nil, nil); has(out, "password") || len(again) > len(out) && !has(out, "h") {
			t.Fatalf("%s kept what is dropped: %s", bson.Raw(doc), bson.Raw(out))
		}
	})
}

// has reports whether a document has a field of the name at any depth.
func has(doc []byte, name string) bool {
	for rest := doc[4:]; ; {
		elementType, key, value, next, ok := bsondoc.Next(rest)
		if !ok {
			return false
		}
		if string(key) == name || (elementType == bsondoc.TypeDocument || elementType == bsondoc.TypeArray) && has(value, name) {
			return true
		}
		rest = next
	}
}
