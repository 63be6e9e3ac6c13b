#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Events that the Collector's count connector counts are lost when they come late, or in the same millisecond.
#
# Expected  The connector counts each log record, and the deltatocumulative processor behind it adds the counts up. When an
#           event happened does not matter: a phone sends its events when it is online again, and services send in batches.
# Seen      The connector gives a count the time of the records, not the time at which it counts. The processor drops a count
#           that is not later than the one before it. Of three requests of two orders, 4 orders remain when the second holds
#           older ones, and 2 when all have one time. The caller gets no error. signal_to_metrics uses the time of
#           counting, and counts all 6.
# Versions  github.com/open-telemetry/opentelemetry-collector-contrib/connector/countconnector, connector/signaltometricsconnector
#           and processor/deltatocumulativeprocessor 0.161.0
# Date      2026-11-28
# Sources   https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/connector/countconnector/README.md
#           https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/processor/deltatocumulativeprocessor/README.md
set -euo pipefail

recorded='count              in order          6 orders
count              the second late   4 orders
count              all at one time   2 orders
signal_to_metrics  in order          6 orders
signal_to_metrics  the second late   6 orders
signal_to_metrics  all at one time   6 orders'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >main.go <<'GO'
package main

import (
	"context"
	"fmt"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/connector/countconnector"
	"github.com/open-telemetry/opentelemetry-collector-contrib/connector/signaltometricsconnector"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/deltatocumulativeprocessor"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/connector/connectortest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/processor/processortest"
)

var ctx = context.Background()

func main() {
	for _, c := range []struct {
		name    string
		factory connector.Factory
		config  map[string]any
	}{
		{"count", countconnector.NewFactory(), map[string]any{"logs": map[string]any{"orders": map[string]any{}}}},
		{"signal_to_metrics", signaltometricsconnector.NewFactory(), map[string]any{"logs": []any{
			map[string]any{"name": "orders", "sum": map[string]any{"value": "1", "monotonic": true}}}}},
	} {
		for _, o := range []struct {
			name    string
			seconds []int
		}{{"in order", []int{1, 2, 3}}, {"the second late", []int{2, 1, 3}}, {"all at one time", []int{1, 1, 1}}} {
			fmt.Printf("%-17s  %-16s  %d orders\n", c.name, o.name, counted(c.factory, c.config, o.seconds))
		}
	}
}

// counted sends a request of two orders for each of the seconds, and returns the last count.
func counted(factory connector.Factory, configuration map[string]any, seconds []int) int64 {
	sink := new(consumertest.MetricsSink)
	processors := deltatocumulativeprocessor.NewFactory()
	processor := must(processors.CreateMetrics(ctx, processortest.NewNopSettings(processors.Type()), processors.CreateDefaultConfig(), sink))
	check(processor.Start(ctx, componenttest.NewNopHost()))
	defer func() { check(processor.Shutdown(ctx)) }()
	config := factory.CreateDefaultConfig()
	check(confmap.NewFromStringMap(configuration).Unmarshal(config))
	counter := must(factory.CreateLogsToMetrics(ctx, connectortest.NewNopSettings(factory.Type()), config, processor))
	check(counter.Start(ctx, componenttest.NewNopHost()))
	defer func() { check(counter.Shutdown(ctx)) }()

	start := time.Date(2026, 11, 28, 10, 0, 0, 0, time.UTC)
	for _, second := range seconds {
		logs := plog.NewLogs()
		records := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
		for range 2 {
			record := records.AppendEmpty()
			record.SetEventName("order placed")
			record.SetTimestamp(pcommon.NewTimestampFromTime(start.Add(time.Duration(second) * time.Second)))
		}
		check(counter.ConsumeLogs(ctx, logs))
		time.Sleep(20 * time.Millisecond) // the next request is counted later
	}
	all := sink.AllMetrics()
	last := all[len(all)-1].ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().At(0).Sum().DataPoints().At(0)
	return last.IntValue()
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

contrib=github.com/open-telemetry/opentelemetry-collector-contrib
go mod init finding 2>/dev/null
for module in connector/countconnector connector/signaltometricsconnector processor/deltatocumulativeprocessor; do
  go mod edit -require="$contrib/$module@v0.161.0"
done
go build -mod=mod -o demo . 2>build.log || { cat build.log >&2; exit 1; }
saw=$(./demo)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-28 was\n%s\n' "$recorded" >&2; exit 1; }
