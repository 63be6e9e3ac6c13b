// SPDX-License-Identifier: Apache-2.0

// Package exporterprom exposes OpenTelemetry metrics to Prometheus.
//
//	prom, err := exporterprom.New()
//	provider := sdkmetric.NewMeterProvider(sdkmetric.WithReader(prom.Reader()))
//	http.Handle("/metrics", prom.Handler())
//	// or, on a port of its own:
//	server, err := prom.Serve("127.0.0.1:9464")
//	…
//	err = server.Shutdown(deadline) // a context that has not ended, with a deadline
//
// Names follow the OpenTelemetry to Prometheus translation: dots become underscores, and the unit and _total become
// suffixes. Series have no otel_scope_* labels unless you pass [WithScopeInfo]. The page also has metrics of the Go
// runtime and the process, unless you pass [WithoutRuntimeMetrics].
//
// The handler negotiates the format. A scraper that accepts OpenMetrics, such as Prometheus, gets OpenMetrics, which
// carries exemplars. Any other scraper gets the Prometheus text format.
//
// Each Exporter has a registry of its own, which is not exported. The page has only the metrics of this package and the
// metrics of client_golang that [WithGatherer] adds.
package exporterprom
