// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

func TestProduct(t *testing.T) {
	const most = 1_000_000_000
	for _, c := range []struct{ most, a, b, want int }{
		{most, 0, 7, 0},
		{most, 7, 0, 0},
		{most, 1, 1, 1},
		{most, 1_000, 999_999, 999_999_000},
		{most, 1_000, 1_000_000, most},
		{most, 1_000, 1_000_001, most},
		{most, 1 << 16, 1 << 16, most}, // 2^32
		{most, most, 5, most},
		{math.MaxInt, math.MaxInt, 1, math.MaxInt},
		{math.MaxInt, math.MaxInt, math.MaxInt, math.MaxInt},
		{math.MaxInt, math.MaxInt/2 + 1, 2, math.MaxInt}, // 2^31 or 2^63
		{1, 2, 3, 1},
	} {
		if got := product(c.most, c.a, c.b); got != c.want {
			t.Errorf("product(%d, %d, %d) = %d, want %d", c.most, c.a, c.b, got, c.want)
		}
	}
}

// attributes declares attributes with so many values each, the default among them.
func attributes(sizes ...int) string {
	var b strings.Builder
	for i, size := range sizes {
		values := make([]string, size-1)
		for j := range values {
			values[j] = fmt.Sprintf("v%d", j)
		}
		fmt.Fprintf(&b, "a%d: {values: [%s]}, ", i, strings.Join(values, ", "))
	}
	return b.String()
}

// TestSeriesThatWouldWrapAreRefused has products that are a small number again once they exceed 32 or 64 bits.
func TestSeriesThatWouldWrapAreRefused(t *testing.T) {
	for name, sizes := range map[string][]int{
		"2^32":       {256, 256, 256, 256},
		"above 2^32": {641, 10_453, 641},
		"5 * 2^32":   {256, 256, 256, 256, 5},
		"2^64":       {256, 256, 256, 256, 256, 256, 256, 256},
		"2^31":       {128, 256, 256, 256},
		"10^9 and 5": {1_000, 1_000, 1_000, 5},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse([]byte("version: 1\nmetrics:\n  m: {instrument: counter, attributes: {" + attributes(sizes...) + "}}\n"))
			if err == nil || !strings.Contains(err.Error(), "a billion or more series") {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestBoundsOfSeriesDoNotWrap has a metric whose limits multiply beyond 32 bits within its bound of combinations.
func TestBoundsOfSeriesDoNotWrap(t *testing.T) {
	m := parseText(t, `
version: 1
metrics:
  limited: {instrument: counter, max_series: 100000, attributes: {a: {limit: 65534}, b: {limit: 65534}}}
  wide: {instrument: exponential_histogram, max_series: 100000, attributes: {a: {limit: 65534}, b: {limit: 65534}}}
`)
	for name, want := range map[string]int{"limited": 100_001, "wide": 300_003} {
		metric, _ := m.Metric(name)
		if got := metric.PrometheusSeries(); got != want {
			t.Errorf("%s has %d series, want %d", name, got, want)
		}
	}
	metric, _ := m.Metric("limited")
	many := Metric{Instrument: Histogram, MaxSeries: 100_000, Attributes: metric.Attributes, Buckets: make([]float64, 500_000)}
	if got := many.PrometheusSeries(); got != math.MaxInt32 {
		t.Errorf("a histogram of many buckets has %d series, want %d", got, math.MaxInt32)
	}
}
