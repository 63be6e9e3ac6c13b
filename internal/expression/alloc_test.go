// SPDX-License-Identifier: Apache-2.0

//go:build !race

// The race detector has sync.Pool drop what it is given, so that there is nothing to measure.

package expression

import "testing"

func TestProgramsDoNotAllocate(t *testing.T) {
	for _, source := range []string{
		"data.i > 0 && data.s in ['a', 'b'] && data.f < 10",
		"data.s in ['1', '2', '3', '4', '5', '6', '7', '8', 'b'] and data.i in [data.i, 2]",
		"{'b': 5}[data.s] == 5 and [1, 2, 5][-1] == 5 and 1 < data.i < 9",
		"data.s matches '^[a-c]+$' and len(data.s) == 1 and max(data.i, data.f, 2) == 9.5 and data.s[0:1] + '' != ''",
		"(data.b ? data.i : data.f) / 2 > 1 and trim(data.s) contains 'b' and type startsWith 't' and data.i ** 2 + -1 == 8",
	} {
		x := compiled(t, source)
		v := values(x, map[string]any{"i": int64(3), "s": "b", "f": 9.5, "b": true})
		if n := testing.AllocsPerRun(100, func() {
			if ok, err := x.Bool("type", v); !ok || err != nil {
				t.Fatal(source, ok, err)
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations", source, n)
		}
	}
}
