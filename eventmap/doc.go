// SPDX-License-Identifier: Apache-2.0

// Package eventmap reads event maps: the YAML file that declares every metric, every event type, and
// which event records into which metric.
//
//	m, err := eventmap.ParseFile("events.yaml")
//	if err != nil {
//		return err // every mistake, one a line: FILE:LINE:COLUMN: KEY: PROBLEM; FIX
//	}
//	if event, ok := m.Match("user_logged_in"); ok {
//		for _, record := range event.Records {
//			fmt.Println(record.Metric.Name, record.Metric.Unit)
//		}
//	}
//
// Loading is strict. A map that is returned has no unknown key, no undeclared metric, no attribute
// without a bound, no listed values that make more series than the metric allows, and no two names that
// would meet in Prometheus; all that the exported types say about their fields holds. Where a map has
// mistakes all of them are reported at once, as [Errors]; nothing is guessed or ignored.
//
// A [Map] is immutable: it is safe for concurrent use, and what it returns must not be modified.
// [Map.Match], which every tracked event goes through, does not allocate.
//
// # Limits
//
// A file has at most 1 MiB, a metric at most 32 attributes and 100,000 series, and aliases stand for at
// most 100,000 nodes; after 1,000 mistakes the list ends. Collisions are looked for between the metrics
// of the map with the Prometheus exporter's default translation (UnderscoreEscapingWithSuffixes); what
// other libraries put on the same page is not known here. Every key is described in docs/event-map.md.
package eventmap
