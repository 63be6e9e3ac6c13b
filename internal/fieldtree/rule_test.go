// SPDX-License-Identifier: Apache-2.0

package fieldtree

import (
	"math"
	"testing"
)

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
