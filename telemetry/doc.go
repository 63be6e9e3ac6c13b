// SPDX-License-Identifier: Apache-2.0

// Package telemetry builds OpenTelemetry providers and exporters from the environment or a file. A service that calls
// [Setup] exports metrics, logs and traces to where its configuration says, without code for each exporter.
//
//	m, err := eventmap.ParseFile("events.yaml")
//	tel, err := telemetry.Setup(ctx, telemetry.WithEventMap(m), telemetry.WithServiceName("shop"))
//	mux.Handle("GET /metrics", tel.MetricsHandler())
//	client, err := otelanalytics.New(m,
//		otelanalytics.WithMeterProvider(tel.MeterProvider()),
//		otelanalytics.WithLoggerProvider(tel.LoggerProvider()),
//		otelanalytics.WithResource(tel.Resource()))
//	…
//	err = errors.Join(client.Shutdown(deadline), tel.Shutdown(deadline)) // a context that has not ended, with a deadline
//
// The same binary serves Prometheus, sends to an OTLP collector, does both, prints to the console or exports nothing.
// OTEL_METRICS_EXPORTER, OTEL_LOGS_EXPORTER and OTEL_TRACES_EXPORTER choose, or a file of OpenTelemetry's declarative
// configuration that OTEL_CONFIG_FILE names. The variables for endpoints, protocols, headers, certificates, timeouts,
// compression, temporality, intervals, batches, samplers and propagators have the meaning that OpenTelemetry's
// specification gives them. A value that the specification does not allow is an error. One default differs from the
// specification, which has otlp for all three signals: with nothing set, metrics are for Prometheus, on the handler,
// and logs and traces have no exporter.
//
// A collector that is down blocks nothing. Metrics accumulate in memory, bounded by the number of series. Log records
// and spans wait in queues of 2,048 (OTEL_BLRP_MAX_QUEUE_SIZE, OTEL_BSP_MAX_QUEUE_SIZE); a full queue drops new ones,
// with a warning a minute in the log. When the collector is back, exports resume by themselves.
//
// This package brings the exporters into a program. A program that needs Prometheus alone does without it: package
// exporterprom has the page, and package instruments/meterprovider the meter provider for the event map.
package telemetry
