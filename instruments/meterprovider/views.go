// SPDX-License-Identifier: Apache-2.0

package meterprovider

import (
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// views returns one view for each enabled exponential_histogram of the map.
func views(m *eventmap.Map) []sdkmetric.View {
	var all []sdkmetric.View
	for _, metric := range m.Metrics() {
		if !metric.Instrument.IsExponential() || !metric.Enabled {
			continue
		}
		all = append(all, sdkmetric.NewView(
			sdkmetric.Instrument{Name: metric.Name, Kind: sdkmetric.InstrumentKindHistogram},
			sdkmetric.Stream{Aggregation: sdkmetric.AggregationBase2ExponentialHistogram{
				MaxSize:  int32(metric.MaxSize),
				MaxScale: int32(metric.MaxScale),
			}},
		))
	}
	return all
}
