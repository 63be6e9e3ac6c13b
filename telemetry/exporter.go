// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"context"
	"io"

	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploggrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/exporters/stdout/stdoutlog"
	"go.opentelemetry.io/otel/exporters/stdout/stdoutmetric"
	"go.opentelemetry.io/otel/exporters/stdout/stdouttrace"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/trace"
)

// metricExporter returns one of the exporters that push metrics. OTLP's read their variables themselves.
func metricExporter(ctx context.Context, name, protocol string, stdout io.Writer) (sdkmetric.Exporter, error) {
	switch {
	case name == exporterConsole:
		return stdoutmetric.New(stdoutmetric.WithWriter(stdout))
	case protocol == protocolGRPC:
		return otlpmetricgrpc.New(ctx)
	default:
		return otlpmetrichttp.New(ctx)
	}
}

// logExporter returns one of the exporters of log records.
func logExporter(ctx context.Context, name, protocol string, stdout io.Writer) (sdklog.Exporter, error) {
	switch {
	case name == exporterConsole:
		return stdoutlog.New(stdoutlog.WithWriter(stdout))
	case protocol == protocolGRPC:
		return otlploggrpc.New(ctx)
	default:
		return otlploghttp.New(ctx)
	}
}

// spanExporter returns one of the exporters of spans.
func spanExporter(ctx context.Context, name, protocol string, stdout io.Writer) (trace.SpanExporter, error) {
	switch {
	case name == exporterConsole:
		return stdouttrace.New(stdouttrace.WithWriter(stdout))
	case protocol == protocolGRPC:
		return otlptracegrpc.New(ctx)
	default:
		return otlptracehttp.New(ctx)
	}
}
