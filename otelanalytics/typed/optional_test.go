// SPDX-License-Identifier: Apache-2.0

package typed_test

import (
	"math"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics/typed"
)

func TestOptionalHoldsWhatItWasMadeOf(t *testing.T) {
	holds(t, "some", typed.Some("x"), "x")
	holds(t, "zero", typed.Float64(0), 0)
	holds(t, "float", typed.Float64(93.5), 93.5)
	holds(t, "false", typed.Bool(false), false)
	holds(t, "small", typed.Int(int8(-1)), -1)
	holds(t, "unsigned", typed.Int(uint32(math.MaxUint32)), math.MaxUint32)
	holds(t, "named type", typed.Int(time.Duration(math.MinInt64)), math.MinInt64)
	if v, there := (typed.Optional[string]{}).Get(); there || v != "" {
		t.Errorf("the zero Optional holds %q, %v", v, there)
	}
}

func holds[T comparable](t *testing.T, name string, o typed.Optional[T], want T) {
	t.Helper()
	if v, there := o.Get(); v != want || !there {
		t.Errorf("%s: got %v, %v, want %v", name, v, there, want)
	}
}
