// SPDX-License-Identifier: Apache-2.0

package bsondoc

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// errDriverPanicked: of a nil pointer, because of a method that does not expect one.
var errDriverPanicked = errors.New("the driver panicked")

// driver encodes v as the driver does with its own json fallback, or without. The registry is new each time, because its
// struct codec remembers a type by the tags that it was first asked for.
func driver(v any, bsonTagsOnly bool) (doc []byte, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", errDriverPanicked, r)
		}
	}()
	var buf bytes.Buffer
	e := bson.NewEncoder(bson.NewDocumentWriter(&buf))
	e.SetRegistry(bson.NewRegistry())
	if !bsonTagsOnly {
		e.UseJSONStructTags()
	}
	err = e.Encode(v)
	return buf.Bytes(), err
}

// The types below are the leaves of generated ones.
type (
	text     string
	small    int16
	wide     int64
	flags    []byte
	triple   [3]byte
	names    []text
	moment   time.Time
	pairs    []bson.E
	level    int
	point    struct{ X, Y int }
	textKey  struct{ A, B int }
	keyed    int
	valueOf  struct{ N int }
	wholeOf  struct{ N int }
	valueOfP struct{ N int }
	wholeOfP struct{ N int }
	both     struct{ N int }
	mixed    struct{ N int }
	zeroing  struct{ N int }
	faulty   struct{ N int }
	failure  struct{ Code int }
	counting interface{ Count() int }
	counted  int
)

func (k textKey) MarshalText() ([]byte, error)              { return fmt.Appendf(nil, "%d-%d", k.A, k.B), nil }
func (k keyed) MarshalKey() (string, error)                 { return fmt.Sprintf("k%d", int(k)), nil }
func (l level) String() string                              { return "level" }
func (v valueOf) MarshalBSONValue() (byte, []byte, error)   { return number32(v.N) }
func (v *valueOfP) MarshalBSONValue() (byte, []byte, error) { return number32(v.N) }
func (v wholeOf) MarshalBSON() ([]byte, error) {
	return bson.Marshal(bson.D{{Key: "whole", Value: v.N}})
}

func (v *wholeOfP) MarshalBSON() ([]byte, error) {
	return bson.Marshal(bson.D{{Key: "whole", Value: v.N}})
}
func (v both) MarshalBSON() ([]byte, error) { return bson.Marshal(bson.D{{Key: "whole", Value: v.N}}) }
func (v both) MarshalBSONValue() (byte, []byte, error) {
	return byte(bson.TypeEmbeddedDocument), []byte{5, 0, 0, 0, 0}, nil
}
func (v mixed) MarshalBSON() ([]byte, error)             { return bson.Marshal(bson.D{{Key: "whole", Value: v.N}}) }
func (v *mixed) MarshalBSONValue() (byte, []byte, error) { return number32(v.N) }
func (z zeroing) IsZero() bool                           { return z.N == 1 }
func (faulty) MarshalBSONValue() (byte, []byte, error)   { return 0, nil, errors.New("no") }
func (f *failure) Error() string                         { return "failed" }
func (c counted) Count() int                             { return int(c) }

func number32(n int) (byte, []byte, error) {
	kind, value, err := bson.MarshalValue(n)
	return byte(kind), value, err
}

// Inner and the others are embedded and inlined.
type Inner struct {
	A string
	//lint:ignore SA5008 the driver reads its own options in json tags, too
	B int64  `json:"b,minsize"`
	C *Inner `json:"c,omitempty"`
}

type Other struct {
	A    int            `bson:"a"`
	More map[string]int `bson:",inline"`
}

type embedding struct {
	Inner
	*Other
	Z time.Time `json:"z,omitempty"`
}

type inlining struct {
	Inner  `bson:",inline"`
	*Other `json:",inline"`
	Extra  map[string]any `bson:"extra,inline"`
}

type deepInlining struct {
	In inlining `bson:",inline"`
	B  string
}

type clashing struct {
	A Inner `bson:",inline"`
	B Other `bson:",inline"`
}

type twoMaps struct {
	A map[string]int `bson:",inline"`
	B map[string]int `bson:",inline"`
}

type badInline struct {
	A []int `bson:",inline"`
}

type numberedMap struct {
	A map[int]int `bson:",inline"`
}

func leaves() []reflect.Type {
	return []reflect.Type{
		reflect.TypeFor[bool](), reflect.TypeFor[int](), reflect.TypeFor[int8](), reflect.TypeFor[int16](), reflect.TypeFor[int32](), reflect.TypeFor[int64](),
		reflect.TypeFor[uint](), reflect.TypeFor[uint8](), reflect.TypeFor[uint16](), reflect.TypeFor[uint32](), reflect.TypeFor[uint64](),
		reflect.TypeFor[float32](), reflect.TypeFor[float64](), reflect.TypeFor[string](), reflect.TypeFor[any](), reflect.TypeFor[any](),
		reflect.TypeFor[text](), reflect.TypeFor[small](), reflect.TypeFor[wide](), reflect.TypeFor[flags](), reflect.TypeFor[triple](), reflect.TypeFor[names](),
		reflect.TypeFor[pairs](), reflect.TypeFor[[2]bson.E](), reflect.TypeFor[level](), reflect.TypeFor[point](),
		reflect.TypeFor[valueOf](), reflect.TypeFor[wholeOf](), reflect.TypeFor[valueOfP](), reflect.TypeFor[wholeOfP](), reflect.TypeFor[both](),
		reflect.TypeFor[mixed](), reflect.TypeFor[zeroing](), reflect.TypeFor[faulty](), reflect.TypeFor[counting](), reflect.TypeFor[error](),
		reflect.TypeFor[bson.Marshaler](), reflect.TypeFor[bson.ValueMarshaler](), reflect.TypeFor[fmt.Stringer](),
		reflect.TypeFor[[]byte](), reflect.TypeFor[time.Time](), reflect.TypeFor[time.Duration](), reflect.TypeFor[json.Number](), reflect.TypeFor[url.URL](),
		reflect.TypeFor[bson.ObjectID](), reflect.TypeFor[bson.Decimal128](), reflect.TypeFor[bson.DateTime](), reflect.TypeFor[bson.Regex](), reflect.TypeFor[bson.Binary](),
		reflect.TypeFor[bson.Timestamp](), reflect.TypeFor[bson.Symbol](), reflect.TypeFor[bson.JavaScript](), reflect.TypeFor[bson.Null](), reflect.TypeFor[bson.MinKey](),
		reflect.TypeFor[bson.DBPointer](), reflect.TypeFor[bson.D](), reflect.TypeFor[bson.M](), reflect.TypeFor[bson.A](), reflect.TypeFor[bson.E](),
		reflect.TypeFor[Inner](), reflect.TypeFor[Other](), reflect.TypeFor[embedding](), reflect.TypeFor[inlining](), reflect.TypeFor[deepInlining](),
		reflect.TypeFor[clashing](), reflect.TypeFor[twoMaps](), reflect.TypeFor[badInline](), reflect.TypeFor[numberedMap](),
		reflect.TypeFor[map[text]int](), reflect.TypeFor[map[textKey]int](), reflect.TypeFor[map[*textKey]int](), reflect.TypeFor[map[keyed]string](),
		reflect.TypeFor[map[uint8]any](), reflect.TypeFor[map[level]bool](), reflect.TypeFor[map[bool]int](), reflect.TypeFor[map[any]int](), reflect.TypeFor[map[float64]int](),
		reflect.TypeFor[chan int](), reflect.TypeFor[complex128](),
	}
}

// fieldTags are put on generated fields.
func fieldTags() []reflect.StructTag {
	return []reflect.StructTag{
		"", "", `bson:"a"`, `json:"a"`, `json:"n,omitempty"`, `json:"-"`, `json:"-,"`, `bson:"-" json:"x"`, `bson:"y" json:"-"`, `bson:",omitempty" json:"q"`,
		`bson:",inline"`, `json:",inline"`, `json:"m,minsize"`, `bson:",minsize"`, `bson:"omitempty"`, `raw`, `raw,omitempty,minsize`, `xml:"z"`,
		`json:"b,string"`, `bson:""`, `json:""`, `json:"with.dot"`, `bson:"$d"`, `json:"t,truncate,omitempty"`, `bson:"b1" json:"j1"`, `:`, "json:\"a\x00b\"",
	}
}
