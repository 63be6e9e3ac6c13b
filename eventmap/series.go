// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"math/bits"

	"github.com/otelanalytics/otelanalytics-go/internal/strictyaml"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

const raiseFix = "raise max_series (above 1,999 the meter provider's cardinality limit must be raised too)"

// checkLimits compares each limit with the bound of all tuples, which would make it void.
func (d *metricDecl) checkLimits() {
	for i, a := range d.metric.Attributes {
		if d.sound[i] && a.Limit > d.metric.MaxSeries {
			d.limits[i].Fail("the limit "+words.Thousands(a.Limit)+" is above the metric's max_series "+words.Thousands(d.metric.MaxSeries),
				"lower it, or "+raiseFix)
		}
	}
}

// checkSeries compares the tuples that the listed values can make with the bound. It reports whether they are within it.
func (d *metricDecl) checkSeries(o strictyaml.Object) bool {
	const most = 1_000_000_000
	series := 1
	for _, a := range d.metric.Attributes {
		if a.Limit == 0 {
			series = product(most, series, a.size())
		}
	}
	if series <= d.metric.MaxSeries {
		return true
	}
	at := d.key
	if n, ok := o.Get("max_series"); ok {
		at = n
	} else {
		at = at.At("max_series")
	}
	count := words.Thousands(series)
	if series == most {
		count = "a billion or more"
	}
	at.Fail("the listed values and defaults make "+count+" series, and at most "+words.Thousands(d.metric.MaxSeries)+" are allowed",
		"list fewer values, or "+raiseFix)
	return false
}

// checkCombinations refuses attributes with more combinations than 64 bits can number: package instruments numbers
// them.
func (d *metricDecl) checkCombinations(o strictyaml.Object) {
	product := uint64(1)
	for i := range d.metric.Attributes {
		a := &d.metric.Attributes[i]
		values := a.size() + 1 // and other
		if a.Limit > 0 {
			values = a.Limit + 2 // the default, and other
		}
		over, low := bits.Mul64(product, uint64(values))
		if product = low; over == 0 {
			continue
		}
		at := d.key
		if n, ok := o.Get("attributes"); ok {
			at = n
		}
		at.Fail("the values and limits of the attributes multiply to more than 2^64 combinations", "lower a limit, or leave out an attribute")
		return
	}
}
