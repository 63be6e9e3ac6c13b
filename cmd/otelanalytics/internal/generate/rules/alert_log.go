// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"fmt"
	"strings"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// log are the alerts for a log between services and MongoDB, which otelanalytics deliver reads.
func (k *maker) log() []rule {
	return []rule{k.logAway(), k.logBehind(), k.logExpires(), k.logFull()}
}

const (
	// expiresAt is the part of the time that a log keeps an event for, after which as much is left for a repair.
	expiresAt = 0.5
	// fullAt is the part of the other limits.
	fullAt = 0.8
)

func (k *maker) logAway() rule {
	up := k.own(ownmetrics.LogUp)
	r := rule{
		alert:       "OtelanalyticsLogAway",
		expr:        k.of(up) + " == 0",
		hold:        5 * time.Minute,
		severity:    warning,
		summary:     "{{ $labels.job }}: {{ $labels.instance }} cannot read {{ $labels.log }}",
		description: "Events stay in the log until it can, for as long as the log keeps them. The process logs why.",
	}
	series := func(instance string) string { return k.series(up, "instance", instance, "log", "nats E as m") }
	r.tests = []test{{
		name:   "fires for the process that has no answer",
		inputs: []input{{series("a"), "1x10 0x30"}, {series("b"), "1x40"}},
		fires: []fires{{"15m", nil}, {"16m", []firing{{
			labels:  k.labels("instance", "a", "log", "nats E as m"),
			summary: k.target["job"] + ": a cannot read nats E as m", description: r.description,
		}}}},
	}, {
		name:   "is silent when it is over soon",
		inputs: []input{{series("a"), "1x10 0x4 1x20"}},
		fires:  []fires{{"14m", nil}, {"20m", nil}},
	}}
	return r
}

// logBehind is about a group, whose processes say the same of it.
func (k *maker) logBehind() rule {
	oldest, age := k.own(ownmetrics.LogOldestAge), int(k.pendingAge.Seconds())
	r := rule{
		alert:       "OtelanalyticsLogBehind",
		expr:        fmt.Sprintf("max by %s (%s) > %d", k.by("log"), k.of(oldest), age),
		hold:        5 * time.Minute,
		severity:    warning,
		summary:     "{{ $labels.job }}: {{ $labels.log }} is behind: its oldest event has waited for {{ $value | humanizeDuration }}",
		description: "The events are in the log and not in MongoDB: nothing reads them, MongoDB is away or slower than events come in, or a quarantine has no room.",
	}
	series := func(instance, log string) string { return k.series(oldest, "instance", instance, "log", log) }
	r.tests = []test{{
		name: "fires once for a group whose oldest event has waited for too long",
		inputs: []input{
			{series("a", "nats E as m"), fmt.Sprintf("0x10 %dx30", age+1)},
			{series("b", "nats E as m"), fmt.Sprintf("0x10 %dx30", age)},
			{series("c", "nats E as n"), "0x40"},
		},
		fires: []fires{{"15m", nil}, {"16m", []firing{{
			labels:  k.labels("log", "nats E as m"),
			summary: k.target["job"] + ": nats E as m is behind: its oldest event has waited for " + humanDuration(age+1), description: r.description,
		}}}},
	}, {
		name:   "is silent up to that age, and when it is over soon",
		inputs: []input{{series("a", "nats E as m"), fmt.Sprintf("0x10 %dx20 %dx3 0x20", age, 2*age)}},
		fires:  []fires{{"30m", nil}, {"34m", nil}, {"36m", nil}},
	}}
	return r
}

// logExpires is about events that the log removes before anybody has read them.
func (k *maker) logExpires() rule {
	r := k.logUses("OtelanalyticsLogExpires", "age", expiresAt, 5*time.Minute)
	r.comment = "At half of the time that the log keeps an event for: as much is left to repair what keeps readers from it."
	r.summary = "{{ $labels.job }}: {{ $labels.log }} removes unread events soon: the oldest is at {{ $value | humanizePercentage }} of the age at which it goes"
	r.description = "At 100% they are lost for MongoDB. Have otelanalytics deliver read them, or have the log keep events for longer."
	r.tests = k.usedTests(r, "age", expiresAt, "nats E as m removes unread events soon: the oldest is at %s of the age at which it goes")
	return r
}

// logFull is about the limits by size.
func (k *maker) logFull() rule {
	r := k.logUses("OtelanalyticsLogFull", "bytes|messages", fullAt, time.Minute)
	r.summary = "{{ $labels.job }}: {{ $labels.log }} is at {{ $value | humanizePercentage }} of its limit ({{ $labels.limit }})"
	r.description = "At 100% the log refuses new events, which then fill the journals of services, or it removes unread ones, as it is configured."
	for _, limit := range []string{"bytes", "messages"} {
		r.tests = append(r.tests, k.usedTests(r, limit, fullAt, "nats E as m is at %s of its limit ("+limit+")")...)
	}
	return r
}

// logUses is an alert for a part of a limit that is used.
func (k *maker) logUses(alert, limits string, above float64, hold time.Duration) rule {
	limit := fmt.Sprintf("limit=~%q", limits)
	if !strings.Contains(limits, "|") {
		limit = fmt.Sprintf("limit=%q", limits)
	}
	return rule{
		alert:    alert,
		expr:     fmt.Sprintf("max by %s (%s) > %v", k.by("log", "limit"), k.of(k.own(ownmetrics.LogUsed), limit), above),
		hold:     hold,
		severity: critical,
	}
}

func (k *maker) usedTests(r rule, limit string, above float64, says string) []test {
	used := k.own(ownmetrics.LogUsed)
	series := func(instance, limit string) string {
		return k.series(used, "instance", instance, "log", "nats E as m", "limit", limit)
	}
	other := map[string]string{"age": "bytes"}[limit]
	if other == "" {
		other = "age"
	}
	hold := int(r.hold.Minutes())
	return []test{{
		name: "fires above that part of " + limit,
		inputs: []input{
			{series("a", limit), fmt.Sprintf("0x10 %vx30", above+0.125)},
			{series("b", limit), "0x40"},
			{series("b", other), "0x40"},
		},
		fires: []fires{{minutes(10 + hold), nil}, {minutes(11 + hold), []firing{{
			labels:      k.labels("log", "nats E as m", "limit", limit),
			summary:     k.target["job"] + ": " + fmt.Sprintf(says, fmt.Sprintf("%.4g%%", (above+0.125)*100)),
			description: r.description,
		}}}},
	}, {
		name:   "is silent up to it, and about another limit: " + limit,
		inputs: []input{{series("a", limit), fmt.Sprintf("%vx40", above)}, {series("a", "unknown"), "1x40"}},
		fires:  []fires{{"40m", nil}},
	}}
}
