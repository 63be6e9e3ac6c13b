// SPDX-License-Identifier: Apache-2.0

// Package telemetry builds what a service exports through, where its configuration says.
//
//	m, err := eventmap.ParseFile("events.yaml")
//	tel, err := telemetry.Setup(ctx, telemetry.WithEventMap(m), telemetry.WithServiceName("shop"))
//	defer tel.Shutdown(ctx)
//	mux.Handle("GET /metrics", tel.MetricsHandler())
//	client, err := otelanalytics.New(m,
//		otelanalytics.WithMeterProvider(tel.MeterProvider()),
//		otelanalytics.WithLoggerProvider(tel.LoggerProvider()),
//		otelanalytics.WithResource(tel.Resource()))
//
// The same binary serves Prometheus, sends to an OTLP collector, does both, prints to the console or exports nothing:
// by OTEL_METRICS_EXPORTER, OTEL_LOGS_EXPORTER and OTEL_TRACES_EXPORTER, or by a file of OpenTelemetry's declarative
// configuration that OTEL_CONFIG_FILE names. The specification's variables for endpoints, protocols, headers,
// certificates, timeouts, compression, temporality, intervals, batches, samplers and propagators mean what it says,
// and a value that they cannot have is an error. Different from the specification, nothing set means Prometheus on the
// handler for metrics, and none for logs and traces, where it says otlp for all three.
//
// A collector that is down makes nothing wait: metrics go on in memory, which the number of series bounds; log records
// and spans wait in queues of 2,048 (OTEL_BLRP_MAX_QUEUE_SIZE, OTEL_BSP_MAX_QUEUE_SIZE), and what is beyond is not
// exported; the log has a warning a minute. When it is back, exports go on by themselves.
//
// This package brings the exporters into a program. A program that needs Prometheus alone does without it: package
// exporterprom has the page, and package instruments/meterprovider the meter provider for the event map.
package telemetry
