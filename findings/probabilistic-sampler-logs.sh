#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The Collector's probabilistic sampler drops every event that was logged outside of a trace, at 100 % as well.
#
# Expected  A sampler that keeps 100 % keeps everything. One that keeps 50 % keeps about half, by chance where there is no trace.
# Seen      Its default takes the randomness from the trace id, and a record without one is dropped, whatever the percentage is.
#           The mode proportional does the same. Events of queue workers, cron jobs and start-up have no trace, so that all of
#           them are gone, while those of HTTP handlers are there. With attribute_source: record it looks at an attribute.
# Versions  github.com/open-telemetry/opentelemetry-collector-contrib/processor/probabilisticsamplerprocessor 0.161.0
# Date      2026-11-27
# Sources   https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/processor/probabilisticsamplerprocessor/README.md
set -euo pipefail

recorded='100 %                             0 of 1000 without a trace, 1000 of 1000 with one
100 %, mode proportional          0 of 1000 without a trace, 1000 of 1000 with one
100 %, by the attribute user_id   1000 of 1000 without a trace, 1000 of 1000 with one
100 %, fail_closed: false         1000 of 1000 without a trace, 1000 of 1000 with one'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >main.go <<'GO'
package main

import (
	"context"
	"fmt"

	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/probabilisticsamplerprocessor"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processortest"
)

func main() {
	for _, c := range []struct {
		name     string
		settings map[string]any
	}{
		{"100 %", map[string]any{"sampling_percentage": 100}},
		{"100 %, mode proportional", map[string]any{"sampling_percentage": 100, "mode": "proportional"}},
		{"100 %, by the attribute user_id", map[string]any{"sampling_percentage": 100, "attribute_source": "record", "from_attribute": "user_id"}},
		{"100 %, fail_closed: false", map[string]any{"sampling_percentage": 100, "fail_closed": false}},
	} {
		factory := probabilisticsamplerprocessor.NewFactory()
		without, with := process(factory, c.settings, events(false)), process(factory, c.settings, events(true))
		fmt.Printf("%-33s %d of 1000 without a trace, %d of 1000 with one\n", c.name, len(without), len(with))
	}
}

func events(traced bool) plog.Logs {
	logs := plog.NewLogs()
	records := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	for i := range 1000 {
		record := records.AppendEmpty()
		record.SetEventName("order_paid")
		record.Attributes().PutStr("user_id", fmt.Sprintf("u-%d", i))
		if traced {
			record.SetTraceID([16]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, byte(i >> 8), byte(i)})
		}
	}
	return logs
}

func process(factory processor.Factory, settings map[string]any, logs plog.Logs) (out []plog.LogRecord) {
	ctx, sink, config := context.Background(), new(consumertest.LogsSink), factory.CreateDefaultConfig()
	check(confmap.NewFromStringMap(settings).Unmarshal(config))
	running := must(factory.CreateLogs(ctx, processortest.NewNopSettings(factory.Type()), config, sink))
	check(running.Start(ctx, componenttest.NewNopHost()))
	check(running.ConsumeLogs(ctx, logs))
	for _, logs := range sink.AllLogs() {
		for _, record := range logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().All() {
			out = append(out, record)
		}
	}
	return out
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func must[T any](value T, err error) T {
	check(err)
	return value
}
GO

go mod init finding 2>/dev/null
go mod edit -require=github.com/open-telemetry/opentelemetry-collector-contrib/processor/probabilisticsamplerprocessor@v0.161.0
go build -mod=mod -o demo . 2>build.log || { cat build.log >&2; exit 1; }
saw=$(./demo)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-27 was\n%s\n' "$recorded" >&2; exit 1; }
