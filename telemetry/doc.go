// SPDX-License-Identifier: Apache-2.0

// Package telemetry builds OpenTelemetry providers and exporters from the environment or a file. A service that calls
// [Setup] exports metrics, logs and traces as its configuration directs, without code for each exporter.
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
// The same binary can serve Prometheus, send to an OTLP collector, do both, print to the console, or export nothing.
// The configuration is either of:
//
//   - The variables OTEL_METRICS_EXPORTER, OTEL_LOGS_EXPORTER and OTEL_TRACES_EXPORTER.
//   - A file of OpenTelemetry's declarative configuration, which OTEL_CONFIG_FILE names.
//
// Other variables have the meaning that OpenTelemetry's specification gives them: endpoints, protocols, headers,
// certificates, timeouts, compression, temporality, intervals, batches, samplers and propagators. A value that the
// specification does not allow is an error.
//
// One default differs from the specification, which has otlp for all three signals. With nothing set, metrics are
// served to Prometheus by the handler, and logs and traces are not exported.
//
// A collector that is down blocks nothing. Metrics accumulate in memory, bounded by the number of series. Log records
// and spans wait in queues of 2,048 (OTEL_BLRP_MAX_QUEUE_SIZE, OTEL_BSP_MAX_QUEUE_SIZE). A full queue drops new ones,
// and the log has one warning a minute. When the collector is up again, exports resume by themselves.
//
// This package links the exporters into a program. A program that needs only Prometheus does not need it: package
// exporterprom has the page, and package instruments/meterprovider has the meter provider for the event map.
package telemetry
