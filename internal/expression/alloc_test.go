// SPDX-License-Identifier: Apache-2.0

//go:build !race

// The race detector has sync.Pool drop what it is given, so that there is nothing to measure.

package expression

import "testing"

func TestProgramsDoNotAllocate(t *testing.T) {
	x := compiled(t, "data.i > 0 && data.s in ['a', 'b'] && data.f < 10")
	v := values(x, map[string]any{"i": int64(3), "s": "b", "f": 9.5})
	if n := testing.AllocsPerRun(100, func() {
		if ok, err := x.Bool("type", v); !ok || err != nil {
			t.Fatal(ok, err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
