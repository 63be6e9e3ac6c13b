// SPDX-License-Identifier: Apache-2.0

package rules

import "fmt"

// rateWindow is how far rates look back. A scrape may fail, or an export by OTLP come once a minute.
const rateWindow = "5m"

// acceptedRate, quietIncrease, rejectedRatio and the like are the recorded series that alerts build on.
func (k *maker) quietIncrease() string {
	return k.recorded(k.own("events_accepted"), "increase"+promDuration(k.quiet), "event_type")
}

func (k *maker) rejectedRatio() string {
	return k.recorded(k.own("events_rejected"), "ratio_rate"+rateWindow, "event_type")
}

// recording are the rules about the SDK itself.
func (k *maker) recording() []rule {
	rate := func(metric string, more ...string) string {
		return fmt.Sprintf("rate(%s[%s])", k.of(k.own(metric), more...), rateWindow)
	}
	accepted := k.sum(rate("events_accepted_total"), "event_type")
	rejected := k.sum(rate("events_rejected_total", `reason!="canceled"`), "event_type")
	all := []rule{
		k.rateOf("events_accepted", accepted),
		k.rateOf("events_stored", k.sum(rate("events_stored_total"), "event_type")),
		{
			record: k.quietIncrease(),
			expr:   k.sum(fmt.Sprintf("increase(%s[%s])", k.of(k.own("events_accepted_total")), promDuration(k.quiet)), "event_type"),
		},
		{
			comment: "Of the events that callers tracked, those that were refused. A call that ended while another tracked the same key refused nothing.",
			record:  k.rejectedRatio(),
			expr:    fmt.Sprintf("%s\n/\n((%s + %[1]s) > 0)", rejected, accepted),
		},
		{
			record: k.recorded(k.own("journal_pending"), "sum"),
			expr:   k.sum(k.of(k.own("journal_pending"))),
		},
		{
			record: k.recorded(k.own("journal_oldest_age_seconds"), "max"),
			expr:   "max by " + k.by() + " (" + k.of(k.own("journal_oldest_age_seconds")) + ")",
		},
		{
			record: k.recorded(k.own("store_batch_duration_seconds"), "p95_rate"+rateWindow),
			expr:   "histogram_quantile(0.95, " + k.sum(rate("store_batch_duration_seconds_bucket"), "le") + ")",
		},
	}
	k.testRecording(all)
	return all
}

func (k *maker) rateOf(metric, expr string) rule {
	metric = k.own(metric)
	record := k.recorded(metric, "rate"+rateWindow, "event_type")
	return rule{record: record, expr: expr, tests: []test{{
		name: "sums over instances, by type, through a restart",
		inputs: []input{
			{k.series(metric+"_total", "instance", "a", "event_type", "x"), "0+60x10"},
			{k.series(metric+"_total", "instance", "b", "event_type", "x"), "1000 0+120x9"},
			{k.series(metric+"_total", "instance", "a", "event_type", "y"), "7x10"},
		},
		asks: []asked{{record, "10m", []sampled{
			{k.series(record, "event_type", "x"), 3},
			{k.series(record, "event_type", "y"), 0},
		}}},
	}}}
}

// testRecording adds the tests of the rules whose names it knows.
func (k *maker) testRecording(all []rule) {
	accepted, rejected := k.own("events_accepted_total"), k.own("events_rejected_total")
	pending, oldest, duration := k.own("journal_pending"), k.own("journal_oldest_age_seconds"), k.own("store_batch_duration_seconds_bucket")
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
					{k.series(accepted, "instance", "a", "event_type", "y"), "7x10"},
					{k.series(rejected, "instance", "a", "event_type", "y", "reason", "invalid"), "7x10"},
				},
				asks: []asked{{name, "10m", []sampled{{k.series(name, "event_type", "x"), 0.25}}}},
			}}
		case k.recorded(k.own("journal_pending"), "sum"):
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
		case k.recorded(k.own("store_batch_duration_seconds"), "p95_rate"+rateWindow):
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
