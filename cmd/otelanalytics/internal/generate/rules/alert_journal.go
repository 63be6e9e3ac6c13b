// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"fmt"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// journal are the alerts for events that wait on disk.
func (k *maker) journal() []rule {
	return []rule{k.waiting(), k.sinkAway(), k.consumerBehind(), k.fillsUp(), k.nearlyFull(), k.lost()}
}

func (k *maker) waiting() rule {
	oldest, age := k.own(ownmetrics.JournalOldestAge), int(k.pendingAge.Seconds())
	r := rule{
		alert:       "OtelanalyticsEventsWait",
		expr:        fmt.Sprintf("%s > %d", k.of(oldest), age),
		hold:        5 * time.Minute,
		severity:    warning,
		summary:     "{{ $labels.job }}: events of {{ $labels.instance }} have waited for {{ $value | humanizeDuration }}",
		description: "They are safe on disk and not in MongoDB: it is down, slower than the events arrive, or refuses batches.",
	}
	series := k.series(oldest, "instance", "a")
	r.tests = []test{{
		name:   "fires when the oldest event has waited for too long, and keeps firing",
		inputs: []input{{series, fmt.Sprintf("0x10 %dx30", age+1)}},
		fires: []fires{{"15m", nil}, {"16m", []firing{{
			labels:  k.labels("instance", "a"),
			summary: k.target["job"] + ": events of a have waited for " + humanDuration(age+1), description: r.description,
		}}}},
	}, {
		name:   "is silent up to that age, and when it is over soon",
		inputs: []input{{series, fmt.Sprintf("0x10 %dx20 %dx3 0x20", age, 2*age)}},
		fires:  []fires{{"30m", nil}, {"34m", nil}, {"36m", nil}},
	}}
	return r
}

// humanDuration writes whole seconds as the template function humanizeDuration does.
func humanDuration(seconds int) string {
	d, h, m, s := seconds/86400, seconds/3600%24, seconds/60%60, seconds%60
	switch {
	case d > 0:
		return fmt.Sprintf("%dd %dh %dm %ds", d, h, m, s)
	case h > 0:
		return fmt.Sprintf("%dh %dm %ds", h, m, s)
	}
	return fmt.Sprintf("%dm %ds", m, s)
}

// fillsUp looks ahead. The window is longer than a burst, and the age tells a journal that is drained from one that is not.
func (k *maker) fillsUp() rule {
	size, oldest := k.own(ownmetrics.JournalSize), k.own(ownmetrics.JournalOldestAge)
	r := rule{
		comment: "As it has grown in the last 30 minutes, it is full within 4 hours. A journal whose events do not wait is being drained.",
		alert:   "OtelanalyticsJournalFillsUp",
		expr: fmt.Sprintf("predict_linear(%s[30m], 4 * 3600) > %d\nand\n%s > 300",
			k.of(size), k.journalBytes, k.of(oldest)),
		hold:        10 * time.Minute,
		severity:    critical,
		summary:     "{{ $labels.job }}: the journal of {{ $labels.instance }} is full within 4h",
		description: "As it grows now, it reaches its bound of " + k.journalBytes.String() + ", and then events are refused.",
	}
	part := int64(k.journalBytes) / 1000
	sized := func(a, b int64, n int) input {
		return input{k.series(size, "instance", "a"), fmt.Sprintf("%d%+dx%d", a*part, b*part, n)}
	}
	waits := func(values string) input { return input{k.series(oldest, "instance", "a"), values} }
	fire := []firing{{
		labels:  k.labels("instance", "a"),
		summary: k.target["job"] + ": the journal of a is full within 4h", description: r.description,
	}}
	r.tests = []test{{
		name:   "fires when it grows, and events wait",
		inputs: []input{sized(100, 4, 40), waits("0x10 301x30")}, // after 40 minutes 260, and 960 in 4 hours
		fires:  []fires{{"20m", nil}, {"21m", fire}, {"40m", fire}},
	}, {
		name:   "is silent when there is time",
		inputs: []input{sized(100, 3, 40), waits("301x40")},
		fires:  []fires{{"40m", nil}},
	}, {
		name:   "is silent when it grows and events do not wait",
		inputs: []input{sized(100, 4, 40), waits("300x40")},
		fires:  []fires{{"40m", nil}},
	}, {
		name:   "is silent about a burst",
		inputs: []input{{k.series(size, "instance", "a"), fmt.Sprintf("%dx30 %d+%dx20", 100*part, 104*part, 4*part)}, waits("301x60")},
		fires:  []fires{{"48m", nil}},
	}, {
		name:   "is silent when it is drained",
		inputs: []input{sized(900, -4, 40), waits("301x40")},
		fires:  []fires{{"40m", nil}},
	}}
	return r
}

func (k *maker) nearlyFull() rule {
	size, bound := k.own(ownmetrics.JournalSize), int64(k.journalBytes)
	r := rule{
		alert:       "OtelanalyticsJournalNearlyFull",
		expr:        fmt.Sprintf("%s > 0.8 * %d", k.of(size), bound),
		hold:        time.Minute,
		severity:    critical,
		summary:     "{{ $labels.job }}: the journal of {{ $labels.instance }} is at more than 80% of its bound",
		description: "At " + k.journalBytes.String() + " events are refused, or callers wait, depending on the configuration.",
	}
	series := k.series(size, "instance", "a")
	r.tests = []test{{
		name:   "fires above 80%",
		inputs: []input{{series, fmt.Sprintf("0x10 %dx20", bound/100*81)}},
		fires: []fires{{"11m", nil}, {"12m", []firing{{
			labels:  k.labels("instance", "a"),
			summary: k.target["job"] + ": the journal of a is at more than 80% of its bound", description: r.description,
		}}}},
	}, {
		name:   "is silent below",
		inputs: []input{{series, fmt.Sprintf("%dx30", bound/100*79)}},
		fires:  []fires{{"30m", nil}},
	}}
	return r
}

// lost is about damage on disk, and about stores in memory that could not deliver: there must be none.
func (k *maker) lost() rule {
	r := rule{
		alert:       "OtelanalyticsEventsLost",
		expr:        k.grown(k.own(ownmetrics.EventsLost), []string{"instance"}),
		severity:    critical,
		summary:     "{{ $labels.job }}: {{ $labels.instance }} has lost events",
		description: `{{ printf "%.0f" $value }} in 15m: they were accepted and MongoDB will not get them. The log names the damaged file, or the events that a store in memory lost.`,
	}
	return k.grownRule(r, "", func(name string) (string, firing) {
		return k.series(k.own(ownmetrics.EventsLost), "instance", name), firing{
			k.labels("instance", name), k.target["job"] + ": " + name + " has lost events",
			"1 in 15m: they were accepted and MongoDB will not get them. The log names the damaged file, or the events that a store in memory lost.",
		}
	})
}
