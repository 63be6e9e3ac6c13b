// SPDX-License-Identifier: Apache-2.0

package meterprovider

import (
	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

const (
	// sdkLimit is the metric SDK's own limit of series per instrument (OpenTelemetry metrics SDK, cardinality limits).
	sdkLimit = 2_000
	// spare is for the series that a metric can have beyond its max_series: that of values beyond the bound, and the SDK's
	// own.
	spare = 100
)

// cardinalityLimit returns a limit of series per instrument that no metric of the map reaches, and none of the client's
// own: the SDK's own limit, or more where a metric's max_series or the number of events asks for it.
func cardinalityLimit(m *eventmap.Map) int {
	limit := max(sdkLimit, ownSeries(m)+spare)
	for _, metric := range m.Metrics() {
		if metric.Enabled {
			limit = max(limit, metric.MaxSeries+spare)
		}
	}
	return limit
}

// ownSeries returns how many series an own metric of a client with the map can have: one for each event, or each field of
// one, and each reason.
func ownSeries(m *eventmap.Map) int {
	events, fields := 1, 0 // other
	for _, e := range m.Events() {
		events++
		fields += len(e.Data)
	}
	most := fields
	for _, own := range ownmetrics.All() {
		series := 1
		for _, l := range own.Labels {
			switch {
			case l.Name == ownmetrics.EventTypeLabel:
				series *= events
			case len(l.Values) > 0:
				series *= len(l.Names())
			}
		}
		most = max(most, series)
	}
	return most
}
