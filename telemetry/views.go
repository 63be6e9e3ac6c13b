// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/mapviews"
)

// Views returns the views for sdkmetric.WithView that the map's metrics need: one for each enabled
// exponential_histogram, since the OpenTelemetry API has one instrument for all histograms and the SDK
// decides by its views how they are aggregated (OpenTelemetry metrics SDK, base2 exponential bucket histogram
// aggregation). Without its view, such a metric is a histogram with the SDK's default buckets.
//
// A view applies to histograms of the metric's name, whichever meter created them. [Setup] with [WithEventMap] does
// this by itself; it is for programs that build their meter provider themselves.
func Views(m *eventmap.Map) []sdkmetric.View { return mapviews.Views(m) }

// CardinalityLimit returns the limit for sdkmetric.WithCardinalityLimit that leaves every bound of the map to the map:
// the SDK's own of 2,000 series per instrument, or more where a metric's max_series asks for it. Beyond its limit the
// SDK merges series into one that has none of the map's attributes.
func CardinalityLimit(m *eventmap.Map) int { return mapviews.CardinalityLimit(m) }
