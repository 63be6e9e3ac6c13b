// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// Views returns the views for sdkmetric.WithView that the map's metrics need: one for each enabled
// exponential_histogram, since the OpenTelemetry API has one instrument for all histograms and the SDK
// decides by its views how they are aggregated (OpenTelemetry metrics SDK, base2 exponential bucket histogram
// aggregation). Without its view, such a metric is a histogram with the SDK's default buckets.
//
// A view applies to histograms of the metric's name, whichever meter created them.
func Views(m *eventmap.Map) []sdkmetric.View {
	var views []sdkmetric.View
	for _, metric := range m.Metrics() {
		if metric.Instrument != eventmap.ExponentialHistogram || !metric.Enabled {
			continue
		}
		views = append(views, sdkmetric.NewView(
			sdkmetric.Instrument{Name: metric.Name, Kind: sdkmetric.InstrumentKindHistogram},
			sdkmetric.Stream{Aggregation: sdkmetric.AggregationBase2ExponentialHistogram{
				MaxSize:  int32(metric.MaxSize),
				MaxScale: int32(metric.MaxScale),
			}},
		))
	}
	return views
}
