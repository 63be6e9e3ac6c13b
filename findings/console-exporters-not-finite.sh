#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# One gauge at Infinity or NaN silences the console exporter of OpenTelemetry Go.
#
# Expected  Infinity and NaN are valid values of a double gauge; OTLP/protobuf and Prometheus carry them. So the exporter
#           that exists for looking at values prints them.
# Seen      stdoutmetric encodes a whole collection with encoding/json, which has neither value. Nothing is printed, of no
#           instrument, at this and each later collection, until the gauge is finite again. ForceFlush returns the
#           error; a periodic collection gives it to the global error handler. stdoutlog drops the log record that has
#           such an attribute. ForceFlush returns no error then; the global error handler gets it.
# Versions  Go go.opentelemetry.io/otel/exporters/stdout/stdoutmetric 1.47.0, stdoutlog 0.23.0, sdk/metric 1.47.0
# Date      2026-11-27
# Sources   https://github.com/open-telemetry/opentelemetry-go/blob/main/exporters/stdout/stdoutmetric/encoder.go
#           https://pkg.go.dev/encoding/json#Marshal (NaN and infinity are an UnsupportedValueError)
#           https://github.com/open-telemetry/opentelemetry-go/pull/8775 (the same, mended for spans in OTLP/JSON)
set -euo pipefail

recorded='gauge 1     printed: the counter and the gauge  error: none
gauge +Inf  printed: nothing                    error: json: unsupported value: +Inf
gauge NaN   printed: nothing                    error: json: unsupported value: NaN
event 1     printed: the event                  error: none
event +Inf  printed: nothing                    error: none; handled: unsupported value: +Inf'

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
	for _, value := range []float64{1, math.Inf(1), math.NaN()} {
		printed, err := collect(value)
		report("gauge", value, printed, "the counter and the gauge", fmt.Sprint(err))
	}
	for _, value := range []float64{1, math.Inf(1)} {
		var handled string
		otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
			handled = "; handled: " + err.Error()[strings.LastIndex(err.Error(), "unsupported"):]
		}))
		printed, err := emit(value)
		report("event", value, printed, "the event", fmt.Sprint(err)+handled)
	}
}

func report(what string, value float64, printed, all, err string) {
	if printed == "" {
		all = "nothing"
	}
	fmt.Printf("%s %-5v printed: %-26s error: %s\n", what, value, all, strings.Replace(err, "<nil>", "none", 1))
}

func collect(value float64) (string, error) {
	ctx := context.Background()
	var out bytes.Buffer
	exporter := must(stdoutmetric.New(stdoutmetric.WithWriter(&out)))
	provider := sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewPeriodicReader(exporter)))
	meter := provider.Meter("demo")
	must(meter.Int64Counter("events")).Add(ctx, 1)
	must(meter.Float64Gauge("ratio")).Record(ctx, value)
	err := provider.ForceFlush(ctx)
	return out.String(), err
}

func emit(value float64) (string, error) {
	ctx := context.Background()
	var out bytes.Buffer
	exporter := must(stdoutlog.New(stdoutlog.WithWriter(&out)))
	provider := sdklog.NewLoggerProvider(sdklog.WithProcessor(sdklog.NewSimpleProcessor(exporter)))
	var record log.Record
	record.SetEventName("purchase")
	record.AddAttributes(attribute.Float64("ratio", value))
	provider.Logger("demo").Emit(ctx, record)
	err := provider.ForceFlush(ctx)
	return out.String(), err
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
