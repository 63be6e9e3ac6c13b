// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"fmt"
	"time"
)

// requestsFail is about requests that are answered with a 5xx.
func (k *maker) requestsFail(q requests) rule {
	r := rule{
		alert:       "OtelanalyticsRequestsFail",
		expr:        fmt.Sprintf("%s > %v", k.of(k.failedRatio(q)), k.errorRatio),
		hold:        10 * time.Minute,
		severity:    critical,
		summary:     "{{ $labels.job }}: {{ $value | humanizePercentage }} of the requests are answered with a 5xx",
		description: "Counted by " + q.metric + ", over all instances.",
	}
	r.tests = k.ratioTests(r, k.series(q.metric, "instance", "a", q.label, "200"), k.series(q.metric, "instance", "b", q.label, "503"),
		k.labels(), " of the requests are answered with a 5xx")
	return r
}
