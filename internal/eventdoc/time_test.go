// SPDX-License-Identifier: Apache-2.0

package eventdoc

import (
	"math"
	"testing"
	"time"
)

func TestHoldsTime(t *testing.T) {
	first := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	end := time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		at   time.Time
		want bool
	}{
		{time.Time{}, true},
		{first, true},
		{first.Add(1), true},
		{first.Add(-1), false},
		{end.Add(-1), true},
		{end, false},
		{end.In(time.FixedZone("", -3600)), false}, // the year 9999 there
		{time.Unix(0, 0), true},
		{time.Unix(-1, 0), true},
		{time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC), false},
		{time.Date(300_000_000, 1, 1, 0, 0, 0, 0, time.UTC), false},
		{time.Unix(1<<60, 0), false},
		{time.Unix(math.MaxInt64, 0), false},
		{time.Unix(math.MinInt64, 0), false},
	} {
		if got := HoldsTime(c.at); got != c.want {
			t.Errorf("%v (Unix %d): %v", c.at, c.at.Unix(), got)
		}
	}
}
