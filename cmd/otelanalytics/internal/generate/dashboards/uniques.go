// SPDX-License-Identifier: Apache-2.0

package dashboards

import "github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"

// uniques is how distinct users are counted.
func (o own) uniques() section {
	const none = "The service counts no distinct users, or is not scraped"
	return section{key: "uniques", title: "Distinct users in sketches", charts: []chart{
		{
			key: "uniques/age", kind: series, title: "Age of the numbers", unit: seconds, none: none,
			description: "How long ago each process read the numbers of distinct users. They are read once a minute; while readings fail, the gauges keep the last numbers.",
			queries:     []query{{expr: o.of(ownmetrics.UniquesReadingAge).Max("instance"), legend: legend("", "instance")}},
		},
		{
			key: "uniques/errors", kind: series, title: "Errors, by kind", unit: each, none: none, least: rateLeast,
			description: "Failures while distinct users were counted; they are retried. The log has the errors.",
			queries:     []query{{expr: failures(o.of(ownmetrics.UniquesErrors), o.there(), rated("kind"), "kind"), legend: legend("", "kind")}},
		},
		{
			key: "uniques/trouble", kind: figures, title: "Rebuilt and passed over", unit: number, none: none,
			description: "What the processes that run now have counted since they started: ranges of documents that were counted again because a process had ended, deliveries " +
				"without a lease, damaged sketches that were skipped, and times that sketches were dropped for their memory.",
			queries: []query{
				{expr: o.of(ownmetrics.UniquesRebuilt).Sum(), legend: "rebuilt"},
				{expr: o.of(ownmetrics.UniquesUncovered).Sum(), legend: "uncovered"},
				{expr: o.of(ownmetrics.UniquesDamaged).Sum(), legend: "damaged"},
				{expr: o.of(ownmetrics.UniquesDropped).Sum(), legend: "dropped"},
			},
		},
	}}
}
