// SPDX-License-Identifier: Apache-2.0

package meterprovider

import (
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// exponential returns one view for each enabled exponential_histogram of the map.
func exponential(m *eventmap.Map) []sdkmetric.View {
	var all []sdkmetric.View
	for _, metric := range m.Metrics() {
		if !metric.Instrument.IsExponential() || !metric.Enabled {
			continue
		}
		all = append(all, sdkmetric.NewView(
			sdkmetric.Instrument{Name: metric.Name, Kind: sdkmetric.InstrumentKindHistogram},
			sdkmetric.Stream{
				Aggregation: sdkmetric.AggregationBase2ExponentialHistogram{
					MaxSize:  int32(metric.MaxSize),
					MaxScale: int32(metric.MaxScale),
				},
				ExemplarReservoirProviderSelector: lateReservoirs,
			},
		))
	}
	return all
}

// lateExemplars is a view of the map's other enabled metrics. It changes nothing but their reservoirs.
func lateExemplars(m *eventmap.Map) sdkmetric.View {
	names := make(map[string]bool, len(m.Metrics()))
	for _, metric := range m.Metrics() {
		if metric.Enabled && !metric.Instrument.IsExponential() {
			names[metric.Name] = true
		}
	}
	return func(i sdkmetric.Instrument) (sdkmetric.Stream, bool) {
		return sdkmetric.Stream{
			Name: i.Name, Description: i.Description, Unit: i.Unit,
			ExemplarReservoirProviderSelector: lateReservoirs,
		}, names[i.Name]
	}
}
