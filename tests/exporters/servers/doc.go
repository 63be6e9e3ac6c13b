// SPDX-License-Identifier: Apache-2.0

// Package servers starts the real servers that exporters speak to, for tests: Prometheus, an OpenTelemetry Collector, and
// the program promtool. They listen on free ports of 127.0.0.1 and end with the test.
//
//	page := httptest.NewServer(tel.MetricsHandler())
//	prom := servers.StartPrometheus(t,
//		servers.WithTarget("game", page.URL+"/metrics"), servers.WithOTLPReceiver())
//	prom.Await(t, `sum(game_started_total)`, 3) // scrapes every second
//
//	col := servers.StartCollector(t, servers.WithForwarding(prom))
//	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://"+col.GRPC())
//	logs := col.AwaitLogs(t, "three records", func(l plog.Logs) bool { return l.LogRecordCount() == 3 })
//
//	err := servers.CheckMetrics(t, text) // nil, or what promtool says
//	err = servers.Promtool(t, "test", "rules", "rules_test.yml")
//
// The programs are built by make tools, once. A test that wants one which is not there fails, with that command; so does
// one whose server does not start, with what the server printed. Nothing is skipped.
//
// Starting takes less than a second. A started server is safe for concurrent use, but Start and Stop are not.
package servers
