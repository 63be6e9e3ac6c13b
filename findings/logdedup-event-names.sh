#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The Collector's log deduplication merges events of different names into one.
#
# Expected  The name of an event says what the record is, as the specification has it. Two records with different names are not
#           identical, whatever their attributes are.
# Seen      The processor compares attributes, body and severity, and not the event name. A payment and a refund of one order
#           become one payment with the count 3. The name cannot be listed in include_fields, which takes body and attributes
#           only. Events with an id among the attributes are not merged at all, nor are those whose name is an attribute as well.
# Versions  github.com/open-telemetry/opentelemetry-collector-contrib/processor/logdedupprocessor 0.149.0
# Date      2026-11-28
# Sources   https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-eventname
#           https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/processor/logdedupprocessor/README.md
set -euo pipefail

recorded='attributes of the order           order_paid 3
include_fields: event_name        error
the name as an attribute as well  order_paid 2, order_refunded 1
an id of each event               order_paid 1, order_paid 1, order_refunded 1'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >main.go <<'GO'
package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/logdedupprocessor"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/processor/processortest"
)

func main() {
	none := func(int, plog.LogRecord) {}
	show("attributes of the order", nil, none)
	show("include_fields: event_name", map[string]any{"include_fields": []any{"event_name"}}, none)
	show("the name as an attribute as well", nil, func(_ int, record plog.LogRecord) {
		record.Attributes().PutStr("name", record.EventName())
	})
	show("an id of each event", nil, func(i int, record plog.LogRecord) {
		record.Attributes().PutInt("id", int64(i))
	})
}

func show(name string, settings map[string]any, add func(int, plog.LogRecord)) {
	seen, err := process(settings, add)
	if err != nil {
		seen = []string{"error"}
	}
	slices.Sort(seen)
	fmt.Printf("%-32s  %s\n", name, strings.Join(seen, ", "))
}

func process(settings map[string]any, add func(int, plog.LogRecord)) (seen []string, err error) {
	logs := plog.NewLogs()
	records := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	for i, name := range []string{"order_paid", "order_refunded", "order_paid"} {
		record := records.AppendEmpty()
		record.SetEventName(name)
		record.Attributes().PutStr("order_id", "o-1")
		add(i, record)
	}

	ctx, sink, factory := context.Background(), new(consumertest.LogsSink), logdedupprocessor.NewFactory()
	config := factory.CreateDefaultConfig()
	if err := confmap.NewFromStringMap(settings).Unmarshal(config); err != nil {
		return nil, err
	}
	if err := config.(*logdedupprocessor.Config).Validate(); err != nil {
		return nil, err
	}
	running, err := factory.CreateLogs(ctx, processortest.NewNopSettings(factory.Type()), config, sink)
	if err != nil {
		return nil, err
	}
	check(running.Start(ctx, componenttest.NewNopHost()))
	check(running.ConsumeLogs(ctx, logs))
	check(running.Shutdown(ctx))
	for _, logs := range sink.AllLogs() {
		for _, resource := range logs.ResourceLogs().All() {
			for _, scope := range resource.ScopeLogs().All() {
				for _, record := range scope.LogRecords().All() {
					count, _ := record.Attributes().Get("log_count")
					seen = append(seen, fmt.Sprint(record.EventName(), " ", count.Int()))
				}
			}
		}
	}
	return seen, nil
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
GO

go mod init finding 2>/dev/null
go mod edit -require=github.com/open-telemetry/opentelemetry-collector-contrib/processor/logdedupprocessor@v0.149.0
go build -mod=mod -o demo . 2>build.log || { cat build.log >&2; exit 1; }
saw=$(./demo)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-28 was\n%s\n' "$recorded" >&2; exit 1; }
