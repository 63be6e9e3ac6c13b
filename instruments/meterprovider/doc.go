// SPDX-License-Identifier: Apache-2.0

// Package meterprovider makes OpenTelemetry meter providers for the metrics of an event map.
//
//	prom, err := exporterprom.New()
//	provider := meterprovider.New(m, sdkmetric.WithReader(prom.Reader()))
//	client, err := otelanalytics.New(m, otelanalytics.WithMeterProvider(provider))
//
// A map needs two things of a meter provider. Its exponential histograms need a view each, since OpenTelemetry's API has
// one instrument for all histograms, and the SDK decides by its views how they are aggregated (OpenTelemetry metrics SDK,
// base2 exponential bucket histogram aggregation). A max_series above the SDK's own limit of 2,000 series needs a higher
// limit, and so do very many events, each of which has series of the client's own metrics: beyond the limit the SDK merges
// series into one, otel_metric_overflow, that has none of the map's attributes.
//
// telemetry.Setup does the same for a program that takes its exporters from the environment. This package needs the
// metric SDK alone, and no exporter.
package meterprovider
