// SPDX-License-Identifier: Apache-2.0

package bsondoc

import (
	"errors"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
)

type (
	ring struct {
		Name string
		Next *ring
	}
	loopMap map[string]loopMap
	loopers []loopers
	itself  *itself
	// Selfish inlines itself, which the driver follows until the stack ends.
	Selfish struct {
		A        int
		*Selfish `bson:",inline"`
	}
	pair struct{ A, B *pair }
)

// TestCycles: what refers to itself is refused where it does, and named.
func TestCycles(t *testing.T) {
	r := &ring{Name: "r"}
	r.Next = &ring{Next: r}
	m := loopMap{}
	m["m"] = m
	l := make(loopers, 1)
	l[0] = l
	var p itself
	p = &p
	var x any
	x = &x
	parents := map[string]any{}
	parents["child"] = struct{ Parent any }{parents}
	for name, c := range map[string]struct {
		v          any
		path, want string
	}{
		"ring":             {r, "v.next.next", "this *bsondoc.ring refers to itself"},
		"map":              {m, "v.m", "this bsondoc.loopMap refers to itself"},
		"slice":            {l, "v.0", "this bsondoc.loopers refers to itself"},
		"pointer":          {p, "v", "this bsondoc.itself refers to itself"},
		"interface":        {x, "v", "this *interface {} refers to itself"},
		"map and struct":   {parents, "v.child.parent.child.parent.", "documents nested more than 180 deep"},
		"inlines itself":   {Selfish{}, "v", "the struct bsondoc.Selfish inlines itself"},
		"pointer in a map": {map[string]any{"r": r}, "v.r.next.next", "this *bsondoc.ring refers to itself"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := new(Encoder).Element(nil, "v", c.v, 1)
			var fe *FieldError
			if !errors.As(err, &fe) || !strings.HasPrefix(fe.Path, c.path) || !strings.HasPrefix(fe.Problem, c.want) {
				t.Errorf("got %v", err)
			}
			if len(err.Error()) > 600 {
				t.Errorf("the error has %d bytes", len(err.Error()))
			}
		})
	}
}

// TestSharedIsNoCycle: the same pointer at several places is encoded at each.
func TestSharedIsNoCycle(t *testing.T) {
	one := &ring{Name: "n"}
	list := []string{"a"}
	got, err := new(Encoder).Document(nil, map[string]any{"v": []any{one, one, []*ring{one, one}, [][]string{list, list}}})
	if err != nil {
		t.Fatal(err)
	}
	n := bson.D{{Key: "name", Value: "n"}, {Key: "next", Value: nil}}
	l := bson.A{"a"}
	if want := marshalD(t, bson.D{{Key: "v", Value: bson.A{n, n, bson.A{n, n}, bson.A{l, l}}}}); want.String() != bson.Raw(got).String() {
		t.Errorf("got %v", bson.Raw(got))
	}
}

// TestSharedIsBounded: two references at each of many levels make a document that doubles with each.
func TestSharedIsBounded(t *testing.T) {
	p, m := new(pair), map[string]any{}
	for range 90 {
		p, m = &pair{p, p}, map[string]any{"a": m, "b": m}
	}
	for _, v := range []any{p, m} {
		dst, err := new(Encoder).Element(nil, "v", v, 1)
		var fe *FieldError
		if !errors.As(err, &fe) || !fe.TooLarge || !strings.HasPrefix(fe.Path, "v.") {
			t.Errorf("%T: %v", v, err)
		}
		if len(dst) > MaxBytes+1<<20 {
			t.Errorf("%T: %d bytes", v, len(dst))
		}
	}
}

// TestDepth: as deep as MongoDB stores, pointers and structs included, and a long way of pointers.
func TestDepth(t *testing.T) {
	r := new(ring)
	for range MaxDepth - 2 {
		r = &ring{Next: r}
	}
	if _, err := new(Encoder).Document(nil, r); err != nil {
		t.Error(err)
	}
	if _, err := new(Encoder).Document(nil, &ring{Next: r}); err == nil {
		t.Error("one more was taken")
	}
	var p itself
	for range 100_000 {
		q := p
		p = &q
	}
	if _, err := new(Encoder).Element(nil, "v", p, 1); err == nil || !strings.Contains(err.Error(), "more than 1000 pointers") {
		t.Error(err)
	}
}
