// SPDX-License-Identifier: Apache-2.0

package reconcile

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/promapi"
)

// paid is a histogram with the bounds 10 and 100. Two of nine accepted events have no document. The documents have seven observations of
// 10 each.
type paid struct {
	count, sum float64
	le10       float64 // of Prometheus
	le100      float64
	native     bool     // Prometheus has no buckets
	values     interval // by the map; zero: not negative
	between    float64  // observations of 10 that are on either side of the last scrape, in documents
}

func (p paid) documents() *documents {
	count, sum := key{"paid_count", ""}, key{"paid_sum", ""}
	if p.values == (interval{}) {
		p.values = notNegative()
	}
	d := world{life: life{fresh: true}, accepted: 9, docs: 7, causes: map[cause]float64{{reasonQuarantined, "sold"}: 2}}.documents()
	d.metrics = map[string]*metric{"paid": {
		declared: "paid", name: "paid", measures: []string{"paid_count", "paid_sum"}, feeds: map[string]feed{"sold": {1, 1}},
		bounds: []float64{10, 100}, values: p.values,
	}}
	l := d.lives[0]
	l.growth = map[key]float64{count: p.count, sum: p.sum}
	if !p.native {
		l.buckets = map[bucket]float64{{count, 10}: p.le10, {count, 100}: p.le100}
	}
	for i := range l.facts.read {
		n := 7.0
		if i == 3 {
			n += p.between
		}
		l.facts.read[i] = map[key]float64{count: n, sum: 10 * n}
		l.facts.buckets[i] = map[bucket]float64{{count, 10}: n, {count, 100}: n}
	}
	l.facts.final = l.facts.read[3]
	return d
}

// TestSumOfAHistogram: a sum is explained as far as the count beside it is, and within what so many observations can add up to: by the
// bounds of the buckets that have moved, and by what the map says of the values.
func TestSumOfAHistogram(t *testing.T) {
	inf := math.Inf(1)
	for name, c := range map[string]struct {
		paid
		unexplained map[string]float64
	}{
		"both":                               {paid{count: 9, sum: 95.5, le10: 7, le100: 9}, map[string]float64{}},
		"one too many":                       {paid{count: 10, sum: 95.5, le10: 7, le100: 10}, map[string]float64{"paid_count": 1, "paid_sum": 25.5}},
		"the sum alone":                      {paid{count: 7, sum: 71, le10: 7, le100: 7}, map[string]float64{"paid_sum": 1}},
		"the sum is too small":               {paid{count: 9, sum: 69, le10: 9, le100: 9}, map[string]float64{"paid_sum": -1}},
		"a bucket's bounds":                  {paid{count: 9, sum: 270, le10: 7, le100: 9}, map[string]float64{}},
		"beyond a bucket's bounds":           {paid{count: 9, sum: 271, le10: 7, le100: 9}, map[string]float64{"paid_sum": 1}},
		"below a bucket's bounds":            {paid{count: 9, sum: 89, le10: 7, le100: 9}, map[string]float64{"paid_sum": -1}},
		"nothing, of a bucket":               {paid{count: 9, sum: 70, le10: 7, le100: 9}, map[string]float64{"paid_sum": -20}},
		"two buckets":                        {paid{count: 9, sum: 180, le10: 8, le100: 9}, map[string]float64{}},
		"beyond two buckets":                 {paid{count: 9, sum: 181, le10: 8, le100: 9}, map[string]float64{"paid_sum": 1}},
		"beyond the last bound":              {paid{count: 9, sum: 5000, le10: 7, le100: 7}, map[string]float64{}},
		"below the last bound":               {paid{count: 9, sum: 269, le10: 7, le100: 7}, map[string]float64{"paid_sum": -1}},
		"the field's max":                    {paid{count: 9, sum: 471, le10: 7, le100: 7, values: interval{0, 200}}, map[string]float64{"paid_sum": 1}},
		"the field's max, no buckets":        {paid{count: 9, sum: 471, native: true, values: interval{0, 200}}, map[string]float64{"paid_sum": 1}},
		"the field's min, no buckets":        {paid{count: 9, sum: 79, native: true, values: interval{5, inf}}, map[string]float64{"paid_sum": -1}},
		"a constant":                         {paid{count: 9, sum: 77, native: true, values: interval{3, 3}}, map[string]float64{"paid_sum": 1}},
		"no bounds at all":                   {paid{count: 9, sum: 5000, native: true}, map[string]float64{}},
		"another value in a document":        {paid{count: 9, sum: 165, le10: 6, le100: 9}, map[string]float64{}},
		"between two scrapes":                {paid{count: 10, sum: 100, le10: 10, le100: 10, between: 1}, map[string]float64{}},
		"between two scrapes, and beyond":    {paid{count: 10, sum: 111, le10: 10, le100: 10, between: 1}, map[string]float64{"paid_sum": 1}},
		"between two scrapes, other buckets": {paid{count: 10, sum: 280, le10: 8, le100: 10, between: 1}, map[string]float64{}},
	} {
		t.Run(name, func(t *testing.T) { wantUnexplained(t, c.documents(), c.unexplained) })
	}
}

// TestSumOfFewer: what a run has not counted of events that a command put back is within the bounds, too.
func TestSumOfFewer(t *testing.T) {
	for sum, unexplained := range map[float64]map[string]float64{
		60: {}, 50: {}, 49: {"paid_sum": -1}, 71: {"paid_sum": 1},
	} {
		d := paid{count: 5, sum: sum, le10: 5, le100: 5}.documents()
		l := d.lives[0]
		l.page.causes, l.page.violated["sold"] = nil, 2
		l.page.accepted["sold"] = []promapi.Sample{{At: 2000, Value: 7}}
		t.Run(number(sum), func(t *testing.T) { wantUnexplained(t, d, unexplained) })
	}
}

// TestValuesOfTheMap: a field's min and max hold where events that violate them are not recorded with them.
func TestValuesOfTheMap(t *testing.T) {
	for name, c := range map[string]struct {
		events string
		want   interval
	}{
		"constants":          {`a: {record: [{metric: paid, value: 2}]}, b: {record: [{metric: paid, value: 7}]}`, interval{2, 7}},
		"a field":            {`a: {on_violation: reject, data: {amount: {type: double, min: 1, max: 50}}, record: [{metric: paid, value: amount}]}`, interval{1, 50}},
		"a field in counted": {`a: {data: {amount: {type: double, min: 1, max: 50}}, record: [{metric: paid, value: amount}]}`, notNegative()},
		"below zero":         {`a: {on_violation: omit, data: {amount: {type: double, min: -3}}, record: [{metric: paid, value: amount}]}`, notNegative()},
		"two fields": {`a: {on_violation: omit, data: {x: {type: double, max: 5}}, record: [{metric: paid, value: x}]},
			b: {on_violation: quarantine, data: {y: {type: double, min: 2, max: 9}}, record: [{metric: paid, value: y}]}`, interval{0, 9}},
		"an expression": {`a: {on_violation: reject, data: {amount: {type: double, max: 5}}, record: [{metric: paid, value: "=data.amount * 2"}]}`, notNegative()},
	} {
		t.Run(name, func(t *testing.T) {
			list, _ := parsed(t, "version: 1\nmetrics: {paid: {instrument: histogram, buckets: [1, 5]}}\nevents: {"+c.events+"}\n",
				"version: 1\nmetrics: {paid: {instrument: histogram, buckets: [5, 10]}}\nevents: {"+c.events+"}\n")
			chosen, _, err := (&command{}).choose(list)
			if err != nil {
				t.Fatal(err)
			}
			if got := chosen["paid"].values; got != c.want {
				t.Errorf("%v, want %v", got, c.want)
			}
			if diff := cmp.Diff([]float64{5}, chosen["paid"].bounds); diff != "" {
				t.Errorf("bounds of both maps: %s", diff)
			}
		})
	}
}
