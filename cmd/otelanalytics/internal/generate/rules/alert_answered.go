// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"fmt"
	"time"
)

// fail is about requests, or the like, that are answered as failures.
func (k *maker) fail(a answers) rule {
	says := " of the " + a.asked + " are answered with " + a.answered
	r := rule{
		alert:       a.alert,
		expr:        fmt.Sprintf("%s > %v", k.of(k.failedRatio(a)), k.errorRatio),
		hold:        10 * time.Minute,
		severity:    critical,
		summary:     "{{ $labels.job }}: {{ $value | humanizePercentage }}" + says,
		description: "Counted by " + a.metric + ", over all instances.",
	}
	r.tests = k.ratioTests(r, k.series(a.metric, "instance", "a", a.label, a.good[0]), k.series(a.metric, "instance", "b", a.label, a.bad[1]),
		k.labels(), says)
	return r
}
