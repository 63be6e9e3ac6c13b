// SPDX-License-Identifier: Apache-2.0

package expression

import (
	"errors"
	"math"
	"testing"
)

// TestNumbersStayInTheirRange: arithmetic whose result an int cannot hold fails, and does not wrap.
func TestNumbersStayInTheirRange(t *testing.T) {
	const most, least = int64(math.MaxInt64), int64(math.MinInt64)
	for _, c := range []struct {
		source string
		i, f   any
		want   any // nil: it fails
	}{
		{"=data.i + 1", most, nil, nil},
		{"=data.i + 1", most - 1, nil, most},
		{"=data.i + -1", least, nil, nil},
		{"=data.i - 1", least, nil, nil},
		{"=data.i - -1", most, nil, nil},
		{"=0 - data.i", least, nil, nil},
		{"=-1 - data.i", least, nil, most},
		{"=data.i * 2", most/2 + 1, nil, nil},
		{"=data.i * 2", most / 2, nil, most - 1},
		{"=data.i * -1", least, nil, nil},
		{"=-1 * data.i", least, nil, nil},
		{"=data.i * 1", least, nil, least},
		{"=data.i * 3", int64(6148914691236517206), nil, nil}, // wraps to 2
		{"=-data.i", least, nil, nil},
		{"=abs(data.i)", least, nil, nil},
		{"=abs(data.i)", least + 1, nil, most},
		{"=data.i % 0", most, nil, nil},
		{"=data.i % -1", least, nil, int64(0)},
		{"=data.i / -1", least, nil, 0x1p63},
		{"=int(data.i / -1)", least, nil, nil},
		{"=int(data.f)", nil, 1e300, nil},
		{"=int(data.f)", nil, -1e300, nil},
		{"=int(data.f)", nil, math.NaN(), nil},
		{"=int(data.f)", nil, math.Inf(1), nil},
		{"=int(data.f)", nil, 0x1p63, nil},
		{"=int(data.f)", nil, -0x1p63, least},
		{"=int(data.f)", nil, math.Nextafter(0x1p63, 0), int64(0x1p63 - 1024)},
		{"=int(ceil(data.f))", nil, 0x1p63, nil},
		{"=int('9223372036854775808') + data.i", int64(0), nil, nil},
		{"=float('1e999') + data.i", int64(0), nil, nil},
		{"data.i * data.i > 0", most, nil, nil},
	} {
		x := compiled(t, c.source)
		var got any
		var err error
		given := values(x, map[string]any{"i": c.i, "f": c.f})
		if c.source[0] == '=' {
			got, err = x.Number("e", given)
		} else {
			got, err = x.Bool("e", given)
		}
		switch {
		case c.want == nil && !errors.Is(err, ErrFailed):
			t.Errorf("%s of %v %v is %v, %v; want ErrFailed", c.source, c.i, c.f, got, err)
		case c.want != nil && (err != nil || got != c.want):
			t.Errorf("%s of %v %v is %v, %v; want %v", c.source, c.i, c.f, got, err, c.want)
		}
	}
}

// TestTextIsCountedInCharacters: len and the bounds of a part count the same.
func TestTextIsCountedInCharacters(t *testing.T) {
	for _, text := range []string{"", "abc", "äb c", "日本語", "a日", "日a", "\xff", "ä\xffb\xe6", "é", "👩‍👩‍👧"} {
		for _, source := range []string{
			"data.s[0:len(data.s)] == data.s",
			"len(data.s[0:2]) == min(2, len(data.s))",
			"len(data.s[1:]) == max(0, len(data.s) - 1)",
			"len(data.s[-1:]) == min(1, len(data.s))",
			"len(data.s[:-1]) == max(0, len(data.s) - 1)",
			"data.s[0:1] + data.s[1:] == data.s",
			"data.s[:-1] + data.s[-1:] == data.s",
			"data.s[:2] + data.s[2:] == data.s",
			"data.s[5:9] == '' or len(data.s) > 5",
			"data.s[2:1] == ''",
		} {
			x := compiled(t, source)
			if holds, err := x.Bool("e", values(x, map[string]any{"s": text})); !holds || err != nil {
				t.Errorf("%s of %q does not hold: %v", source, text, err)
			}
		}
	}
	x := compiled(t, "data.s[0:2] == 'äb' and data.s[1:] == 'b c' and data.s[-3:-1] == 'b '")
	if holds, err := x.Bool("e", []any{"äb c"}); !holds || err != nil {
		t.Errorf("the parts of äb c are others: %v", err)
	}
}
