// SPDX-License-Identifier: Apache-2.0

package meterprovider

import "github.com/otelanalytics/otelanalytics-go/eventmap"

const (
	// sdkLimit is the metric SDK's own limit of series per instrument (OpenTelemetry metrics SDK, cardinality limits).
	sdkLimit = 2_000
	// spare is for the series that a metric can have beyond its max_series: that of values beyond the bound, and the SDK's
	// own.
	spare = 100
)

// cardinalityLimit returns a limit of series per instrument that no metric of the map reaches: the SDK's own, or more
// where a metric's max_series asks for it.
func cardinalityLimit(m *eventmap.Map) int {
	limit := sdkLimit
	for _, metric := range m.Metrics() {
		if metric.Enabled {
			limit = max(limit, metric.MaxSeries+spare)
		}
	}
	return limit
}
