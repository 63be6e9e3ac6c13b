// SPDX-License-Identifier: Apache-2.0

package bsondoc

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// choices makes types and values of what a fuzzer or a seed says.
type choices struct {
	data []byte
	rand *rand.Rand // when data has ended; nil: zeros
}

func (c *choices) n(n int) int {
	if len(c.data) > 0 {
		b := c.data[0]
		c.data = c.data[1:]
		return int(b) % n
	}
	if c.rand == nil {
		return 0
	}
	return c.rand.IntN(n)
}

// typ makes a type that nests at most depth deep.
func (c *choices) typ(depth int) reflect.Type {
	all := leaves()
	leaf := all[c.n(len(all))]
	if depth == 0 {
		return leaf
	}
	switch c.n(7) {
	case 0:
		return reflect.PointerTo(c.concrete(depth - 1))
	case 1:
		return reflect.SliceOf(c.typ(depth - 1))
	case 2:
		return reflect.ArrayOf(c.n(3), c.typ(depth-1))
	case 3:
		return reflect.MapOf(reflect.TypeFor[string](), c.typ(depth-1))
	case 4, 5:
		return c.structure(depth - 1)
	default:
		return leaf
	}
}

// concrete makes a type that is no interface with methods: the driver has no encoder for pointers to one.
func (c *choices) concrete(depth int) reflect.Type {
	for {
		if t := c.typ(depth); t.Kind() != reflect.Interface {
			return t
		}
		if c.rand == nil && len(c.data) == 0 {
			return reflect.TypeFor[int]()
		}
	}
}

func (c *choices) structure(depth int) reflect.Type {
	tags := fieldTags()
	fields := make([]reflect.StructField, c.n(5))
	for i := range fields {
		fields[i] = reflect.StructField{Name: fmt.Sprintf("F%c", 'A'+i), Type: c.typ(depth), Tag: tags[c.n(len(tags))]}
	}
	return reflect.StructOf(fields)
}

// fill sets v to something.
func (c *choices) fill(v reflect.Value, depth int) {
	if depth < 0 || c.n(5) == 0 {
		return // zero
	}
	switch t := v.Type(); t {
	case reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.UnixMilli(int64(c.n(256)) * 1e9)))
		return
	case reflect.TypeFor[url.URL]():
		v.Set(reflect.ValueOf(url.URL{Scheme: "https", Host: "example.com"}))
		return
	case reflect.TypeFor[bson.Regex]():
		v.Set(reflect.ValueOf(bson.Regex{Pattern: "a+", Options: "xi"}))
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt([]int64{1, -1, math.MaxInt32, math.MaxInt32 + 1, math.MinInt64}[c.n(5)])
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint([]uint64{1, math.MaxInt32, math.MaxUint32, math.MaxInt64, math.MaxUint64}[c.n(5)])
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float64(c.n(256)) / 8)
	case reflect.String:
		v.SetString([]string{"1", "ä", "12.5", "x"}[c.n(4)])
	case reflect.Interface:
		c.fillInterface(v, depth)
	case reflect.Pointer:
		p := reflect.New(v.Type().Elem())
		c.fill(p.Elem(), depth-1)
		v.Set(p)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), c.n(3), 3))
		for i := range v.Len() {
			c.fill(v.Index(i), depth-1)
		}
	case reflect.Array:
		for i := range v.Len() {
			c.fill(v.Index(i), depth-1)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		if c.n(4) == 0 {
			return
		}
		key, elem := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		c.fill(key, depth-1)
		c.fill(elem, depth-1)
		if key.Comparable() {
			v.SetMapIndex(key, elem) // one entry, since the order is nobody's
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				c.fill(v.Field(i), depth-1)
			}
		}
	}
}

func (c *choices) fillInterface(v reflect.Value, depth int) {
	held := []any{
		nil, 1, int64(7), "s", &failure{Code: 1}, (*failure)(nil), counted(0), counted(3), level(0), level(2),
		valueOf{3},
		&valueOfP{4}, (*valueOfP)(nil),
		wholeOf{5},
		&wholeOfP{6},
		both{7},
		mixed{8},
		&mixed{9},
		zeroing{1},
		zeroing{2},
		point{1, 2},
		&Inner{A: "i"},
		map[string]any{"k": int64(1)},
		bson.D{{Key: "d", Value: point{}}},
		[]any{nil, Other{}},
		map[string]int64{"n": 1},
		[]int64{1, 1 << 40},
		time.Duration(5),
		bson.A{uint(1)},
	}[c.n(29)]
	if held == nil && v.Type() == reflect.TypeFor[any]() && depth > 0 {
		elem := reflect.New(c.typ(depth - 1)).Elem()
		c.fill(elem, depth-1)
		v.Set(elem)
		return
	}
	if held != nil && reflect.TypeOf(held).AssignableTo(v.Type()) {
		v.Set(reflect.ValueOf(held))
	}
}

// compare encodes a value as the SDK does and as the driver does.
func compare(t *testing.T, v any) {
	t.Helper()
	for _, bsonTagsOnly := range []bool{false, true} {
		want, wantErr := driver(v, bsonTagsOnly)
		got, err := (&Encoder{BSONTagsOnly: bsonTagsOnly}).Document(nil, v)
		switch {
		case wantErr != nil && err == nil && len(want) == 0 && isNilPointer(v):
			// The driver cannot write null where a document must be.
		case err == nil && wantErr != nil && strings.HasPrefix(wantErr.Error(), "no encoder found"):
			// A channel, say, that omitempty leaves out, or a value that has a text.
		case err == nil && errors.Is(wantErr, errDriverPanicked):
			// A nil pointer whose method does not expect one is null.
		case err != nil && strings.Contains(err.Error(), "no exported fields"):
			// The driver writes an empty document in place of a struct that inlines one of its own types.
		case (err == nil) != (wantErr == nil):
			t.Fatalf("%T %+v, bson tags only %v: got %v, the driver %v", v, v, bsonTagsOnly, err, wantErr)
		case err != nil:
			if !errors.As(err, new(*FieldError)) {
				t.Fatalf("%T: %v is no FieldError", v, err)
			}
		case !bytes.Equal(got, want):
			t.Fatalf("%T %+v, bson tags only %v:\ngot  %v\nwant %v", v, v, bsonTagsOnly, bson.Raw(got), bson.Raw(want))
		}
	}
}

func isNilPointer(v any) bool {
	r := reflect.ValueOf(v)
	return r.Kind() == reflect.Pointer && r.IsNil()
}

// generated returns a struct, or a pointer to one, of a type that c makes.
func generated(c *choices) any {
	pointer := c.n(2) == 0
	v := reflect.New(c.structure(3))
	c.fill(v.Elem(), 6)
	if pointer {
		return v.Interface()
	}
	return v.Elem().Interface()
}

// TestStructsAsTheDriverWritesThem compares generated types with the driver, byte for byte, with json tags and without.
func TestStructsAsTheDriverWritesThem(t *testing.T) {
	for seed := range uint64(1_000) {
		compare(t, generated(&choices{rand: rand.New(rand.NewPCG(seed, 0))}))
	}
}

// FuzzStructs looks for more of them.
func FuzzStructs(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
	f.Fuzz(func(t *testing.T, data []byte) { compare(t, generated(&choices{data: data})) })
}
