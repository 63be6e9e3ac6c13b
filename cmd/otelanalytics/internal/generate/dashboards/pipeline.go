// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"fmt"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/promql"
	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// own is the SDK's own metrics.
type own struct{ naming promql.Naming }

func (o own) of(m *ownmetrics.Metric) promql.Series { return o.naming.Own(m).Where(targets()...) }

// several returns what some of the SDK's metrics have, together. Those that have no series yet do no harm.
func (o own) several(metrics ...*ownmetrics.Metric) string {
	names := make([]string, len(metrics))
	for i, m := range metrics {
		names[i] = o.naming.Name(m.PrometheusName())
	}
	return "{" + strings.Join(append([]string{promql.Match("__name__", strings.Join(names, "|"))}, targets()...), ", ") + "}"
}

// there are series of every process that is scraped.
func (o own) there() promql.Series { return o.of(ownmetrics.EventsAccepted) }

// Where the axes of what should be 0 end at least: counts, and counts a second.
const (
	totalLeast = 1
	rateLeast  = 0.1
)

// pipelineSections are the way of events from Track to MongoDB.
func pipelineSections(naming promql.Naming) []section {
	o := own{naming}
	return []section{o.flow(), o.journal(), o.store(), o.refusals(), o.uniques()}
}

func (o own) flow() section {
	const none = "The service has no store, or is not scraped"
	return section{key: "flow", title: "From Track to MongoDB", charts: []chart{
		{
			key: "balance", kind: figures, title: "Unaccounted for", unit: number, none: none, zero: true,
			description: "Accepted + recovered - stored - deduplicated - pending - quarantined - suppressed - lost, in each process. It is 0 once a process is quiet; " +
				"while events are under way a few may be between two of the numbers.",
			queries: []query{{
				expr: fmt.Sprintf("sum by (instance) (%s) - sum by (instance) (%s)",
					o.several(ownmetrics.EventsAccepted, ownmetrics.EventsRecovered),
					o.several(ownmetrics.EventsStored, ownmetrics.EventsDeduplicated, ownmetrics.EventsQuarantined, ownmetrics.EventsSuppressed,
						ownmetrics.EventsLost, ownmetrics.JournalPending)),
				legend: legend("", "instance"),
			}},
		},
		{
			key: "flow/rate", kind: series, title: "Accepted and stored", unit: each, none: none,
			description: "How many events the journal took, and how many MongoDB acknowledged, a second. Stored stays below accepted while MongoDB " +
				"does not keep up, and is above it while it catches up.",
			queries: []query{
				{expr: o.of(ownmetrics.EventsAccepted).Rate(perPoint), legend: "accepted"},
				{expr: o.of(ownmetrics.EventsStored).Rate(perPoint), legend: "stored"},
			},
		},
		{
			key: "flow/type", kind: series, title: "Accepted by type", unit: each, none: none, many: true,
			description: "How many events the journal took, a second, by type; other is every type that the map does not declare." + topNote,
			queries:     []query{{expr: top(o.of(ownmetrics.EventsAccepted), rated("event_type"), "event_type"), legend: legend("", "event_type")}},
		},
		{
			key: "flow/totals", kind: figures, title: "Since the start", unit: number, none: none,
			description: "What the processes that run now have counted since they started.",
			queries: []query{
				{expr: o.of(ownmetrics.EventsAccepted).Sum(), legend: "accepted"},
				{expr: o.of(ownmetrics.EventsRecovered).Sum(), legend: "recovered"},
				{expr: o.of(ownmetrics.EventsStored).Sum(), legend: "stored"},
				{expr: o.of(ownmetrics.EventsDeduplicated).Sum(), legend: "deduplicated"},
				{expr: o.of(ownmetrics.EventsLost).Sum(), legend: "lost"},
				{expr: o.of(ownmetrics.EventsDuplicate).Sum(), legend: "duplicate"},
				{expr: o.of(ownmetrics.EventsRejected).Sum(), legend: "rejected"},
			},
		},
	}}
}

func (o own) journal() section {
	const none = "The service has no store, or is not scraped"
	pending := o.of(ownmetrics.JournalPending)
	oldest := o.of(ownmetrics.JournalOldestAge)
	size := o.of(ownmetrics.JournalSize)
	return section{key: "journal", title: "Journal", charts: []chart{
		{
			key: "journal/now", kind: figures, three: true, title: "Journal, now", unit: number, none: none,
			description: "Events that are not in MongoDB yet, how long the oldest has been waiting, and what the journal takes on disk.",
			queries: []query{
				{expr: pending.Sum(), legend: "pending"},
				{expr: oldest.Max(), legend: "oldest", unit: seconds},
				{expr: size.Sum(), legend: "on disk", unit: inBytes},
			},
		},
		{
			key: "journal/pending", kind: series, title: "Pending", unit: number, none: none,
			description: "Events in the journal that are not in MongoDB yet. When it grows while MongoDB answers, there are more events than one instance can store.",
			queries:     []query{{expr: pending.Sum("instance"), legend: legend("", "instance")}},
		},
		{
			key: "journal/oldest", kind: series, title: "Oldest pending event", unit: seconds, none: none,
			description: "How long the oldest pending event has been waiting. More than a minute means that something is stuck.",
			queries:     []query{{expr: oldest.Max("instance"), legend: legend("", "instance")}},
		},
		{
			key: "journal/size", kind: series, title: "Journal on disk", unit: inBytes, none: none,
			description: "Size of the journal on disk. At its bound, journal.max_bytes, events are rejected or have to wait.",
			queries:     []query{{expr: size.Sum("instance"), legend: legend("", "instance")}},
		},
		{
			key: "journal/consumers", kind: series, title: "Pending, by consumer", unit: number, none: none, least: totalLeast,
			description: "Events in the journal that a consumer other than MongoDB is not done with. The journal keeps them, and becomes full. " +
				"The line none means that there are no such consumers.",
			queries: []query{{
				expr: orNone(o.of(ownmetrics.JournalConsumerPending).Sum("consumer", "instance"), "consumer", o.there()), legend: "{{consumer}} {{instance}}",
			}},
		},
		{
			key: "journal/consumer_errors", kind: series, title: "Errors, by consumer", unit: each, none: none, least: rateLeast,
			description: "Calls of a consumer other than MongoDB that failed and are repeated. The log has the errors. The line none means that none failed.",
			queries: []query{{
				expr: failures(o.of(ownmetrics.JournalConsumerErrors), o.there(), rated("consumer", "instance"), "consumer", "instance"), legend: "{{consumer}} {{instance}}",
			}},
		},
	}}
}

func (o own) store() section {
	const none = "No batch was sent to MongoDB in this time range"
	duration := o.of(ownmetrics.StoreBatchDuration)
	size := o.of(ownmetrics.StoreBatchSize)
	quantiles := func(s promql.Series) []query {
		return []query{
			{expr: s.Average(perPoint), legend: "average"},
			{expr: s.Quantile(0.5, perPoint), legend: "p50"},
			{expr: s.Quantile(0.95, perPoint), legend: "p95"},
			{expr: s.Quantile(0.99, perPoint), legend: "p99"},
		}
	}
	return section{key: "store", title: "Batches to MongoDB", charts: []chart{
		{
			key: "store/duration", kind: series, title: "Batch duration", unit: seconds, none: none,
			description: "Duration of one attempt to insert a batch into MongoDB.", queries: quantiles(duration),
		},
		{
			key: "store/size", kind: series, title: "Batch size", unit: number, none: none,
			description: "Events in one attempt to insert a batch into MongoDB.", queries: quantiles(size),
		},
		{
			key: "store/rate", kind: series, title: "Batches", unit: each, none: none,
			description: "Attempts to insert a batch into MongoDB, a second, failed ones included.",
			queries:     []query{{expr: duration.Observations(perPoint), legend: "batches"}},
		},
	}}
}

// refusals are what did not go the whole way. What has no series before it happens for the first time is shown as a total:
// a rate would not see the first one. Until something happens, a line none is at 0.
func (o own) refusals() section {
	const none = "Nothing is known of this yet: is the service scraped?"
	return section{key: "refusals", title: "Refused, set aside, lost", charts: []chart{
		{
			key: "trouble", kind: series, title: "Trouble since the start", unit: number, none: none, least: totalLeast, many: true,
			description: "What the processes that run now have counted since they started: events lost and events quarantined, by " +
				"reason; failed attempts to deliver events, by kind; data fields of another type than the map declares, by field; panics of the " +
				"before-track hook and of other code that the pipeline calls, by step. When a line rises, read the log. The line none means that nothing happened.",
			queries: []query{{
				expr: orNone(fmt.Sprintf(`label_replace(topk(10, sum by (__name__, reason, kind, field, step) (%s) > 0), "what", "$1", "__name__", %q)`,
					o.several(ownmetrics.EventsLost, ownmetrics.EventsQuarantined, ownmetrics.StoreErrors,
						ownmetrics.FieldsMistyped, ownmetrics.HookPanics, ownmetrics.PipelinePanics), o.naming.Name("otelanalytics_(.+)_total")), "what", o.there()),
				legend: "{{what}} {{reason}}{{kind}}{{field}}{{step}}",
			}},
		},
		{
			key: "violations", kind: series, title: "Data against the event map, since the start", unit: number, none: none, least: totalLeast, many: true,
			description: "Violations of the event map's rules that the processes that run now have counted since they started, by event type, field and " +
				"rule. on_violation of the map decides about the events. The line none means that there were no violations.",
			queries: []query{{
				expr:   orNone("topk(10, "+o.of(ownmetrics.EventsViolations).Sum("event_type", "field", "rule")+")", "event_type", o.there()),
				legend: "{{event_type}} {{field}} {{rule}}",
			}},
		},
		{
			key: "rejected", kind: series, title: "Rejected and dropped, by reason", unit: each, none: none, least: rateLeast, many: true,
			description: "Events that were not accepted, a second: rejected ones, whose callers got an error, by reason, and those that the " +
				"before-track hook dropped (hook).",
			queries: []query{
				{expr: failures(o.of(ownmetrics.EventsRejected), o.there(), rated("reason"), "reason"), legend: legend("", "reason")},
				{expr: o.of(ownmetrics.EventsDropped).Rate(perPoint, "reason"), legend: legend("", "reason")},
			},
		},
		{
			key: "duplicate", kind: series, title: "Duplicates by type", unit: each, none: none, least: rateLeast, many: true,
			description: "Events whose key the same process had accepted before, a second: neither stored nor recorded again." + topNote,
			queries:     []query{{expr: failures(o.of(ownmetrics.EventsDuplicate), o.there(), rated("event_type"), "event_type"), legend: legend("", "event_type")}},
		},
		{
			key: "deduplicated", kind: series, title: "Deduplicated by type", unit: each, none: none, least: rateLeast, many: true,
			description: "Events that MongoDB did not take because it has another event with their key, a second: another instance or an earlier " +
				"process tracked that one. The metrics of the map count both." + topNote,
			queries: []query{{expr: failures(o.of(ownmetrics.EventsDeduplicated), o.there(), rated("event_type"), "event_type"), legend: legend("", "event_type")}},
		},
		{
			key: "overflow", kind: series, title: "Values that became other", unit: each, none: none, least: rateLeast, many: true,
			description: "Values that the map does not list or that are beyond a limit, a second, by metric and attribute; * counts combinations " +
				"beyond max_series." + topNote,
			queries: []query{{
				expr: failures(o.of(ownmetrics.AttributesOverflow), o.there(), rated("metric", "attribute"), "metric", "attribute"), legend: "{{metric}} {{attribute}}",
			}},
		},
		{
			key: "refused", kind: series, title: "Values refused", unit: each, none: none, least: rateLeast, many: true,
			description: "Values that a metric did without, a second, by metric and reason. Their events were stored." + topNote,
			queries: []query{{
				expr: failures(o.of(ownmetrics.ValuesRefused), o.there(), rated("metric", "reason"), "metric", "reason"), legend: "{{metric}} {{reason}}",
			}},
		},
	}}
}
