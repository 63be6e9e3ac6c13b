// SPDX-License-Identifier: Apache-2.0

package expression

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// FuzzPrograms: no source makes Compile panic or take long, and what compiles is evaluated without a panic.
func FuzzPrograms(f *testing.F) {
	for _, source := range []string{
		"data.i > 0 && data.s in ['a', 'b'] or not data.b", "(data.i ?? 7) < data.f <= 0x1F", "data.s not matches '^(a|b)+$'", "data['order'][\"total\"] ** 2 % 1",
		"if data.b { data.i } else if data.b { -1.5e3 } else { .5 }", "data.b ?: data.i == nil ? 1 : 2", "upper(data.s)[0:-1] + `a``b` | trim('x') | len()", "{a: 1, 'b': [1, 2.5, nil]}[data.s][0]",
		"max([data.i, 2], data.f) // comment", "'\\u{1F600}\\x41\\101' /* a */ contains type;", "all([1], # > 0)", "let x = 1; x", "data?.i", "1..2", "((((((((1))))))))", "- - - - 1", "9223372036854775807 + 1", "int(1e300) % 0",
		strings.Repeat("(", 600) + "1", strings.Repeat("-", 600) + "1", strings.Repeat("(", 100) + "data.b" + strings.Repeat(" ?: true)", 100), strings.Repeat("data.b ? 1 : ", 60) + "2",
		strings.Repeat("(0 < ", 50) + "data.i" + strings.Repeat(" < 9 ? 1 : 2)", 50),
	} {
		f.Add(source)
	}
	f.Fuzz(func(t *testing.T, source string) {
		begin := time.Now()
		for _, number := range []bool{false, true} {
			x, err := Compile(source, number, fuzzField)
			if err != nil {
				checkMistake(t, err)
				continue
			}
			for _, v := range []any{nil, int64(0), int64(math.MinInt64), math.NaN(), 2.0, "a", "", true} {
				values := make([]any, len(x.Operands()))
				for i, o := range x.Operands() {
					if operandValue(v, o.Type.kind()).kind != failed {
						values[i] = v
					}
				}
				evaluate(t, x, values, number)
			}
		}
		if took := time.Since(begin); took > 10*time.Second {
			t.Errorf("took %s", took)
		}
	})
}

// fuzzField declares four fields, whatever else is read.
func fuzzField(path []string) (Type, error) {
	switch strings.Join(path, ".") {
	case "i":
		return Int, nil
	case "f", "order.total":
		return Double, nil
	case "b":
		return Bool, nil
	case "s":
		return String, nil
	default:
		return "", errors.New("undeclared")
	}
}

func checkMistake(t *testing.T, err error) {
	t.Helper()
	wrong, ok := errors.AsType[*Error](err)
	if ok && (wrong.Problem == "" || wrong.Fix == "" || strings.ContainsAny(wrong.Problem+wrong.Fix, "\n\r\t\x00") || !utf8.ValidString(wrong.Problem)) {
		t.Errorf("%q; %q", wrong.Problem, wrong.Fix)
	}
}

func evaluate(t *testing.T, x *Program, values []any, number bool) {
	t.Helper()
	var err error
	if number {
		_, err = x.Number("the type", values)
	} else {
		_, err = x.Bool("the type", values)
	}
	if err != nil && !errors.Is(err, ErrMissing) && !errors.Is(err, ErrFailed) && !errors.Is(err, ErrType) {
		t.Error(err)
	}
}
