// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"fmt"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// uniques are the alerts for numbers of distinct users that are old or too low.
func (k *maker) uniques() []rule {
	return []rule{k.uniquesOld(), k.uniquesUncovered(), k.uniquesDamaged()}
}

// uniquesAge is how old numbers may be that are read once a minute.
const uniquesAge = 600

func (k *maker) uniquesOld() rule {
	age := k.own(ownmetrics.UniquesReadingAge)
	r := rule{
		alert:       "OtelanalyticsUniquesOld",
		expr:        fmt.Sprintf("%s > %d", k.of(age), uniquesAge),
		hold:        5 * time.Minute,
		severity:    warning,
		summary:     "{{ $labels.job }}: {{ $labels.instance }} has not read distinct users for {{ $value | humanizeDuration }}",
		description: "Its gauges keep the last numbers. The log has the error; " + k.own(ownmetrics.UniquesErrors) + ` of kind "read" counts them.`,
	}
	series := k.series(age, "instance", "a")
	r.tests = []test{{
		name:   "fires when readings fail for long",
		inputs: []input{{series, fmt.Sprintf("30x10 %d+60x30", uniquesAge+1)}, {k.series(age, "instance", "b"), "30x40"}},
		fires: []fires{{"15m", nil}, {"16m", []firing{{
			labels:  k.labels("instance", "a"),
			summary: k.target["job"] + ": a has not read distinct users for " + humanDuration(uniquesAge+1+5*60), description: r.description,
		}}}},
	}, {
		name:   "is silent up to that age, and when it is over soon",
		inputs: []input{{series, fmt.Sprintf("0x10 %dx20 %dx3 0x20", uniquesAge, 2*uniquesAge)}},
		fires:  []fires{{"30m", nil}, {"34m", nil}, {"36m", nil}},
	}}
	return r
}

func (k *maker) uniquesUncovered() rule {
	return k.uniquesGrown("OtelanalyticsUniquesUncovered", k.own(ownmetrics.UniquesUncovered), "may not write the collections of sketches",
		"deliveries in 15m had no lease: a crash would leave their users out. Give the account the rights on the two collections.")
}

func (k *maker) uniquesDamaged() rule {
	return k.uniquesGrown("OtelanalyticsUniquesDamaged", k.own(ownmetrics.UniquesDamaged), "skipped saved sketches",
		`in 15m: damaged, or of another key, so that users are missing. "otelanalytics uniques rebuild" counts them again from the documents.`)
}

// uniquesGrown is an alert for a counter of an instance. did follows the instance in the summary, and what the number in the description.
func (k *maker) uniquesGrown(alert, counter, did, what string) rule {
	r := rule{
		alert:       alert,
		expr:        k.grown(counter, []string{"instance"}),
		severity:    warning,
		summary:     "{{ $labels.job }}: {{ $labels.instance }} " + did,
		description: `{{ printf "%.0f" $value }} ` + what,
	}
	return k.grownRule(r, "", func(name string) (string, firing) {
		return k.series(counter, "instance", name), firing{k.labels("instance", name), k.target["job"] + ": " + name + " " + did, "1 " + what}
	})
}
