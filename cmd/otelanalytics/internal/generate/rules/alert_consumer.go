// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"fmt"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// consumerBehind is about a consumer that never catches up. One that works does so many times a minute.
func (k *maker) consumerBehind() rule {
	pending := k.own(ownmetrics.JournalConsumerPending)
	r := rule{
		alert:       "OtelanalyticsConsumerBehind",
		expr:        fmt.Sprintf("min_over_time(%s[15m]) > 0", k.of(pending)),
		hold:        15 * time.Minute,
		severity:    warning,
		summary:     "{{ $labels.job }}: consumer {{ $labels.consumer }} of {{ $labels.instance }} has not caught up for 30m",
		description: "The journal keeps its remaining events, and becomes full. The log has the error, and " + k.own(ownmetrics.JournalConsumerErrors) + " counts the failures. A consumer that no longer exists can be dropped.",
	}
	series := k.series(pending, "instance", "a", "consumer", "sketches")
	r.tests = []test{{
		name:   "fires when a consumer always has something left",
		inputs: []input{{series, "0x10 5+1x50"}},
		fires: []fires{{"39m", nil}, {"41m", []firing{{
			labels:  k.labels("instance", "a", "consumer", "sketches"),
			summary: k.target["job"] + ": consumer sketches of a has not caught up for 30m", description: r.description,
		}}}},
	}, {
		name:   "is silent when it catches up now and then",
		inputs: []input{{series, "5x10 0 5x10 0 5x10 0 5x10 0"}},
		fires:  []fires{{"40m", nil}},
	}}
	return r
}
