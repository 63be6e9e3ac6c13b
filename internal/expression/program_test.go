// SPDX-License-Identifier: Apache-2.0

package expression

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// compiled loads an expression, as value when it begins with "=".
func compiled(t testing.TB, source string) *Program {
	t.Helper()
	types := map[string]Type{"i": Int, "f": Double, "s": String, "b": Bool, "order.total": Double, "a field": Int}
	source, number := strings.CutPrefix(source, "=")
	x, err := Compile(source, number, func(path []string) (Type, error) { return types[strings.Join(path, ".")], nil })
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// values puts what is given into the order of the operands.
func values(x *Program, fields map[string]any) []any {
	var all []any
	for _, o := range x.Operands() {
		all = append(all, fields[strings.Join(o.Path, ".")])
	}
	return all
}

func TestPrograms(t *testing.T) {
	type data = map[string]any
	for i, c := range []struct {
		source string
		data   data
		want   any // a bool, an int64, a float64 or an error
	}{
		{"data.i == 5", data{"i": int64(5)}, true},
		{"data.i == 5", data{"i": 5.0}, true},
		{"data.i == 5", data{"i": 5.5}, ErrType},
		{"data.i == 5", data{"i": "5"}, ErrType},
		{"data.i == 5", data{"i": true}, ErrType},
		{"data.i == 5", data{"i": struct{}{}}, ErrType},
		{"data.i == 5", data{"i": math.NaN()}, ErrType},
		{"data.i == 5", data{"i": math.Inf(1)}, ErrType},
		{"data.i == 5", data{"i": 1e300}, ErrType},
		{"data.i == 5", data{}, ErrMissing},
		{"data.i == 5.0", data{"i": int64(5)}, true},
		{"data.f == 5", data{"f": int64(5)}, true},
		{"data.f > 4.5", data{"f": 5.0}, true},
		{"data.f > 4.5", data{"f": "x"}, ErrType},
		{"data.s == 'a' and not data.b", data{"s": "a", "b": false}, true},
		{"data.s in ['a', 'b'] or data.b", data{"s": "c", "b": false}, false},
		{"data.s in ['a', 'b'] or data.b", data{"s": "a"}, ErrMissing}, // whatever the order of evaluation
		{"data.s matches '^a+$'", data{"s": "aaa"}, true},
		{"upper(data.s) startsWith 'A'", data{"s": "abc"}, true},
		{"data.order.total > data.f", data{"order.total": 2.0, "f": int64(1)}, true},
		{`data["order"]["total"] > 1`, data{"order.total": 2.0}, true},
		{`data["a field"] > 1`, data{"a field": int64(2)}, true},
		{"type == 'the type'", nil, true},
		{"type endsWith 'type' && data.i > 0", data{"i": int64(1)}, true},
		{"data.i == nil", data{}, true},
		{"data.i == nil", data{"i": int64(1)}, false},
		{"nil != data.i", data{"i": int64(1)}, true},
		{"data.i == nil || data.i > 3", data{}, ErrMissing}, // one use needs it
		{"(data.i ?? 7) > 3", data{}, true},
		{"not (data.b ?? false)", data{}, true},
		{"1 % data.i == 0", data{"i": int64(0)}, ErrFailed},
		{"true", nil, true},

		{"data.s matches '^(a|b)+$' and data.s matches '[0-9]{2}'", data{"s": "ab"}, false},
		{"data.s not matches '^a+$'", data{"s": "ab"}, true},
		{"if data.b { data.i > 1 } else { data.i < 1 }", data{"b": true, "i": int64(2)}, true},
		{"data.s[0:2] == 'ab'", data{"s": "abc"}, true},
		{"(data.s ?? '') + '/' + type == 'a/the type'", data{"s": "a"}, true},
		{"(data.i ?? data.f) == nil", data{}, true},
		{"nil == (data.i ?? data.f)", data{"f": 1.0}, false},

		{"=data.i * 2", data{"i": int64(21)}, int64(42)},
		{"=data.i ?? 1", data{}, int64(1)},
		{"=data.i ?? 1", data{"i": int64(9)}, int64(9)},
		{"=data.f ?? 0", data{"f": 2.5}, 2.5},
		{"=data.f ?? 0", data{}, 0.0},
		{"=(data.f ?? 0) * data.i", data{"i": int64(3)}, 0.0},
		{"=data.i ?? 0.5", data{"i": int64(3)}, 3.0},
		{"=data.i ?? 0.5", data{}, 0.5},
		{"=data.f ?? data.i ?? 7", data{"i": int64(3)}, 3.0},
		{"=data.f ?? data.i ?? 7", data{}, 7.0},
		{"=data.f ?? (data.i ?? 7)", data{}, 7.0},
		{"=data.f ?? (data.b ? data.i : 7)", data{"b": true, "i": int64(3)}, 3.0},
		{"=data.f ?? (data.b ? data.i : 7)", data{"b": true}, ErrMissing},
		{"=data.i ?? data.f", data{}, ErrMissing},
		{"=data.i ?? data.f", data{"f": 0.5}, 0.5},
		{"=data.i ?? nil", data{}, ErrFailed},
		{"=data.b ? 1 : 0.5", data{"b": true}, 1.0},
		{"=data.b ? 0.5 : data.i", data{"b": false, "i": int64(3)}, 3.0},
		{"=((data.b ? 1 : 0.5) ?? 2) * 2", data{"b": true}, 2.0},
		{"=data.f * 2", data{"f": int64(3)}, 6.0},
		{"=data.i / 2", data{"i": int64(5)}, 2.5},
		{"=data.f / 0", data{"f": 1.0}, math.Inf(1)},
		{"=data.i % 0", data{"i": int64(1)}, ErrFailed},
		{"=max(data.i, 3)", data{"i": int64(1)}, int64(3)},
		{"=int(data.f)", data{"f": 2.9}, int64(2)},
		{"=float(data.i)", data{"i": int64(2)}, 2.0},
		{"=int(data.s)", data{"s": "no number"}, ErrFailed},
		{"=len(data.s)", data{"s": "äb"}, int64(2)},
		{"=data.b ? 1 : 2", data{"b": true}, int64(1)},
		{"=round(data.f)", data{"f": 2.5}, 3.0},
		{"=data.i", data{"i": int64(math.MaxInt64)}, int64(math.MaxInt64)},

		{"=data.i + 1", data{"i": int64(math.MaxInt64)}, ErrFailed},
		{"=data.i + -1", data{"i": int64(math.MinInt64)}, ErrFailed},
		{"=data.i + -1", data{"i": int64(math.MaxInt64)}, int64(math.MaxInt64 - 1)},
		{"=data.i - 1", data{"i": int64(math.MinInt64)}, ErrFailed},
		{"=0 - data.i", data{"i": int64(math.MinInt64)}, ErrFailed},
		{"=-1 - data.i", data{"i": int64(math.MinInt64)}, int64(math.MaxInt64)},
		{"=data.i * 2", data{"i": int64(math.MaxInt64/2 + 1)}, ErrFailed},
		{"=data.i * -1", data{"i": int64(math.MinInt64)}, ErrFailed},
		{"=-1 * data.i", data{"i": int64(math.MinInt64)}, ErrFailed},
		{"=data.i * 1", data{"i": int64(math.MinInt64)}, int64(math.MinInt64)},
		{"=-data.i", data{"i": int64(math.MinInt64)}, ErrFailed},
		{"=abs(data.i)", data{"i": int64(math.MinInt64)}, ErrFailed},
		{"=abs(data.i)", data{"i": int64(math.MinInt64 + 1)}, int64(math.MaxInt64)},
		{"=data.i % -1", data{"i": int64(math.MinInt64)}, int64(0)},
		{"=int(data.f)", data{"f": math.NaN()}, ErrFailed},
		{"=int(data.f)", data{"f": 1e300}, ErrFailed},
		{"=int(data.f)", data{"f": -1e300}, ErrFailed},
		{"=int(data.f)", data{"f": math.Inf(-1)}, ErrFailed},
		{"=int(data.f)", data{"f": 9223372036854775808.0}, ErrFailed},
		{"=int(data.f)", data{"f": -9223372036854775808.0}, int64(math.MinInt64)},
		{"=data.i + 0.0", data{"i": int64(math.MaxInt64)}, 9223372036854775808.0},
		{"max(1, 2.5) == data.i", data{"i": int64(2)}, false},
		{"(data.s ?? nil) in ['', 'a']", data{}, false},
		{"=(data.i ?? nil) + 1", data{}, ErrFailed},
		{"1 < data.i < 5", data{"i": int64(3)}, true},
		{"1 < data.i < 5", data{"i": int64(7)}, false},
		{"data.s in ['1', '2', '3', '4', '5', '6', '7', '8', 'a']", data{"s": "a"}, true},
		{"data.s in ['1', '2', '3', '4', '5', '6', '7', '8', 'a']", data{"s": "b"}, false},
		{"=[1, 2, 5][data.i]", data{"i": int64(-1)}, int64(5)},
		{"=[1, 2, 5][data.i]", data{"i": int64(3)}, ErrFailed},
		{"=int({'gold': 3}[data.s] ?? 1)", data{"s": "gold"}, int64(3)},
		{"=int({'gold': 3}[data.s] ?? 1)", data{"s": "tin"}, int64(1)},
	} {
		t.Run(strconv.Itoa(i)+" "+c.source, func(t *testing.T) {
			x := compiled(t, c.source)
			var got any
			var err error
			if strings.HasPrefix(c.source, "=") {
				got, err = x.Number("the type", values(x, c.data))
			} else {
				got, err = x.Bool("the type", values(x, c.data))
			}
			if want, ok := c.want.(error); ok {
				if !errors.Is(err, want) || got != false && got != nil {
					t.Errorf("%s of %v: %v, %v, want %v", c.source, c.data, got, err, want)
				}
			} else if err != nil || got != c.want {
				t.Errorf("%s of %v: %v (%T), %v, want %v", c.source, c.data, got, got, err, c.want)
			}
		})
	}
}

func TestOperands(t *testing.T) {
	x := compiled(t, "data.s == 'a' && (data.i ?? 1) > (data.i ?? 2) && data.f > 0 && (data.f ?? 1) > 0")
	want := []Operand{
		{Path: []string{"s"}, Type: String},
		{Path: []string{"i"}, Type: Int, Optional: true},
		{Path: []string{"f"}, Type: Double},
	}
	if !slices.EqualFunc(x.Operands(), want, func(a, b Operand) bool {
		return slices.Equal(a.Path, b.Path) && a.Type == b.Type && a.Optional == b.Optional
	}) {
		t.Errorf("%+v, want %+v", x.Operands(), want)
	}
}

func TestProgramsConcurrently(t *testing.T) {
	x := compiled(t, "=data.i * 10 + data.order.total")
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range int64(1000) {
				got, err := x.Number("", values(x, map[string]any{"i": i, "order.total": int64(g)}))
				if err != nil || got != float64(i*10)+float64(g) {
					t.Errorf("%d, %d: %v, %v", i, g, got, err)
					return
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkProgram(b *testing.B) {
	x := compiled(b, "data.i > 0 && data.s in ['a', 'b']")
	v := values(x, map[string]any{"i": int64(3), "s": "b"})
	b.ReportAllocs()
	for b.Loop() {
		if ok, err := x.Bool("type", v); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}
