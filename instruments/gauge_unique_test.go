// SPDX-License-Identifier: Apache-2.0

package instruments_test

import (
	"strconv"
	"testing"
)

// TestGaugeOfAUniqueMetric: its tuples are bounded where they are counted. What one reading had takes no place from the next
// one, and what was read as other is no value beyond a bound.
func TestGaugeOfAUniqueMetric(t *testing.T) {
	f := newFixture(t, `version: 1
metrics:
  users: {instrument: unique, windows: {d: 1d}, max_series: 3, attributes: {screen: {limit: 2}, plan: {values: [pro], default: pro}}}
events:
  seen: {record: [{metric: users}]}
`)
	g, err := f.set.ObserveGauge("users", func() bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	f.record("seen", nil) // which is not for the gauge
	f.expect("users", map[string]string{})
	for reading := range 5 {
		first, second := strconv.Itoa(2*reading), strconv.Itoa(2*reading+1)
		g.Replace(func(set func(float64, ...string)) {
			set(1, "screen", first, "plan", "pro", "d", "d") // no such attribute
			set(1, "screen", first, "time_period", "d")
			set(2, "screen", second, "plan", "pro", "time_period", "d")
			set(3, "screen", "other", "plan", "other", "time_period", "d")
		})
		f.expect("users", map[string]string{
			"users{plan=pro,screen=" + first + ",time_period=d}":  "1",
			"users{plan=pro,screen=" + second + ",time_period=d}": "2",
			"users{plan=other,screen=other,time_period=d}":        "3",
		})
	}
	f.expect("otelanalytics.attributes.overflow{", map[string]string{}) // Counting has them
	g.Replace(func(set func(float64, ...string)) {
		for i := range 10 {
			set(float64(i), "screen", strconv.Itoa(i), "time_period", "d")
		}
	})
	if n := len(f.series()); n < 4 || f.series()["users{plan=pro,screen=4,time_period=d}"] != "" {
		t.Errorf("more series than the map allows: %v", f.series())
	}
}
