// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
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

// checkSeries compares the tuples that the listed values can make with the bound.
func (d *metricDecl) checkSeries(o strictyaml.Object) {
	const most = 1_000_000_000
	product := 1
	for _, a := range d.metric.Attributes {
		if a.Limit == 0 {
			product = min(product*a.size(), most)
		}
	}
	if product <= d.metric.MaxSeries {
		return
	}
	at := d.key
	if n, ok := o.Get("max_series"); ok {
		at = n
	} else {
		at = at.At("max_series")
	}
	count := words.Thousands(product)
	if product == most {
		count = "a billion or more"
	}
	at.Fail("the listed values and defaults make "+count+" series, and at most "+words.Thousands(d.metric.MaxSeries)+" are allowed",
		"list fewer values, or "+raiseFix)
}
