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
// Names follow the OpenTelemetry to Prometheus translation: dots become underscores, units and _total
// become suffixes. Series carry no otel_scope_* labels unless [WithScopeInfo] asks for them. The Go
// runtime and the process are measured too, unless [WithoutRuntimeMetrics] says otherwise.
//
// The handler negotiates the format: OpenMetrics, which carries exemplars, for a scraper that accepts
// it, as Prometheus does; the Prometheus text format otherwise.
//
// Each Exporter has a registry of its own, which is not exported: what is on the page is what this
// package put there, and what [WithGatherer] adds of the program's own metrics of client_golang.
package exporterprom
