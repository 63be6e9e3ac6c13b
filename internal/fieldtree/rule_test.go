// SPDX-License-Identifier: Apache-2.0

package fieldtree

import (
	"math"
	"strconv"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// TestIntegerBounds holds the bounds of integers to an exact comparison, which TestCompareInt is about.
func TestIntegerBounds(t *testing.T) {
	bounds := []float64{0, 2, 2.5, -2.5, 1 << 53, -1 << 53, 1 << 63, -1 << 63, math.Nextafter(1<<63, 0), math.Nextafter(-1<<63, -1e300), 1e300, -1e300}
	integers := []int64{0, 1, 2, 3, -2, -3, 1 << 53, 1<<53 + 1, -1<<53 - 1, math.MaxInt64, math.MaxInt64 - 1<<10, math.MinInt64, math.MinInt64 + 1}
	for _, bound := range bounds {
		for _, i := range integers {
			for _, upper := range []bool{false, true} {
				event := &eventmap.Event{Data: []eventmap.Field{{Path: eventmap.Path{"n"}, Type: eventmap.IntField, Rules: eventmap.Rules{Min: &bound}}}}
				want := compareInt(i, bound) >= 0
				if upper {
					event.Data[0].Rules = eventmap.Rules{Max: &bound}
					want = compareInt(i, bound) <= 0
				}
				doc, err := bson.Marshal(bson.D{{Key: "n", Value: i}})
				if err != nil {
					t.Fatal(err)
				}
				tree := New(nil, nil)
				if got := new(Check).Run(NewContract(event, &tree), &tree, doc); got != want {
					t.Errorf("%d, bound %v, upper %t: kept to %t", i, bound, upper, got)
				}
			}
		}
	}
}

// TestListedTexts: few texts are compared, many looked up.
func TestListedTexts(t *testing.T) {
	for _, n := range []int{1, maxFew, maxFew + 1, 100} {
		var k fieldRules
		rules := eventmap.Rules{Values: []any{int64(1)}}
		for i := range n {
			rules.Values = append(rules.Values, strconv.Itoa(i))
		}
		k.compile(&rules)
		for text, want := range map[string]bool{"0": true, strconv.Itoa(n - 1): true, strconv.Itoa(n): false, "": false, "00": false} {
			if k.listsText([]byte(text)) != want {
				t.Errorf("%d texts: %q is listed: %t", n, text, !want)
			}
		}
	}
}

// TestCompareInt compares integers with numbers that a conversion to a double, or to an int64, would make equal to them.
func TestCompareInt(t *testing.T) {
	for _, tt := range []struct {
		i    int64
		f    float64
		want int
	}{
		{2, 2, 0},
		{2, 2.5, -1},
		{3, 2.5, 1},
		{-2, -2.5, 1},
		{-3, -2.5, -1},
		{0, 0.5, -1},
		{0, -0.5, 1},
		{1<<53 + 1, 1 << 53, 1},
		{-1<<53 - 1, -1 << 53, -1},
		{math.MaxInt64, 1 << 63, -1},
		{math.MaxInt64, 1e300, -1},
		{math.MinInt64, -1 << 63, 0},
		{math.MinInt64, -1e300, 1},
	} {
		if got := compareInt(tt.i, tt.f); got != tt.want {
			t.Errorf("compareInt(%d, %v) = %d, want %d", tt.i, tt.f, got, tt.want)
		}
	}
}
