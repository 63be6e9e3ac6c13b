// SPDX-License-Identifier: Apache-2.0

package mapviews

import "github.com/otelanalytics/otelanalytics-go/eventmap"

const (
	// sdkLimit is the metric SDK's own limit of series per instrument (OpenTelemetry metrics SDK, cardinality limits).
	sdkLimit = 2_000
	// spare is what a metric may have beside its max_series: the tuple of those beyond it, and the SDK's own.
	spare = 100
)

// CardinalityLimit returns the limit of series per instrument that leaves every bound of the map to the map: the SDK's
// own, or more where a metric's max_series asks for it.
func CardinalityLimit(m *eventmap.Map) int {
	limit := sdkLimit
	for _, metric := range m.Metrics() {
		if metric.Enabled {
			limit = max(limit, metric.MaxSeries+spare)
		}
	}
	return limit
}
