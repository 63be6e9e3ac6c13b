#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# One gauge at Infinity or NaN silences the console exporter of OpenTelemetry Go.
#
# Expected  Infinity and NaN are valid values of a double gauge; OTLP/protobuf and Prometheus carry them. So the exporter
#           that exists for looking at values prints them.
# Seen      stdoutmetric encodes a whole collection with encoding/json, which has neither value. Nothing is printed, of no
#           instrument, at this and each later collection, until the gauge is finite again. ForceFlush returns the
#           error; a periodic collection gives it to the global error handler. stdoutlog stops at the log record that has
#           such an attribute: it drops this record and all later ones of the batch.
# Versions  Go go.opentelemetry.io/otel/exporters/stdout/stdoutmetric 1.47.0, stdoutlog 0.23.0, sdk/metric 1.47.0
# Date      2026-11-27
# Sources   https://github.com/open-telemetry/opentelemetry-go/blob/main/exporters/stdout/stdoutmetric/encoder.go
#           https://pkg.go.dev/encoding/json#Marshal (NaN and infinity are an UnsupportedValueError)
#           https://github.com/open-telemetry/opentelemetry-go/pull/8775 (the same, mended for spans in OTLP/JSON)
set -euo pipefail

recorded='gauge 1      printed: the counter and the gauge  error: none
gauge +Inf   printed: nothing                    error: json: unsupported value: +Inf
gauge NaN    printed: nothing                    error: json: unsupported value: NaN
events 1     printed: first, second, third
events +Inf  printed: first'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >main.go <<'GO'
package main

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/stdout/stdoutlog"
	"go.opentelemetry.io/otel/exporters/stdout/stdoutmetric"
	"go.opentelemetry.io/otel/log"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
)

func main() {
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(error) {}))
	for _, value := range []float64{1, math.Inf(1), math.NaN()} {
		printed, err := collect(value)
		if printed != "nothing" {
			printed = "the counter and the gauge"
		}
		fmt.Printf("gauge %-6v printed: %-26s error: %s\n", value, printed, strings.Replace(fmt.Sprint(err), "<nil>", "none", 1))
	}
	for _, value := range []float64{1, math.Inf(1)} {
		fmt.Printf("events %-5v printed: %s\n", value, emit(value))
	}
}

// collect prints a counter and a gauge of this value.
func collect(value float64) (string, error) {
	ctx := context.Background()
	var out bytes.Buffer
	exporter := must(stdoutmetric.New(stdoutmetric.WithWriter(&out)))
	provider := sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewPeriodicReader(exporter)))
	meter := provider.Meter("demo")
	must(meter.Int64Counter("events")).Add(ctx, 1)
	must(meter.Float64Gauge("ratio")).Record(ctx, value)
	err := provider.ForceFlush(ctx)
	if out.Len() == 0 {
		return "nothing", err
	}
	return out.String(), err
}

// emit prints a batch of three events, the second one with this value.
func emit(value float64) string {
	ctx := context.Background()
	var out bytes.Buffer
	exporter := must(stdoutlog.New(stdoutlog.WithWriter(&out)))
	provider := sdklog.NewLoggerProvider(sdklog.WithProcessor(sdklog.NewBatchProcessor(exporter)))
	names := []string{"first", "second", "third"}
	for i, name := range names {
		var record log.Record
		record.SetEventName(name)
		if i == 1 {
			record.AddAttributes(attribute.Float64("ratio", value))
		}
		provider.Logger("demo").Emit(ctx, record)
	}
	provider.ForceFlush(ctx)
	printed := slices.DeleteFunc(names, func(name string) bool { return !strings.Contains(out.String(), name) })
	return strings.Join(printed, ", ")
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
GO

go mod init finding 2>/dev/null
go mod edit -require=go.opentelemetry.io/otel@v1.47.0 -require=go.opentelemetry.io/otel/sdk/metric@v1.47.0 \
  -require=go.opentelemetry.io/otel/log@v1.47.0 -require=go.opentelemetry.io/otel/sdk/log@v1.47.0 \
  -require=go.opentelemetry.io/otel/exporters/stdout/stdoutmetric@v1.47.0 \
  -require=go.opentelemetry.io/otel/exporters/stdout/stdoutlog@v0.23.0
go build -mod=mod -o console . 2>build.log || { cat build.log >&2; exit 1; }
saw=$(./console)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-27 was\n%s\n' "$recorded" >&2; exit 1; }
