// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"fmt"

	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// rateWindow is how far rates look back. A scrape may fail, or an export by OTLP come once a minute.
const rateWindow = "5m"

// acceptedRate, quietIncrease, rejectedRatio and the like are the recorded series that alerts build on.
func (k *maker) quietIncrease() string {
	return k.recorded(k.own(ownmetrics.EventsAccepted), "increase"+promDuration(k.quiet), "event_type")
}

func (k *maker) rejectedRatio() string {
	return k.recorded(k.own(ownmetrics.EventsRejected), "ratio_rate"+rateWindow, "event_type")
}

// recording are the rules about the SDK itself.
func (k *maker) recording() []rule {
	rate := func(name string, more ...string) string {
		return fmt.Sprintf("rate(%s[%s])", k.of(name, more...), rateWindow)
	}
	accepted := k.sum(rate(k.own(ownmetrics.EventsAccepted)), "event_type")
	rejected := k.sum(rate(k.own(ownmetrics.EventsRejected), `reason!~"canceled|suppressed"`), "event_type")
	all := []rule{
		k.rateOf(k.own(ownmetrics.EventsAccepted), accepted),
		k.rateOf(k.own(ownmetrics.EventsStored), k.sum(rate(k.own(ownmetrics.EventsStored)), "event_type")),
		{
			record: k.quietIncrease(),
			expr:   k.sum(fmt.Sprintf("increase(%s[%s])", k.of(k.own(ownmetrics.EventsAccepted)), promDuration(k.quiet)), "event_type"),
		},
		{
			comment: "Of the events that callers tracked, those that were refused. A call that ended while another tracked the same key refused nothing, and suppressed users are meant to be.",
			record:  k.rejectedRatio(),
			expr:    fmt.Sprintf("%s\n/\n((%s + %[1]s) > 0)", rejected, accepted),
		},
		{
			record: k.recorded(k.own(ownmetrics.JournalPending), "sum"),
			expr:   k.sum(k.of(k.own(ownmetrics.JournalPending))),
		},
		{
			record: k.recorded(k.own(ownmetrics.JournalOldestAge), "max"),
			expr:   "max by " + k.by() + " (" + k.of(k.own(ownmetrics.JournalOldestAge)) + ")",
		},
		{
			record: k.recorded(k.own(ownmetrics.StoreBatchDuration), "p95_rate"+rateWindow),
			expr:   "histogram_quantile(0.95, " + k.sum(rate(k.own(ownmetrics.StoreBatchDuration)+"_bucket"), "le") + ")",
		},
	}
	k.testRecording(all)
	return all
}

func (k *maker) rateOf(metric, expr string) rule {
	record := k.recorded(metric, "rate"+rateWindow, "event_type")
	return rule{record: record, expr: expr, tests: []test{{
		name: "sums over instances, by type, through a restart",
		inputs: []input{
			{k.series(metric, "instance", "a", "event_type", "x"), "0+60x10"},
			{k.series(metric, "instance", "b", "event_type", "x"), "1000 0+120x9"},
			{k.series(metric, "instance", "a", "event_type", "y"), "7x10"},
		},
		asks: []asked{{record, "10m", []sampled{
			{k.series(record, "event_type", "x"), 3},
			{k.series(record, "event_type", "y"), 0},
		}}},
	}}}
}

// testRecording adds the tests of the rules whose names it knows.
func (k *maker) testRecording(all []rule) {
	accepted, rejected := k.own(ownmetrics.EventsAccepted), k.own(ownmetrics.EventsRejected)
	pending, oldest, duration := k.own(ownmetrics.JournalPending), k.own(ownmetrics.JournalOldestAge), k.own(ownmetrics.StoreBatchDuration)+"_bucket"
	quiet := int(k.quiet.Minutes())
	for i := range all {
		r := &all[i]
		name := r.record
		switch name {
		case k.quietIncrease():
			r.tests = []test{{
				name: "counts the events of the window",
				inputs: []input{
					{k.series(accepted, "instance", "a", "event_type", "x"), fmt.Sprintf("0+1x%d", 2*quiet)},
					{k.series(accepted, "instance", "b", "event_type", "x"), fmt.Sprintf("0+2x%d", 2*quiet)},
				},
				asks: []asked{{name, fmt.Sprintf("%dm", 2*quiet), []sampled{{k.series(name, "event_type", "x"), float64(3 * quiet)}}}},
			}}
		case k.rejectedRatio():
			r.tests = []test{{
				name: "is a part of what was tracked, and is not there without",
				inputs: []input{
					{k.series(accepted, "instance", "a", "event_type", "x"), "0+120x10"},
					{k.series(accepted, "instance", "b", "event_type", "x"), "0+60x10"},
					{k.series(rejected, "instance", "a", "event_type", "x", "reason", "invalid"), "0+30x10"},
					{k.series(rejected, "instance", "b", "event_type", "x", "reason", "too_large"), "0+30x10"},
					{k.series(rejected, "instance", "b", "event_type", "x", "reason", "canceled"), "0+30x10"},
					{k.series(rejected, "instance", "b", "event_type", "x", "reason", "suppressed"), "0+30x10"},
					{k.series(accepted, "instance", "a", "event_type", "y"), "7x10"},
					{k.series(rejected, "instance", "a", "event_type", "y", "reason", "invalid"), "7x10"},
				},
				asks: []asked{{name, "10m", []sampled{{k.series(name, "event_type", "x"), 0.25}}}},
			}}
		case k.recorded(k.own(ownmetrics.JournalPending), "sum"):
			r.tests = []test{{
				name:   "sums over instances",
				inputs: []input{{k.series(pending, "instance", "a"), "3x10"}, {k.series(pending, "instance", "b"), "4x10"}},
				asks:   []asked{{name, "5m", []sampled{{k.series(name), 7}}}},
			}}
		case k.recorded(oldest, "max"):
			r.tests = []test{{
				name:   "is that of the worst instance",
				inputs: []input{{k.series(oldest, "instance", "a"), "3x10"}, {k.series(oldest, "instance", "b"), "4x10"}},
				asks:   []asked{{name, "5m", []sampled{{k.series(name), 4}}}},
			}}
		case k.recorded(k.own(ownmetrics.StoreBatchDuration), "p95_rate"+rateWindow):
			r.tests = []test{{
				name: "is over all instances",
				inputs: []input{
					{k.series(duration, "instance", "a", "le", "0.5"), "0+0x10"},
					{k.series(duration, "instance", "a", "le", "1"), "0+60x10"},
					{k.series(duration, "instance", "a", "le", "+Inf"), "0+60x10"},
					{k.series(duration, "instance", "b", "le", "0.5"), "0+60x10"},
					{k.series(duration, "instance", "b", "le", "1"), "0+60x10"},
					{k.series(duration, "instance", "b", "le", "+Inf"), "0+60x10"},
				},
				asks: []asked{{name, "10m", []sampled{{k.series(name), 0.95}}}}, // 0.5 + (0.95 × 2 − 1) × 0.5
			}}
		}
	}
}
