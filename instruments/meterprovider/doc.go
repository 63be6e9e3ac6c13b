// SPDX-License-Identifier: Apache-2.0

// Package meterprovider makes OpenTelemetry meter providers for the metrics of an event map.
//
//	prom, err := exporterprom.New()
//	provider := meterprovider.New(m, sdkmetric.WithReader(prom.Reader()))
//	client, err := otelanalytics.New(m, otelanalytics.WithMeterProvider(provider))
//
// A map needs two settings of a meter provider:
//
//   - Each exponential histogram needs a view. OpenTelemetry's API has one instrument for all histograms, and the
//     views of the SDK select the aggregation (OpenTelemetry metrics SDK, base2 exponential bucket histogram
//     aggregation).
//   - A max_series above the SDK's limit of 2,000 series needs a higher limit. Very many events need one, too, since
//     each has series of the client's own metrics. Beyond its limit the SDK merges series into one,
//     otel_metric_overflow, which has none of the map's attributes.
//
// telemetry.Setup does the same for a program that takes its exporters from the environment. This package needs the
// metric SDK alone, and no exporter.
package meterprovider
