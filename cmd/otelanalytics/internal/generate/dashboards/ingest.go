// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"fmt"
	"slices"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/promql"
	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// sourceVariable is the variable for those who send events over HTTP.
const sourceVariable = "source"

// fromSources are series of the sources that are chosen.
func (o own) fromSources(m *ownmetrics.Metric) promql.Series {
	return o.of(m).Where(promql.Match("source", "$"+sourceVariable))
}

// ingestSections are what comes over HTTP.
func ingestSections(naming promql.Naming) []section {
	o := own{naming}
	return []section{o.ingestEvents(), o.ingestRequests()}
}

func (o own) ingestEvents() section {
	const none = "The service has no doors for events over HTTP, or is not scraped"
	accepted, refused := o.fromSources(ownmetrics.IngestEventsAccepted), o.fromSources(ownmetrics.IngestEventsRefused)
	some := fmt.Sprintf("(%s or 0 * %s)", refused.Rate(perPoint, "source"), accepted.Rate(perPoint, "source"))
	return section{key: "ingest/events", title: "Events", charts: []chart{
		{
			key: "ingest/events/totals", kind: figures, title: "Since the start", unit: number, none: none,
			description: "How many events the processes that run now have accepted over HTTP since they started, and how many they refused for good.",
			queries: []query{
				{expr: accepted.Sum(), legend: "accepted"},
				{expr: orNone(refused.Sum(), "source", accepted), legend: "refused"},
			},
		},
		{
			key: "ingest/events/accepted", kind: series, title: "Accepted by source", unit: each, none: none, many: true,
			description: "Events that were accepted, a second, by source. An event that is sent again counts again." + topNote,
			queries:     []query{{expr: top(accepted, rated("source"), "source"), legend: legend("", "source")}},
		},
		{
			key: "ingest/events/share", kind: series, title: "Share that is refused, by source", unit: percent, none: none, least: shareLeast, many: true,
			description: "Of the events of each source, the part that was refused for good. Their clients were told, and do not send them again.",
			queries: []query{{
				expr:   fmt.Sprintf("%s / (%[1]s + %s > 0)", some, accepted.Rate(perPoint, "source")),
				legend: legend("", "source"),
			}},
		},
		{
			key: "ingest/events/reasons", kind: series, title: "Refused events by reason", unit: each, none: none, least: rateLeast, many: true,
			description: "Events that were refused for good, a second, by source and reason. The line none means that none was." + topNote,
			queries: []query{{
				expr: failures(refused, accepted, rated("source", "reason"), "source", "reason"), legend: "{{source}} {{reason}}",
			}},
		},
		{
			key: "ingest/events/sampled", kind: series, title: "Counted and not stored, by type", unit: each, none: none, least: rateLeast, many: true,
			description: "Events that metrics count and that are not stored, since a part of their type is, a second, from all sources and other calls. " +
				"The line none means that everything is stored." + topNote,
			queries: []query{{
				expr:   failures(o.of(ownmetrics.EventsSampledOut), o.there(), rated("event_type"), "event_type"),
				legend: legend("", "event_type"),
			}},
		},
	}}
}

func (o own) ingestRequests() section {
	const none = "The service has no doors for events over HTTP, or is not scraped"
	accepted, refused := o.fromSources(ownmetrics.IngestRequestsAccepted), o.fromSources(ownmetrics.IngestRequestsRefused)
	reasons, _ := ownmetrics.IngestRequestsRefused.Label("reason")
	isAgain := func(reason string) bool { return slices.Contains(ownmetrics.IngestComesAgain, reason) }
	again := refused.Where(promql.Match("reason", either(ownmetrics.IngestComesAgain)))
	dropped := refused.Where(promql.Match("reason", either(slices.DeleteFunc(reasons.Names(), isAgain))))
	return section{key: "ingest/requests", title: "Requests", charts: []chart{
		{
			key: "ingest/requests/accepted", kind: series, title: "Accepted requests by source", unit: each, none: none, many: true,
			description: "Requests that were answered with 200, a second, by source." + topNote,
			queries:     []query{{expr: top(accepted, rated("source"), "source"), legend: legend("", "source")}},
		},
		{
			key: "ingest/requests/again", kind: series, title: "Requests that come again", unit: each, none: none, least: rateLeast, many: true,
			description: "Requests that were answered with 429 or 503, a second, by source and reason: clients send them again, most of them. " +
				"The line none means that there were none." + topNote,
			queries: []query{{
				expr: failures(again, accepted, rated("source", "reason"), "source", "reason"), legend: "{{source}} {{reason}}",
			}},
		},
		{
			key: "ingest/requests/dropped", kind: series, title: "Requests that clients drop", unit: each, none: none, least: rateLeast, many: true,
			description: "Requests that were refused for good, a second, by source and reason. Those whose key nobody knows have no source. " +
				"The line none means that there were none." + topNote,
			queries: []query{{
				expr: failures(dropped, accepted, rated("source", "reason"), "source", "reason"), legend: "{{source}} {{reason}}",
			}},
		},
	}}
}
