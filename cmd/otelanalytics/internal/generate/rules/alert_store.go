// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"fmt"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// store are the alerts for what keeps events from MongoDB, and for observers.
func (k *maker) store() []rule {
	return []rule{k.away(), k.storeErrors(), k.quarantined(), k.quarantineUnwritable(), k.observerDown()}
}

// away needs something to store: without, the observers of MongoDB are what notices.
func (k *maker) away() rule {
	errors, stored, pending := k.own(ownmetrics.StoreErrors), k.own(ownmetrics.EventsStored), k.own(ownmetrics.JournalPending)
	by := []string{"instance"}
	r := rule{
		comment: "Events are pending, MongoDB cannot be reached, and nothing is stored. The SDK retries every few seconds.",
		alert:   "OtelanalyticsMongoDBAway",
		expr: fmt.Sprintf("(%s > 0)\nand\n(%s == 0)\nand on %s\n(%s > 0)",
			k.sum(fmt.Sprintf("rate(%s[%s])", k.of(errors, `kind=~"network|timeout|connection"`), rateWindow), by...),
			k.sum(fmt.Sprintf("rate(%s[%s])", k.of(stored), rateWindow), by...), k.by(by...), k.of(pending)),
		hold:        2 * time.Minute,
		severity:    critical,
		summary:     "{{ $labels.job }}: {{ $labels.instance }} cannot reach MongoDB",
		description: "Events are accepted and wait on disk. Nothing is lost while the journal has room.",
	}
	inputs := func(kind, errorValues, storedValues, pendingValues string) []input {
		return []input{
			{k.series(errors, "instance", "a", "kind", kind), errorValues},
			{k.series(stored, "instance", "a", "event_type", "x"), storedValues},
			{k.series(pending, "instance", "a"), pendingValues},
			{k.series(stored, "instance", "b", "event_type", "x"), "0+60x40"}, // the other one is well
			{k.series(pending, "instance", "b"), "1x40"},
		}
	}
	fire := []firing{{
		labels:  k.labels("instance", "a"),
		summary: k.target["job"] + ": a cannot reach MongoDB", description: r.description,
	}}
	const down, up = "_x10 1+10x30", "0+60x10 600x30"
	r.tests = []test{{
		name:   "fires when nothing is stored and MongoDB cannot be reached",
		inputs: inputs("network", down, up, "0x10 1+60x30"),
		fires:  []fires{{"15m", nil}, {"16m", fire}, {"30m", fire}},
	}, {
		name:   "fires when MongoDB was never there",
		inputs: inputs("timeout", "0+10x40", "0x40", "0+60x40"),
		fires:  []fires{{"10m", fire}},
	}, {
		name:   "fires when connections fail",
		inputs: inputs("connection", "0+10x40", "0x40", "0+60x40"),
		fires:  []fires{{"10m", fire}},
	}, {
		name:   "is silent while events are stored all the same",
		inputs: inputs("network", down, "0+60x40", "1x40"),
		fires:  []fires{{"30m", nil}},
	}, {
		name:   "is silent without anything to store",
		inputs: inputs("network", down, up, "0x40"),
		fires:  []fires{{"30m", nil}},
	}, {
		name:   "is silent about what MongoDB answers",
		inputs: inputs("write", down, up, "0x10 1+60x30"),
		fires:  []fires{{"30m", nil}},
	}}
	return r
}

func (k *maker) storeErrors() rule {
	errors := k.own(ownmetrics.StoreErrors)
	r := rule{
		comment:     "One attempt may fail. These fail again and again.",
		alert:       "OtelanalyticsStoreErrors",
		expr:        k.sum(fmt.Sprintf("rate(%s[%s])", k.of(errors), rateWindow), "kind") + " > 0",
		hold:        10 * time.Minute,
		severity:    warning,
		summary:     "{{ $labels.job }}: attempts to deliver events fail ({{ $labels.kind }})",
		description: "They are repeated, and the events are safe on disk. The log has the last error.",
	}
	series := k.series(errors, "instance", "a", "kind", "write")
	r.tests = []test{{
		name:   "fires when attempts keep failing",
		inputs: []input{{series, "_x10 1+1x40"}},
		fires: []fires{{"20m", nil}, {"21m", []firing{{
			labels:  k.labels("kind", "write"),
			summary: k.target["job"] + ": attempts to deliver events fail (write)", description: r.description,
		}}}, {"40m", []firing{{
			labels:  k.labels("kind", "write"),
			summary: k.target["job"] + ": attempts to deliver events fail (write)", description: r.description,
		}}}},
	}, {
		name:   "is silent when some failed and the next did not",
		inputs: []input{{series, "_x10 1+1x3 4x40"}},
		fires:  []fires{{"21m", nil}, {"30m", nil}},
	}}
	return r
}

func (k *maker) quarantined() rule {
	quarantined := k.own(ownmetrics.EventsQuarantined)
	r := rule{
		alert:       "OtelanalyticsEventsQuarantined",
		expr:        k.grown(quarantined, []string{"event_type", "reason"}),
		severity:    warning,
		summary:     "{{ $labels.job }}: MongoDB will never take some {{ $labels.event_type }} ({{ $labels.reason }})",
		description: `{{ printf "%.0f" $value }} in 15m are kept in quarantine.jsonl in the data directory, until the cause is removed.`,
	}
	return k.grownRule(r, "instance", func(name string) (string, firing) {
		return k.series(quarantined, "instance", "a", "event_type", name, "reason", "validation"), firing{
			k.labels("event_type", name, "reason", "validation"), k.target["job"] + ": MongoDB will never take some " + name + " (validation)",
			"1 in 15m are kept in quarantine.jsonl in the data directory, until the cause is removed.",
		}
	})
}

// quarantineUnwritable needs a person, unlike other errors of the store: what MongoDB refuses can go nowhere.
func (k *maker) quarantineUnwritable() rule {
	errors := k.own(ownmetrics.StoreErrors)
	r := rule{
		comment:     "An event that MongoDB will never take stays in the journal until the quarantine file can be written.",
		alert:       "OtelanalyticsQuarantineUnwritable",
		expr:        k.sum(fmt.Sprintf("rate(%s[%s])", k.of(errors, `kind="quarantine"`), rateWindow), "instance") + " > 0",
		hold:        2 * time.Minute,
		severity:    critical,
		summary:     "{{ $labels.job }}: {{ $labels.instance }} cannot write its quarantine file",
		description: "Events that MongoDB refuses wait in files of the journal, which take disk space. Check owner, mode and disk of quarantine.jsonl in the data directory.",
	}
	series := k.series(errors, "instance", "a", "kind", "quarantine")
	fire := []firing{{
		labels:  k.labels("instance", "a"),
		summary: k.target["job"] + ": a cannot write its quarantine file", description: r.description,
	}}
	r.tests = []test{{
		name: "fires while the file cannot be written",
		inputs: []input{
			{series, "_x10 1+12x30"},
			{k.series(errors, "instance", "b", "kind", "quarantine"), "0x40"},
		},
		fires: []fires{{"12m", nil}, {"13m", fire}, {"30m", fire}},
	}, {
		name:   "is silent about other errors",
		inputs: []input{{k.series(errors, "instance", "a", "kind", "network"), "0+12x40"}, {k.series(errors, "instance", "a", "kind", "checkpoint"), "0+12x40"}},
		fires:  []fires{{"30m", nil}},
	}, {
		name:   "is silent once the file can be written",
		inputs: []input{{series, "0+1x10 10x40"}},
		fires:  []fires{{"30m", nil}},
	}}
	return r
}

func (k *maker) observerDown() rule {
	up := k.own(ownmetrics.ObserverUp)
	r := rule{
		alert:       "OtelanalyticsObserverDown",
		expr:        k.of(up) + " == 0",
		hold:        5 * time.Minute,
		severity:    warning,
		summary:     "{{ $labels.job }}: {{ $labels.instance }} cannot read {{ $labels.source }}",
		description: "Its gauges keep the last values. Its source is down, or slow: for active_users and mongodb_server_connections that is MongoDB.",
	}
	series := k.series(up, "instance", "a", "source", "active_users")
	r.tests = []test{{
		name:   "fires when a source cannot be read",
		inputs: []input{{series, "1x10 0x20"}, {k.series(up, "instance", "a", "source", "redis_connections"), "1x30"}},
		fires: []fires{{"15m", nil}, {"16m", []firing{{
			labels:  k.labels("instance", "a", "source", "active_users"),
			summary: k.target["job"] + ": a cannot read active_users", description: r.description,
		}}}},
	}, {
		name:   "is silent when one reading fails",
		inputs: []input{{series, "1x10 0x3 1x20"}},
		fires:  []fires{{"13m", nil}, {"16m", nil}, {"20m", nil}},
	}}
	return r
}
