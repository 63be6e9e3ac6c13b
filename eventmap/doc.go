// SPDX-License-Identifier: Apache-2.0

// Package eventmap reads event maps. An event map is a YAML file that declares every metric, every event type, and
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
// Loading is strict. A returned map has
//
//   - no unknown key and no undeclared metric;
//   - no attribute without a bound;
//   - no listed values that make more series than the metric allows;
//   - no two names that would be the same in Prometheus.
//
// The fields of the exported types have the values that their comments state. If a map has mistakes, all of them are
// reported at once, as [Errors]. Nothing is guessed or ignored.
//
// A [Map] is immutable and safe for concurrent use. Do not modify the values that its methods return. [Map.Match],
// which is called for every tracked event, does not allocate.
//
// # Limits
//
//   - A file has at most 1 MiB.
//   - A metric has at most 32 attributes and 100,000 series.
//   - Aliases stand for at most 100,000 nodes.
//   - The list of mistakes ends after 1,000.
//
// The package looks for name collisions between the metrics of the map, with the Prometheus exporter's default
// translation (UnderscoreEscapingWithSuffixes). It does not know the metrics that other libraries put on the same page.
//
// docs/event-map.md describes every key.
package eventmap
