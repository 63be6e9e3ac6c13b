// SPDX-License-Identifier: Apache-2.0

package instruments_test

import (
	"testing"

	"github.com/otelanalytics/otelanalytics-go/instruments"
)

const expressions = `
version: 1
metrics:
  moved: {instrument: counter, attributes: {direction: {values: [credit, debit]}}}
  halves: {instrument: counter, number: double}
  never: {instrument: counter, enabled: false}
  shared: {instrument: exponential_histogram}
events:
  "coin.*":
    data: {amount: {type: int}, factor: {type: double}, direction: {type: string}}
    record:
      - {metric: moved, value: amount, when: data.amount > 0 && type == 'coin.moved'}
      - {metric: halves, value: '=data.amount * data.factor'}
      - {metric: never, value: amount}
      - {metric: shared, value: '=data.amount ?? 1', when: 'data.amount == nil'}
`

func TestConditionsAndComputedValues(t *testing.T) {
	f := newFixture(t, expressions)
	type fields = map[string]instruments.Value
	i, d, s := instruments.Int, instruments.Double, instruments.String
	f.record("coin.moved", fields{"amount": i(7), "factor": d(0.5), "direction": s("credit")})     // 7, 3.5
	f.record("coin.moved", fields{"amount": d(2), "factor": i(3), "direction": s("debit")})        // 2, 6
	f.record("coin.moved", fields{"amount": i(0), "factor": d(0.5)})                               // the condition is false; 0
	f.record("coin.lost", fields{"amount": i(5), "factor": d(1)})                                  // of another type; 5
	f.record("coin.moved", fields{"amount": i(-4), "factor": d(1)})                                // false; negative
	f.record("coin.moved", fields{"factor": d(1)})                                                 // missing; missing
	f.record("coin.moved", fields{"amount": s("7"), "factor": d(1)})                               // type; type
	f.record("coin.moved", fields{"amount": i(1), "factor": instruments.Other()})                  // 1; type
	f.record("coin.moved", fields{"amount": i(1), "factor": d(1e308), "direction": s("sideways")}) // other; 1e308
	f.record("coin.moved", fields{"amount": i(100), "factor": d(1e308), "direction": s("credit")}) // 100; infinite
	f.expect("moved", map[string]string{
		"moved{direction=credit}": "107", "moved{direction=debit}": "2", "moved{direction=unknown}": "1", "moved{direction=other}": "1",
	})
	f.expect("halves", map[string]string{"halves{}": "1e+308"})
	f.expect("never", map[string]string{})
	f.expect("shared", map[string]string{"shared{}": "1 [0 5 10 25 50 75 100 250 500 750 1000 2500 5000 7500 10000] [0 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0]"})
	refused := map[string]string{}
	for name, v := range f.series() {
		if v != "0" && len(name) > 20 && name[:20] == "otelanalytics.values" {
			refused[name] = v
		}
	}
	want := map[string]string{
		"otelanalytics.values.refused{metric=moved,reason=when_missing}": "1",
		"otelanalytics.values.refused{metric=moved,reason=when_type}":    "1",
		"otelanalytics.values.refused{metric=halves,reason=missing}":     "1",
		"otelanalytics.values.refused{metric=halves,reason=type}":        "2",
		"otelanalytics.values.refused{metric=halves,reason=negative}":    "1",
		"otelanalytics.values.refused{metric=halves,reason=not_finite}":  "1",
		"otelanalytics.values.refused{metric=shared,reason=when_type}":   "1",
	}
	for name, n := range want {
		if refused[name] != n {
			t.Errorf("%s is %s, want %s", name, refused[name], n)
		}
		delete(refused, name)
	}
	if len(refused) > 0 {
		t.Errorf("also refused: %v", refused)
	}
}

// TestLargeIntegersAreComputedExactly has integers that need more than 32 bits, whatever an int has.
func TestLargeIntegersAreComputedExactly(t *testing.T) {
	f := newFixture(t, `
version: 1
metrics:
  same: {instrument: up_down_counter}
  sum: {instrument: up_down_counter}
  above: {instrument: counter}
  size: {instrument: up_down_counter}
events:
  e:
    data: {i: {type: int}}
    record:
      - {metric: same, value: '=data.i'}
      - {metric: sum, value: '=data.i + 4294967296'}
      - {metric: above, when: data.i > 2147483647}
      - {metric: size, value: '=data.i % 4294967296'}
`)
	f.record("e", map[string]instruments.Value{"i": instruments.Int(5_000_000_000_000_001)})
	f.expect("same", map[string]string{"same{}": "5000000000000001"})
	f.expect("sum", map[string]string{"sum{}": "5000004294967297"})
	f.expect("above", map[string]string{"above{}": "1"})
	f.expect("size", map[string]string{"size{}": "937459713"})
	f.record("e", map[string]instruments.Value{"i": instruments.Int(-5_000_000_000_000_001)})
	f.expect("same", map[string]string{"same{}": "0"})
	f.expect("above", map[string]string{"above{}": "1"})
}

func TestFailingConditionIsFalse(t *testing.T) {
	f := newFixture(t, `
version: 1
metrics:
  n: {instrument: counter}
events:
  e: {data: {i: {type: int}}, record: [{metric: n, when: 10 % data.i == 1}]}
`)
	f.record("e", map[string]instruments.Value{"i": instruments.Int(0)})
	f.record("e", map[string]instruments.Value{"i": instruments.Int(3)})
	f.expect("n", map[string]string{"n{}": "1"})
	f.expect("otelanalytics.values.refused{metric=n,reason=when_failed}", map[string]string{"otelanalytics.values.refused{metric=n,reason=when_failed}": "1"})
}

func TestExponentialHistogramRefusesNegativeValues(t *testing.T) {
	f := newFixture(t, `
version: 1
metrics:
  n: {instrument: exponential_histogram, number: int}
events:
  e: {record: [{metric: n, value: v}]}
`)
	f.record("e", map[string]instruments.Value{"v": instruments.Int(-1)})
	f.expect("n", map[string]string{})
	f.expect("otelanalytics.values.refused{metric=n,reason=negative}", map[string]string{"otelanalytics.values.refused{metric=n,reason=negative}": "1"})
}
