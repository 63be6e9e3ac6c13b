// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"slices"

	grpccalls "github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/generate/calls"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/promql"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// haveCalls reports whether a map has the entry of gRPC calls.
func haveCalls(maps []*eventmap.Map) bool {
	return slices.ContainsFunc(maps, func(m *eventmap.Map) bool {
		return slices.ContainsFunc(m.Events(), func(e *eventmap.Event) bool { return e.Name == grpccalls.Entry })
	})
}

// callSection shows the durations of calls that OpenTelemetry's gRPC instrumentation observes (semantic conventions for RPC
// metrics, rpc.server.call.duration).
func callSection(naming promql.Naming) section {
	const title, none = "gRPC calls", "No calls in this time range"
	calls := naming.Series("rpc_server_call_duration_seconds", eventmap.Histogram).Where(targets()...)
	failed := calls.Where(promql.Match("rpc_response_status_code", grpccalls.ServerErrors))
	return section{key: "grpc", title: title, charts: []chart{
		{
			key: "grpc/now", kind: figures, three: true, title: title, unit: "reqps", none: none,
			description: "How many calls ended a second, the share of them that failed with a server error, and what 95 of 100 took at most; " +
				"all over the last five minutes. A stream counts once it has ended.",
			queries: []query{
				{expr: calls.Observations(window), legend: "a second, over 5 minutes"},
				{expr: share(failed, calls, window), legend: "failed, over 5 minutes", unit: percent},
				{expr: calls.Quantile(0.95, window), legend: "p95 over 5 minutes", unit: seconds},
			},
		},
		{
			key: "grpc/status", kind: series, title: "gRPC calls by status", unit: "reqps", none: none, many: true,
			description: "How many calls ended a second, by status.",
			queries: []query{{
				expr: top(calls, observed("rpc_response_status_code"), "rpc_response_status_code"), legend: legend("", "rpc_response_status_code"),
			}},
		},
		{
			key: "grpc/failures", kind: series, title: "gRPC calls that failed", unit: percent, none: none, least: shareLeast,
			description: "The share of calls with a server error: DATA_LOSS, DEADLINE_EXCEEDED, INTERNAL, UNAVAILABLE or UNKNOWN.",
			queries:     []query{{expr: share(failed, calls, perPoint), legend: "failed"}},
		},
		{
			key: "grpc/method/rate", kind: series, title: "gRPC calls by method", unit: "reqps", none: none, many: true,
			description: "How many calls ended a second, by method. _OTHER are methods that are not registered." + topNote,
			queries:     []query{{expr: top(calls, observed("rpc_method"), "rpc_method"), legend: legend("", "rpc_method")}},
		},
		{
			key: "grpc/method/p95", kind: series, title: "gRPC calls, p95 by method", unit: seconds, none: none, many: true,
			description: "What 95 of 100 calls took at most, by method." + topNote,
			queries:     []query{{expr: top(calls, p95("rpc_method"), "rpc_method"), legend: legend("", "rpc_method")}},
		},
	}}
}
