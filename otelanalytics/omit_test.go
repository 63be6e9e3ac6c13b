// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
)

// element is where an element of a document begins, and the other names that a mark gives it.
type element struct {
	path  string
	at    int
	other string
}

// elements returns those of a document and within it, in their order.
func elements(t *testing.T, doc []byte, marks []bsondoc.Mark) []element {
	t.Helper()
	other := make(map[int]string)
	for _, m := range marks {
		names := make([]string, len(m.Other))
		for i, name := range m.Other {
			names[i] = string(name)
		}
		other[m.At] = strings.Join(names, ",")
	}
	var all []element
	var walk func(path string, begin int, doc []byte)
	walk = func(path string, begin int, inner []byte) {
		for rest := inner[4:]; ; {
			elementType, key, value, next, ok := bsondoc.Next(rest)
			if !ok {
				return
			}
			at := begin + len(inner) - len(rest)
			all = append(all, element{path + string(key), at, other[at]})
			delete(other, at)
			if elementType == bsondoc.TypeDocument || elementType == bsondoc.TypeArray {
				walk(path+string(key)+".", begin+len(inner)-len(next)-len(value), value)
			}
			rest = next
		}
	}
	walk("", 0, doc)
	if len(other) > 0 {
		t.Errorf("marks where no element begins: %v of %v", other, bson.Raw(doc))
	}
	return all
}

// TestMarksMoveWithTheirElements leaves out each pair of elements: what stays has the names that it had, and no mark points elsewhere.
func TestMarksMoveWithTheirElements(t *testing.T) {
	type entry struct {
		SKU  string `bson:"sku" json:"stock_unit"`
		Size int    `json:"size_of"`
	}
	type payload struct {
		First  string `bson:"f" json:"first"`
		Nested struct {
			Inner string  `bson:"in" json:"inner"`
			Deep  []entry `bson:"d" json:"deep"`
		} `bson:"n" json:"nested"`
		Items []entry `bson:"i" json:"items"`
		Plain map[string]any
		Last  string `bson:"l" json:"last"`
	}
	data := payload{First: "a", Items: []entry{{"x", 1}, {"y", 2}}, Plain: map[string]any{"e": entry{"z", 3}}, Last: "b"}
	data.Nested.Inner, data.Nested.Deep = "c", []entry{{"w", 4}}
	enc := bsondoc.Encoder{Marking: true}
	doc, err := enc.Document(nil, data)
	if err != nil {
		t.Fatal(err)
	}
	doc = slices.Clip(doc) // places are counted from the end of its memory
	before := elements(t, doc, enc.Marks)
	if len(enc.Marks) < 15 {
		t.Fatalf("%d marks", len(enc.Marks))
	}
	for i := range before {
		for j := i; j < len(before); j++ {
			gone := []string{before[i].path, before[j].path}
			at := []int{before[i].at}
			if j > i {
				at = append(at, before[j].at)
			}
			left, marks := omit(nil, doc, enc.Marks, at)
			want, got := make(map[string]string), make(map[string]string)
			for _, e := range before {
				within := func(path string) bool { return e.path == path || strings.HasPrefix(e.path, path+".") }
				if !slices.ContainsFunc(gone, within) {
					want[e.path] = e.other
				}
			}
			for _, e := range elements(t, left, marks) {
				if !slices.Contains(gone, e.path) { // else null, in an array
					got[e.path] = e.other
				}
			}
			if !maps.Equal(want, got) {
				t.Fatalf("without %v: (-want +got):\n%s", gone, cmp.Diff(want, got))
			}
		}
	}
}
