// SPDX-License-Identifier: Apache-2.0

package meterprovider

import (
	"slices"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// New returns a meter provider with [Options] and with those of the caller, which take precedence: at least a reader.
func New(m *eventmap.Map, options ...sdkmetric.Option) *sdkmetric.MeterProvider {
	return sdkmetric.NewMeterProvider(slices.Concat(Options(m), options)...)
}

// Options returns the options that the map's metrics need, for sdkmetric.NewMeterProvider: a view for each enabled
// exponential_histogram, and a limit of series per instrument that leaves every bound to the map. A view applies to
// histograms of the metric's name, whichever meter created them.
func Options(m *eventmap.Map) []sdkmetric.Option {
	return []sdkmetric.Option{sdkmetric.WithView(views(m)...), sdkmetric.WithCardinalityLimit(cardinalityLimit(m))}
}
