// SPDX-License-Identifier: Apache-2.0

package meterprovider

import (
	"slices"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// New returns a meter provider with [Options], followed by the caller's options. The caller's options take precedence,
// and need at least a reader. If a view of the caller renames a metric of the map, the metric is also exported under
// its own name.
func New(m *eventmap.Map, options ...sdkmetric.Option) *sdkmetric.MeterProvider {
	return sdkmetric.NewMeterProvider(slices.Concat(needed(m), options, cheaper(m))...)
}

// Options returns the options that the map's metrics need, for sdkmetric.NewMeterProvider:
//
//   - a view for each enabled exponential_histogram;
//   - a limit of series per instrument above each max_series of the map;
//   - a view that allocates space for exemplars of the other metrics when the first exemplar arrives.
//
// A view applies to all instruments with the metric's name, whichever meter created them.
//
// Put your own views for metrics of the map before these options. If two views match one metric, the SDK uses the
// first. If the views have different names, the SDK uses both (OpenTelemetry metrics SDK, views).
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
