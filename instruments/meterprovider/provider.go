// SPDX-License-Identifier: Apache-2.0

package meterprovider

import (
	"slices"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// New returns a meter provider with [Options] and with those of the caller, which take precedence: at least a reader. A view
// of the caller that renames a metric of the map leaves the metric under its own name, too.
func New(m *eventmap.Map, options ...sdkmetric.Option) *sdkmetric.MeterProvider {
	return sdkmetric.NewMeterProvider(slices.Concat(needed(m), options, cheaper(m))...)
}

// Options returns the options that the map's metrics need, for sdkmetric.NewMeterProvider: a view for each enabled
// exponential_histogram, a limit of series per instrument that leaves every bound to the map, and a view with which the
// other metrics of the map make room for exemplars when the first one comes. A view applies to instruments of the metric's
// name, whichever meter created them.
//
// Put views of your own for metrics of the map before these options. Of two views for one metric the SDK takes the first,
// unless they name it differently: then it makes both (OpenTelemetry metrics SDK, views).
func Options(m *eventmap.Map) []sdkmetric.Option {
	return slices.Concat(needed(m), cheaper(m))
}

func needed(m *eventmap.Map) []sdkmetric.Option {
	return []sdkmetric.Option{sdkmetric.WithView(exponential(m)...), sdkmetric.WithCardinalityLimit(cardinalityLimit(m))}
}

// cheaper are options that make series smaller, and no difference otherwise.
func cheaper(m *eventmap.Map) []sdkmetric.Option {
	return []sdkmetric.Option{sdkmetric.WithView(lateExemplars(m))}
}
