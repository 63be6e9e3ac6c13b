// SPDX-License-Identifier: Apache-2.0

package analyticstest

import (
	"fmt"
	"math"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// TestIntegersKeepTheirValue holds where an int has 32 bits, too.
func TestIntegersKeepTheirValue(t *testing.T) {
	for _, v := range []int64{0, -1, math.MaxInt32, math.MinInt32, math.MaxInt32 + 1, math.MinInt32 - 1, 1 << 40, math.MaxInt64, math.MinInt64} {
		for _, stored := range []any{v, bson.D{{Key: "v", Value: v}}, bson.A{v}} {
			got := plain(stored)
			switch within := got.(type) {
			case map[string]any:
				got = within["v"]
			case []any:
				got = within[0]
			}
			if fmt.Sprint(got) != fmt.Sprint(v) {
				t.Errorf("%T of %d: got %v (%T)", stored, v, got, got)
			}
			if _, isInt := got.(int); isInt != (int64(int(v)) == v) {
				t.Errorf("%d is a %T", v, got)
			}
		}
	}
}
