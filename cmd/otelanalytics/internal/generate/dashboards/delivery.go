// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/promql"
	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// deliverySections are the way of events through a log, and to the sinks beside the first.
func deliverySections(naming promql.Naming) []section {
	o := own{naming}
	batches := o.store()
	batches.key = "delivery/batches"
	return []section{o.lag(), o.logLimits(), batches, o.deliveryQuarantine(), o.sinks()}
}

const noLog = "Nothing reads a log, or otelanalytics deliver is not scraped"

func (o own) lag() section {
	pending, unacknowledged := o.of(ownmetrics.LogPending), o.of(ownmetrics.LogUnacknowledged)
	oldest, up := o.of(ownmetrics.LogOldestAge), o.of(ownmetrics.LogUp)
	return section{key: "log", title: "Lag", charts: []chart{
		{
			key: "log/now", kind: figures, three: true, title: "Lag, now", unit: number, none: noLog,
			description: "Events that no reader of the group has got yet, events that readers have got and not acknowledged, and how long the log has had the " +
				"oldest event that is not acknowledged. Of several groups, the highest.",
			queries: []query{
				{expr: pending.Max(), legend: "pending"},
				{expr: unacknowledged.Max(), legend: "unacknowledged"},
				{expr: oldest.Max(), legend: "oldest", unit: seconds},
			},
		},
		{
			key: "log/pending", kind: series, title: "Pending, by consumer", unit: number, none: noLog,
			description: "Events in the log that no reader of the group has got yet. When it grows while MongoDB answers, start more processes.",
			queries:     []query{{expr: pending.Max("log"), legend: legend("", "log")}},
		},
		{
			key: "log/unacknowledged", kind: series, title: "Unacknowledged, by consumer", unit: number, none: noLog,
			description: "Events that readers of the group have got, and that are neither in MongoDB nor in quarantine yet.",
			queries:     []query{{expr: unacknowledged.Max("log"), legend: legend("", "log")}},
		},
		{
			key: "log/oldest", kind: series, title: "Oldest undelivered event, by consumer", unit: seconds, none: noLog,
			description: "How long the log has had the oldest event that the group has not acknowledged. At the age that the log keeps events for, it removes them.",
			queries:     []query{{expr: oldest.Max("log"), legend: legend("", "log")}},
		},
		{
			key: "log/redelivered", kind: series, title: "Redelivered, by consumer", unit: each, none: noLog, least: rateLeast,
			description: "Events that a reader got and that the group had got before, a second. Some come after a process has ended; MongoDB takes each once. Many, all " +
				"the time, mean that events stay unacknowledged for longer than the log waits.",
			queries: []query{{expr: o.of(ownmetrics.LogRedelivered).Rate(perPoint, "log"), legend: legend("", "log")}},
		},
		{
			key: "log/up", kind: bars, title: "The log answers", unit: number, none: noLog, max: 1,
			description: "Whether the log told each process how far its group is behind: 1, or 0.",
			queries:     []query{{expr: up.Max("instance"), legend: legend("", "instance")}},
		},
	}}
}

func (o own) logLimits() section {
	const none = "The log has no limits, or does not tell otelanalytics deliver of them"
	return section{key: "log/limits", title: "Limits of the log", charts: []chart{
		{
			key: "log/limits/used", kind: series, title: "Used, by limit", unit: percent, none: none, least: shareLeast,
			description: "How much of each limit of the log is used. At 100 % of age, the log removes events that nobody has read. At 100 % of bytes or messages, it refuses new " +
				"events or removes the oldest, as it is configured.",
			queries: []query{{expr: o.of(ownmetrics.LogUsed).Max("log", "limit"), legend: "{{log}} {{limit}}"}},
		},
		{
			key: "log/limits/age", kind: figures, title: "Keeps events for", unit: seconds, none: none,
			description: "How long the log keeps an event, whether it was read or not.",
			queries:     []query{{expr: o.of(ownmetrics.LogMaxAge).Max("log"), legend: legend("", "log")}},
		},
	}}
}

func (o own) deliveryQuarantine() section {
	const none = "Nothing is known of this yet: is otelanalytics deliver scraped?"
	return section{key: "delivery/quarantine", title: "Quarantine", charts: []chart{
		{
			key: "delivery/quarantine/totals", kind: series, title: "Quarantined since the start, by reason", unit: number, none: none, least: totalLeast, many: true,
			description: "Events that MongoDB refused for good and messages that are no events (malformed), that the processes that run now have put into quarantine since they " +
				"started. The line none says that there were none.",
			queries: []query{{
				expr:   orNone("topk(10, "+o.of(ownmetrics.EventsQuarantined).Sum("event_type", "reason")+" > 0)", "event_type", o.of(ownmetrics.JournalPending)),
				legend: "{{event_type}} {{reason}}",
			}},
		},
		{
			key: "delivery/quarantine/errors", kind: series, title: "Errors, by kind", unit: each, none: none, least: rateLeast, many: true,
			description: "Attempts to move events on that failed, a second, by kind. The log has the text. The line none says that none did." + topNote,
			queries: []query{{
				expr: failures(o.of(ownmetrics.StoreErrors), o.of(ownmetrics.JournalPending), rated("kind"), "kind"), legend: legend("", "kind"),
			}},
		},
	}}
}

// sinks are those beside the first, of services.
func (o own) sinks() section {
	const none = "No service is scraped"
	there := o.of(ownmetrics.JournalPending)
	return section{key: "sinks", title: "Sinks beside the first", charts: []chart{
		{
			key: "sinks/pending", kind: series, title: "Pending, by sink", unit: number, none: none, least: totalLeast, many: true,
			description: "Events in the journals of services that a sink beside the first has not got yet. The line none says that there are no such sinks.",
			queries:     []query{{expr: orNone(o.of(ownmetrics.SinkPending).Sum("sink", "instance"), "sink", there), legend: "{{sink}} {{instance}}"}},
		},
		{
			key: "sinks/oldest", kind: series, title: "Oldest pending event, by sink", unit: seconds, none: none, least: totalLeast, many: true,
			description: "How long the oldest event has been waiting that a sink beside the first has not got yet. The journal keeps it, and is full in the end.",
			queries:     []query{{expr: orNone(o.of(ownmetrics.SinkOldestAge).Max("sink", "instance"), "sink", there), legend: "{{sink}} {{instance}}"}},
		},
		{
			key: "sinks/events", kind: series, title: "Done, by sink and outcome", unit: each, none: none, least: rateLeast, many: true,
			description: "Events that a sink beside the first is done with, a second, by outcome." + topNote,
			queries: []query{{
				expr: failures(o.of(ownmetrics.SinkEvents), there, rated("sink", "outcome"), "sink", "outcome"), legend: "{{sink}} {{outcome}}",
			}},
		},
		{
			key: "sinks/errors", kind: series, title: "Errors, by sink and kind", unit: each, none: none, least: rateLeast, many: true,
			description: "Attempts to move events to a sink beside the first that failed, a second, by kind. The log has the text. The line none says that none did." + topNote,
			queries: []query{{
				expr: failures(o.of(ownmetrics.SinkErrors), there, rated("sink", "kind"), "sink", "kind"), legend: "{{sink}} {{kind}}",
			}},
		},
	}}
}
