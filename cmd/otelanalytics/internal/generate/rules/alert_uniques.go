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
	uncovered := k.own(ownmetrics.UniquesUncovered)
	r := rule{
		alert:       "OtelanalyticsUniquesUncovered",
		expr:        k.grown(uncovered, []string{"instance"}),
		severity:    warning,
		summary:     "{{ $labels.job }}: {{ $labels.instance }} may not write the collections of sketches",
		description: `{{ printf "%.0f" $value }} deliveries in 15m had no lease: a crash would leave their users out. Give the account the rights on the two collections.`,
	}
	return k.grownRule(r, "", func(name string) (string, firing) {
		return k.series(uncovered, "instance", name), firing{
			k.labels("instance", name), k.target["job"] + ": " + name + " may not write the collections of sketches",
			"1 deliveries in 15m had no lease: a crash would leave their users out. Give the account the rights on the two collections.",
		}
	})
}

func (k *maker) uniquesDamaged() rule {
	damaged := k.own(ownmetrics.UniquesDamaged)
	r := rule{
		alert:       "OtelanalyticsUniquesDamaged",
		expr:        k.grown(damaged, []string{"instance"}),
		severity:    warning,
		summary:     "{{ $labels.job }}: {{ $labels.instance }} passed over saved sketches",
		description: `{{ printf "%.0f" $value }} in 15m: damaged, or of another key, so that users are missing. "otelanalytics uniques rebuild" counts them again from the documents.`,
	}
	return k.grownRule(r, "", func(name string) (string, firing) {
		return k.series(damaged, "instance", name), firing{
			k.labels("instance", name), k.target["job"] + ": " + name + " passed over saved sketches",
			`1 in 15m: damaged, or of another key, so that users are missing. "otelanalytics uniques rebuild" counts them again from the documents.`,
		}
	})
}
