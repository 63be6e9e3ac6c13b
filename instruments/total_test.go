// SPDX-License-Identifier: Apache-2.0

package instruments_test

import (
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/instruments"
)

const sums = `
version: 1
metrics:
  m: {instrument: INSTRUMENT, number: NUMBER, attributes: {mode: {values: [a, b]}}}
events:
  e: {record: [{metric: m, value: n}]}
`

func sumsOf(t *testing.T, instrument, number string) *fixture {
	t.Helper()
	return newFixture(t, strings.NewReplacer("INSTRUMENT", instrument, "NUMBER", number).Replace(sums))
}

// TestSumsStayInTheirRange gives one series after another values at the ends of their range.
func TestSumsStayInTheirRange(t *testing.T) {
	const most, largest = math.MaxInt64, math.MaxFloat64
	ints := func(all ...int64) (values []instruments.Value) {
		for _, i := range all {
			values = append(values, instruments.Int(i))
		}
		return values
	}
	doubles := func(all ...float64) (values []instruments.Value) {
		for _, f := range all {
			values = append(values, instruments.Double(f))
		}
		return values
	}
	for _, c := range []struct {
		name, instrument, number string
		values                   []instruments.Value
		sum                      string
		refused                  string
	}{
		{"two ints", "counter", "int", ints(9e18, 9e18), "9000000000000000000", "1"},
		{"the largest int", "counter", "int", ints(most, 1, 0), "9223372036854775807", "1"},
		{"up to the largest int", "counter", "int", ints(most-5, 5, 1), "9223372036854775807", "1"},
		{"smaller ones fit still", "counter", "int", ints(9e18, 9e18, 7), "9000000000000000007", "1"},
		{"a double that is an int", "counter", "int", doubles(1e18, 9e18), "1000000000000000000", "1"},
		{"up and down", "up_down_counter", "int", ints(most, 1, -1, 1, -most, -most, -1, -1, -1), "-9223372036854775808", "3"},
		{"the least int", "up_down_counter", "int", ints(math.MinInt64, -1, 1), "-9223372036854775807", "1"},
		{"of a histogram", "histogram", "int", ints(most, 9), "9223372036854775807", "1"},
		{"of zeroes", "counter", "int", ints(0, 0), "0", "0"},
		{"two doubles", "counter", "double", doubles(1.7e308, 1.7e308), "1.7e+308", "1"},
		{"the largest double", "counter", "double", doubles(largest, 1, 1e270, largest), "1.7976931348623157e+308", "1"},
		{"the largest double behind small ones", "counter", "double", doubles(1, 1e270, largest), "1.7976931348623157e+308", "0"},
		{"doubles up and down", "up_down_counter", "double", doubles(1.7e308, 1.7e308, -1.7e308, -1.7e308, -1.7e308, 1.7e308), "0", "2"},
		{"of a histogram of doubles", "histogram", "double", doubles(1.7e308, 2e307, 1e306), "1.7099999999999999e+308", "1"},
		{"a gauge takes any", "gauge", "double", doubles(largest, -largest, largest), "1.7976931348623157e+308", "none"},
		{"a gauge of ints takes any", "gauge", "int", ints(most, math.MinInt64, most), "9223372036854775807", "none"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := sumsOf(t, c.instrument, c.number)
			for _, v := range c.values {
				f.record("e", map[string]instruments.Value{"mode": instruments.String("a"), "n": v})
			}
			series := f.series()
			if got, _, _ := strings.Cut(series["m{mode=a}"], " "); got != c.sum {
				t.Errorf("the sum is %s, want %s", got, c.sum)
			}
			refused, ok := series["otelanalytics.values.refused{metric=m,reason=sum_range}"]
			if !ok {
				refused = "none"
			}
			if refused != c.refused {
				t.Errorf("refused: %s, want %s", refused, c.refused)
			}
		})
	}
}

// TestSumsOfSeriesAreTheirOwn fills one series, and leaves the room of the other.
func TestSumsOfSeriesAreTheirOwn(t *testing.T) {
	f := sumsOf(t, "counter", "int")
	for _, mode := range []string{"a", "b", "a", "nobody listed it", "nobody listed it"} {
		f.record("e", map[string]instruments.Value{"mode": instruments.String(mode), "n": instruments.Int(9e18)})
	}
	f.expect("m{", map[string]string{
		"m{mode=a}": "9000000000000000000", "m{mode=b}": "9000000000000000000", "m{mode=other}": "9000000000000000000",
		"m{mode=unknown}": "0",
	})
}

// TestConstantsNeedNoTotal: a metric of small constants has no reason to refuse one, and does not say so.
func TestConstantsNeedNoTotal(t *testing.T) {
	f := newFixture(t, `
version: 1
metrics:
  small: {instrument: counter}
  large: {instrument: counter}
events:
  e: {record: [{metric: small}, {metric: large, value: 4611686018427387}]}
`)
	for range 2100 {
		f.record("e", nil)
	}
	f.expect("otelanalytics.values.refused{", map[string]string{"otelanalytics.values.refused{metric=large,reason=sum_range}": "100"})
	f.expect("small", map[string]string{"small{}": "2100"})
}

// TestSumsUnderLoad fills a series from many sides: what was taken is what the sum says, and no value that fits is lost
// for good.
func TestSumsUnderLoad(t *testing.T) {
	for _, c := range []struct {
		number string
		value  instruments.Value
		sum    string
	}{
		{"int", instruments.Int(1 << 60), "8070450532247928832"}, // seven times
		{"double", instruments.Double(0x1p1021), "1.5729814930045264e+308"},
	} {
		f := sumsOf(t, "counter", c.number)
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range 100 {
					f.record("e", map[string]instruments.Value{"mode": instruments.String("a"), "n": c.value})
				}
			})
		}
		wg.Wait()
		got := f.series()
		if got["m{mode=a}"] != c.sum || got["otelanalytics.values.refused{metric=m,reason=sum_range}"] != "793" {
			t.Errorf("%s: the sum is %s, want %s; refused: %s, want 793", c.number, got["m{mode=a}"], c.sum, got["otelanalytics.values.refused{metric=m,reason=sum_range}"])
		}
	}
}
