// SPDX-License-Identifier: Apache-2.0

package bsondoc

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
)

type address struct {
	City string `bson:"city"`
	Zip  *int   `bson:"zip,omitempty"`
}

type node struct{ Next *node }

type junk struct{}

func (junk) MarshalBSONValue() (byte, []byte, error) { return 0x44, []byte{1}, nil }

// guarded has a field that its own lock guards and that the driver does not read.
type guarded struct {
	Name string `bson:"name"`
	loop *guarded
}

// branch refers to what it hangs from, which the driver does not follow.
type branch struct {
	Name   string    `bson:"name"`
	Twigs  []*branch `bson:"twigs"`
	Parent *branch   `bson:"-"`
}

func branches() *branch {
	b := &branch{Name: "b"}
	b.Twigs = []*branch{{Name: "t", Parent: b}}
	return b
}

// member and team refer to each other, and a member encodes itself.
type (
	member struct {
		Name string
		Team *team
	}
	team struct{ Members []*member }
	// captain has the method of its pointer.
	captain struct {
		Member member
		Team   *captain
	}
)

func (m *member) MarshalBSONValue() (byte, []byte, error) {
	kind, value, err := bson.MarshalValue(m.Name)
	return byte(kind), value, err
}

func (c *captain) MarshalBSON() ([]byte, error) {
	return bson.Marshal(bson.D{{Key: "name", Value: c.Member.Name}})
}

func teamOf(name string) *team {
	t := new(team)
	t.Members = []*member{{Name: name, Team: t}}
	return t
}

func captains() []captain {
	c := []captain{{Member: member{Name: "c"}}}
	c[0].Team = &c[0]
	return c
}

type panics struct{}

func (panics) MarshalBSONValue() (byte, []byte, error) { panic("secret") }

func cyclic() *guarded {
	g := &guarded{Name: "g"}
	g.loop = g
	return g
}

// TestElementIsWhatTheDriverWrites compares with bson.Marshal, byte for byte.
func TestElementIsWhatTheDriverWrites(t *testing.T) {
	var nilMap map[string]any
	var nilSlice []any
	for name, v := range map[string]any{
		"nil": nil, "string": "a", "empty": "", "unicode": "ÄÖ€😀", "true": true, "false": false,
		"int": 7, "int min32": math.MinInt32, "int max": math.MaxInt, "int64": int64(7), "int64 beyond 32 bits": int64(math.MaxInt32) + 1,
		"int32": int32(-7), "int16": int16(-7), "int8": int8(-7), "uint8": uint8(200), "uint16": uint16(60000),
		"uint32": uint32(math.MaxUint32), "uint": uint(9), "uint64": uint64(9),
		"double": 1.5, "NaN": math.NaN(), "infinite": math.Inf(-1), "float32": float32(0.1),
		"time": time.Date(2024, 2, 29, 12, 30, 0, 987654321, time.FixedZone("x", 3600)),
		"date": bson.DateTime(12345), "bytes": []byte{1, 2}, "nil bytes": []byte(nil),
		"integer number": json.Number("9007199254740993"), "negative number": json.Number("-3"),
		"fractional number": json.Number("0.25"), "large number": json.Number("1e300"),
		"array": []any{1, "a", nil, []any{true}}, "empty array": []any{}, "strings": []string{"a", "b"}, "bson.A": bson.A{int64(1)},
		"D": bson.D{{Key: "b", Value: 1}, {Key: "a", Value: bson.D{}}}, "M": bson.M{"k": 1.0}, "map": map[string]any{"k": map[string]any{"l": 1}},
		"map of strings": map[string]string{"k": "v"}, "nil map": nilMap, "nil array": nilSlice, "nil D": bson.D(nil),
		"struct": address{City: "Ulm"}, "pointer": &address{City: "Ulm"}, "nil pointer": (*address)(nil),
		"ints": []int{1, 2}, "map of ints": map[string]int{"k": 1}, "structs": []address{{City: "A"}},
		"unexported loop": cyclic(), "loop that is not encoded": branches(), "loop behind an encoder": teamOf("m"), "loop behind an encoder of the pointer": captains(), "value with such a field": captains()[0],
		"javascript":       bson.CodeWithScope{Code: "x", Scope: bson.D{{Key: "a", Value: 1}}},
		"struct of a time": struct{ At time.Time }{time.Unix(5, 0)}, "duration": time.Second, "object id": bson.ObjectID{1, 2, 3}, "decimal": bson.NewDecimal128(1, 2), "regex": bson.Regex{Pattern: "a"},
		"raw": bson.Raw{5, 0, 0, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			want, err := bson.Marshal(bson.D{{Key: "v", Value: v}})
			if err != nil {
				t.Fatal(err)
			}
			got, start := Begin(nil)
			got, err = new(Encoder).Element(got, "v", v, 1)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(bson.Raw(want).String(), bson.Raw(End(got, start)).String()); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(want, End(got, start)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestElementRefusesWhatCannotBeBSON(t *testing.T) {
	deep := any("end")
	for range MaxDepth {
		deep = map[string]any{"d": deep}
	}
	self := map[string]any{}
	self["me"] = self
	loop := &node{}
	loop.Next = loop
	for _, test := range []struct {
		name string
		v    any
		path string // prefix
		want string
	}{
		{"channel", map[string]any{"a": []any{1, make(chan int)}}, "v.a.1", "a Go chan int cannot be BSON; use a string, number, bool, time.Time, map or slice"},
		{"function", func() {}, "v", "a Go func() cannot be BSON; use a string, number, bool, time.Time, map or slice"},
		{"uint64 beyond int64", uint64(math.MaxUint64), "v", "is above 9223372036854775807, the largest integer of BSON; use a string or a float64"},
		{"NUL in a key", map[string]any{"a\x00b": 1}, `v.a\x00b`, "a field name cannot hold a NUL byte; remove it"},
		{"NUL in a key of strings", map[string]string{"a\x00b": "1"}, `v.a\x00b`, "a field name cannot hold a NUL byte; remove it"},
		{"NUL in a key of D", bson.D{{Key: "\x00", Value: 1}}, `v.\x00`, "a field name cannot hold a NUL byte; remove it"},
		{"not a number", json.Number("12a"), "v", "a json.Number that is not a number, or too large for a double"},
		{"too deep", deep, "v.d.d", "documents nested more than 180 deep, which MongoDB does not store; flatten it (does it refer to itself?)"},
		{"map in itself", self, "v.me.me", "documents nested more than 180 deep, which MongoDB does not store; flatten it (does it refer to itself?)"},
		{"pointer to itself", loop, "v.next", `this *bsondoc.node refers to itself; leave it out with the tag bson:"-", or keep an id in its place`},
		{"invalid RawValue", bson.RawValue{Type: bson.TypeString, Value: []byte{200, 0, 0, 0, 'x'}}, "v", "the bytes of the bson.RawValue are not valid BSON"},
		{"invalid nested Raw", map[string]any{"r": bson.Raw{13, 0, 0, 0, 3, 'd', 0, 6, 0, 0, 0, 99, 0}}, "v.r", "the bytes of the bson.Raw are not valid BSON"},
		{"bytes behind a RawValue", bson.RawValue{Type: bson.TypeEmbeddedDocument, Value: []byte{5, 0, 0, 0, 0, 0x10, 'z', 0, 1, 0, 0, 0}}, "v", "the bytes of the bson.RawValue are not valid BSON"},
		{"encoder that writes junk", junk{}, "v", "the bytes of the bsondoc.junk are not valid BSON"},
		{"encoder that panics", panics{}, "v", "MarshalBSONValue of bsondoc.panics panicked"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := new(Encoder).Element(nil, "v", test.v, 1)
			var fe *FieldError
			if !errors.As(err, &fe) {
				t.Fatalf("got %v, want a FieldError", err)
			}
			if !strings.HasPrefix(fe.Path, test.path) || fe.Problem != test.want {
				t.Errorf("got  %s: %s\nwant %s…: %s", fe.Path, fe.Problem, test.path, test.want)
			}
		})
	}
}

func TestTextIsMadeValid(t *testing.T) {
	got, start := Begin(nil)
	got, err := new(Encoder).Element(got, "k\xff", "a\xffb", 1)
	if err != nil {
		t.Fatal(err)
	}
	var d bson.D
	if err := bson.Unmarshal(End(got, start), &d); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(bson.D{{Key: "k\uFFFD", Value: "a\uFFFDb"}}, d); diff != "" {
		t.Error(diff)
	}
}

// TestBytesBehindARaw must not become elements of the document around it.
func TestBytesBehindARaw(t *testing.T) {
	got, start := Begin(nil)
	got, err := new(Encoder).Element(got, "v", bson.Raw{5, 0, 0, 0, 0, 0x10, 'z', 0, 1, 0, 0, 0}, 1)
	if err != nil {
		return
	}
	want, err := bson.Marshal(bson.D{{Key: "v", Value: bson.D{}}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, End(got, start)); diff != "" {
		t.Error(diff)
	}
}

func TestDocument(t *testing.T) {
	empty := bson.D{}
	for _, test := range []struct {
		name string
		v    any
		want any
		fail string
	}{
		{"nil", nil, empty, ""},
		{"map", map[string]any{"a": 1}, bson.D{{Key: "a", Value: int32(1)}}, ""},
		{"nil map", map[string]any(nil), empty, ""},
		{"D", bson.D{{Key: "a", Value: "b"}}, bson.D{{Key: "a", Value: "b"}}, ""},
		{"struct", address{City: "Ulm"}, bson.D{{Key: "city", Value: "Ulm"}}, ""},
		{"nil pointer", (*address)(nil), empty, ""},
		{"raw", bson.Raw{5, 0, 0, 0, 0}, empty, ""},
		{"damaged raw", bson.Raw{9, 0, 0, 0, 0}, nil, "the bytes of the bson.Raw are not valid BSON"},
		{"text", "x", nil, "must be a document (a map[string]any, a bson.D, a struct), not a string"},
		{"array", []any{1}, nil, "must be a document (a map[string]any, a bson.D, a struct), not a []interface {}"},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := []byte("before")
			doc, err := new(Encoder).Document(before, test.v)
			if test.fail != "" {
				if err == nil || err.Error() != test.fail {
					t.Fatalf("got %v, want %s", err, test.fail)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if string(doc[:len(before)]) != "before" {
				t.Errorf("it begins with %q", doc[:len(before)])
			}
			var got bson.D
			if err := bson.Unmarshal(doc[len(before):], &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, any(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
