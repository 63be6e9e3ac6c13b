#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Calls to a method that a gRPC server does not have begin a span that never ends, and are in no metric.
#
# Expected  otelgrpc's stats handler counts each call that reached the server, with UNIMPLEMENTED for a method that is not there,
#           as otelhttp counts a 404.
# Seen      grpc-go tells a stats handler about the headers of such a call, and neither of its begin nor of its end. otelgrpc begins
#           its span with the headers and records its metrics at the end. So a client with an old method name, or a scanner,
#           leaves no trace and no count, and its span is never exported.
# Versions  go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc 0.72.0, google.golang.org/grpc 1.85.0
# Date      2026-11-27
# Sources   https://pkg.go.dev/go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc
#           https://opentelemetry.io/docs/specs/semconv/rpc/rpc-metrics/
set -euo pipefail

recorded='Health/Check    answered OK             spans begun 1, ended 1, calls counted 1
Health/Gone     answered Unimplemented  spans begun 1, ended 0, calls counted 0
Nowhere/Check   answered Unimplemented  spans begun 1, ended 0, calls counted 0'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >main.go <<'GO'
package main

import (
	"context"
	"fmt"
	"net"
	"strings"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
)

func main() {
	show("grpc.health.v1.Health/Check")
	show("grpc.health.v1.Health/Gone")
	show("grpc.health.v1.Nowhere/Check")
}

// show calls a method of a server once, stops the server, which waits for its calls, and prints what the handler did.
func show(method string) {
	ctx, spans, reader := context.Background(), tracetest.NewSpanRecorder(), sdk.NewManualReader()
	server := grpc.NewServer(grpc.StatsHandler(otelgrpc.NewServerHandler(
		otelgrpc.WithTracerProvider(trace.NewTracerProvider(trace.WithSpanProcessor(spans))),
		otelgrpc.WithMeterProvider(sdk.NewMeterProvider(sdk.WithReader(reader))))))
	healthpb.RegisterHealthServer(server, health.NewServer())
	listener := must(net.Listen("tcp", "127.0.0.1:0"))
	go server.Serve(listener)
	client := must(grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials())))
	err := client.Invoke(ctx, "/"+method, &healthpb.HealthCheckRequest{}, &healthpb.HealthCheckResponse{})
	client.Close()
	server.GracefulStop()

	var data metricdata.ResourceMetrics
	if err := reader.Collect(ctx, &data); err != nil {
		panic(err)
	}
	var counted uint64
	for _, scope := range data.ScopeMetrics {
		for _, metric := range scope.Metrics {
			if histogram, ok := metric.Data.(metricdata.Histogram[float64]); ok && metric.Name == "rpc.server.call.duration" {
				for _, point := range histogram.DataPoints {
					counted += point.Count
				}
			}
		}
	}
	fmt.Printf("%-15s answered %-14s spans begun %d, ended %d, calls counted %d\n", strings.TrimPrefix(method, "grpc.health.v1."),
		status.Code(err), len(spans.Started()), len(spans.Ended()), counted)
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
GO

go mod init finding 2>/dev/null
go mod edit -require=go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc@v0.72.0 \
  -require=google.golang.org/grpc@v1.85.0 -require=go.opentelemetry.io/otel/sdk/metric@v1.47.0 \
  -require=go.opentelemetry.io/otel/sdk@v1.47.0
go build -mod=mod -o demo . 2>build.log || { cat build.log >&2; exit 1; }
saw=$(./demo)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-27 was\n%s\n' "$recorded" >&2; exit 1; }
