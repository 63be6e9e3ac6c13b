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

// metricExporter returns one of the exporters that push metrics. OTLP's read their variables themselves; without an
// endpoint they would speak TLS, where the specification has http://localhost (OpenTelemetry protocol exporter).
func metricExporter(ctx context.Context, name string, s signal, stdout io.Writer) (sdkmetric.Exporter, error) {
	switch {
	case name == exporterConsole:
		return stdoutmetric.New(stdoutmetric.WithWriter(stdout))
	case s.protocol == protocolGRPC && s.local:
		return otlpmetricgrpc.New(ctx, otlpmetricgrpc.WithInsecure())
	case s.protocol == protocolGRPC:
		return otlpmetricgrpc.New(ctx)
	case s.local:
		return otlpmetrichttp.New(ctx, otlpmetrichttp.WithInsecure())
	default:
		return otlpmetrichttp.New(ctx)
	}
}

// logExporter returns one of the exporters of log records.
func logExporter(ctx context.Context, name string, s signal, stdout io.Writer) (sdklog.Exporter, error) {
	switch {
	case name == exporterConsole:
		return stdoutlog.New(stdoutlog.WithWriter(stdout))
	case s.protocol == protocolGRPC && s.local:
		return otlploggrpc.New(ctx, otlploggrpc.WithInsecure())
	case s.protocol == protocolGRPC:
		return otlploggrpc.New(ctx)
	case s.local:
		return otlploghttp.New(ctx, otlploghttp.WithInsecure())
	default:
		return otlploghttp.New(ctx)
	}
}

// spanExporter returns one of the exporters of spans.
func spanExporter(ctx context.Context, name string, s signal, stdout io.Writer) (trace.SpanExporter, error) {
	switch {
	case name == exporterConsole:
		return stdouttrace.New(stdouttrace.WithWriter(stdout))
	case s.protocol == protocolGRPC && s.local:
		return otlptracegrpc.New(ctx, otlptracegrpc.WithInsecure())
	case s.protocol == protocolGRPC:
		return otlptracegrpc.New(ctx)
	case s.local:
		return otlptracehttp.New(ctx, otlptracehttp.WithInsecure())
	default:
		return otlptracehttp.New(ctx)
	}
}
