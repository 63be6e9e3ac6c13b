#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The Collector's ParseJSON makes a double of each number, and rounds long ids.
#
# Expected  OpenTelemetry has integers of 64 bits, so that an integer in JSON becomes one, as it does in OTLP/JSON.
# Seen      Each number becomes a double. An id above 2^53 ends in other digits. Whole amounts are doubles, so that the type of an
#           attribute depends on the way by which an event came: by OTLP it is an integer, from a line of JSON a double. A number
#           that no double holds, such as 1e400, is an error for the whole body.
# Versions  github.com/open-telemetry/opentelemetry-collector-contrib/processor/transformprocessor 0.161.0
# Date      2026-11-27
# Sources   https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/pkg/ottl/ottlfuncs/README.md#parsejson
#           https://opentelemetry.io/docs/specs/otel/common/#attribute
set -euo pipefail

recorded='id     9007199254740993     becomes Double 9007199254740992
count  5                    becomes Double 5
price  5.5                  becomes Double 5.5'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >main.go <<'GO'
package main

import (
	"context"
	"fmt"

	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/transformprocessor"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processortest"
)

func main() {
	settings := map[string]any{"log_statements": []any{`set(log.attributes["data"], ParseJSON(log.body))`}}
	for _, c := range []struct{ name, number string }{{"id", "9007199254740993"}, {"count", "5"}, {"price", "5.5"}} {
		logs := plog.NewLogs()
		record := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
		record.Body().SetStr(fmt.Sprintf(`{%q:%s}`, c.name, c.number))
		data, _ := process(transformprocessor.NewFactory(), settings, logs)[0].Attributes().Get("data")
		value, _ := data.Map().Get(c.name)
		fmt.Printf("%-6s %-20s becomes %s %s\n", c.name, c.number, value.Type(), value.AsString())
	}
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
go mod edit -require=github.com/open-telemetry/opentelemetry-collector-contrib/processor/transformprocessor@v0.161.0
go build -mod=mod -o demo . 2>build.log || { cat build.log >&2; exit 1; }
saw=$(./demo)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-27 was\n%s\n' "$recorded" >&2; exit 1; }
