// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"fmt"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// sinkAway is about a sink beside the first one that does not get its events.
func (k *maker) sinkAway() rule {
	oldest, age := k.own(ownmetrics.SinkOldestAge), int(k.pendingAge.Seconds())
	r := rule{
		alert:       "OtelanalyticsSinkAway",
		expr:        fmt.Sprintf("%s > %d", k.of(oldest), age),
		hold:        5 * time.Minute,
		severity:    warning,
		summary:     "{{ $labels.job }}: sink {{ $labels.sink }} of {{ $labels.instance }} does not have events that are {{ $value | humanizeDuration }} old",
		description: "The other sinks get their events until the journal is full. The log has the error of this sink, and " + k.own(ownmetrics.SinkErrors) + " counts the failures. A sink that no longer exists can be removed.",
	}
	series := func(sink string) string { return k.series(oldest, "instance", "a", "sink", sink) }
	r.tests = []test{{
		name:   "fires for the sink whose oldest event has waited for too long",
		inputs: []input{{series("copy"), fmt.Sprintf("0x10 %dx30", age+1)}, {series("log"), "0x40"}},
		fires: []fires{{"15m", nil}, {"16m", []firing{{
			labels:  k.labels("instance", "a", "sink", "copy"),
			summary: k.target["job"] + ": sink copy of a does not have events that are " + humanDuration(age+1) + " old", description: r.description,
		}}}},
	}, {
		name:   "is silent up to that age, and when it is over soon",
		inputs: []input{{series("copy"), fmt.Sprintf("0x10 %dx20 %dx3 0x20", age, 2*age)}},
		fires:  []fires{{"30m", nil}, {"34m", nil}, {"36m", nil}},
	}}
	return r
}
