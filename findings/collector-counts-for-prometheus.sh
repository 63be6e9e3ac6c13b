#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Events that the Collector counts show on its Prometheus page as the count of the last batch.
#
# Expected  The connectors count and signal_to_metrics make delta sums of log records. The Prometheus exporter makes
#           cumulative values of deltas. So after three requests of two orders each, the page has 6 orders and all their amounts.
# Seen      The page has 2 orders and the amounts of the last request. The exporter adds a delta only when it begins at the
#           very time at which the one before it ended, and the connectors give other times. A histogram keeps the first request
#           and drops the others, with a warning in the log. A sum without `monotonic: true` is not on the page at all.
#           Behind the deltatocumulative processor, all are right.
# Versions  github.com/open-telemetry/opentelemetry-collector-contrib/connector/countconnector, connector/signaltometricsconnector,
#           exporter/prometheusexporter and processor/deltatocumulativeprocessor 0.161.0
# Date      2026-11-28
# Sources   https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/connector/countconnector/README.md
#           https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/connector/signaltometricsconnector/README.md
#           https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/exporter/prometheusexporter/accumulator.go
set -euo pipefail

recorded='three requests of 2 orders, of 2 and 3 each: 6 orders, 15 in all
connector, exporter
  orders_total 2, amount_total 5, sizes_sum 5, sizes_count 2
connector, deltatocumulative, exporter
  orders_total 6, amount_total 15, balance 15, sizes_sum 15, sizes_count 6'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >main.go <<'GO'
package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/connector/countconnector"
	"github.com/open-telemetry/opentelemetry-collector-contrib/connector/signaltometricsconnector"
	"github.com/open-telemetry/opentelemetry-collector-contrib/exporter/prometheusexporter"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/deltatocumulativeprocessor"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/connector/connectortest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/processor/processortest"
)

var ctx = context.Background()

const (
	count = `
logs:
  orders: {}`
	signals = `
logs:
  - {name: amount, sum: {value: 'Double(attributes["amount"])', monotonic: true}}
  - {name: balance, sum: {value: 'Double(attributes["amount"])'}}
  - {name: sizes, histogram: {value: 'Double(attributes["amount"])'}}`
)

func main() {
	fmt.Println("three requests of 2 orders, of 2 and 3 each: 6 orders, 15 in all")
	for _, through := range []bool{false, true} {
		var lines []string
		for _, c := range []struct {
			factory connector.Factory
			config  string
		}{{countconnector.NewFactory(), count}, {signaltometricsconnector.NewFactory(), signals}} {
			lines = append(lines, page(c.factory, c.config, through)...)
		}
		way := "connector, exporter"
		if through {
			way = "connector, deltatocumulative, exporter"
		}
		fmt.Printf("%s\n  %s\n", way, strings.Join(lines, ", "))
	}
}

// page sends three requests, and returns what the exporter has then.
func page(factory connector.Factory, config string, through bool) []string {
	listener := must(net.Listen("tcp", "127.0.0.1:0"))
	address := listener.Addr().String()
	check(listener.Close())
	exporters := prometheusexporter.NewFactory()
	exporter := must(exporters.CreateMetrics(ctx, exportertest.NewNopSettings(exporters.Type()),
		load(exporters, "endpoint: "+address)))
	check(exporter.Start(ctx, componenttest.NewNopHost()))
	defer func() { check(exporter.Shutdown(ctx)) }()
	next := consumer.Metrics(exporter)
	if through {
		processors := deltatocumulativeprocessor.NewFactory()
		processor := must(processors.CreateMetrics(ctx, processortest.NewNopSettings(processors.Type()), processors.CreateDefaultConfig(), next))
		check(processor.Start(ctx, componenttest.NewNopHost()))
		defer func() { check(processor.Shutdown(ctx)) }()
		next = processor
	}
	counter := must(factory.CreateLogsToMetrics(ctx, connectortest.NewNopSettings(factory.Type()), load(factory, config), next))
	check(counter.Start(ctx, componenttest.NewNopHost()))
	defer func() { check(counter.Shutdown(ctx)) }()
	for range 3 {
		check(counter.ConsumeLogs(ctx, orders(2, 3)))
		time.Sleep(20 * time.Millisecond) // the next orders are later
	}

	response := must(http.Get("http://" + address + "/metrics"))
	body := must(io.ReadAll(response.Body))
	var lines []string
	for line := range strings.Lines(string(body)) {
		name, rest, _ := strings.Cut(line, "{")
		if slices.Contains([]string{"orders_total", "amount_total", "balance", "sizes_count", "sizes_sum"}, name) {
			_, value, _ := strings.Cut(rest, "} ")
			lines = append(lines, name+" "+strings.TrimSpace(value))
		}
	}
	return lines
}

func orders(amounts ...float64) plog.Logs {
	logs := plog.NewLogs()
	records := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	for _, amount := range amounts {
		record := records.AppendEmpty()
		record.SetEventName("order placed")
		record.SetTimestamp(pcommon.NewTimestampFromTime(time.Now()))
		record.Attributes().PutDouble("amount", amount)
	}
	return logs
}

func load(factory component.Factory, text string) component.Config {
	config := factory.CreateDefaultConfig()
	read := must(confmap.NewRetrievedFromYAML([]byte(text)))
	check(must(read.AsConf()).Unmarshal(config))
	return config
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
for module in connector/countconnector connector/signaltometricsconnector exporter/prometheusexporter processor/deltatocumulativeprocessor; do
  go mod edit -require="$contrib/$module@v0.161.0"
done
go build -mod=mod -o demo . 2>build.log || { cat build.log >&2; exit 1; }
saw=$(./demo)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-28 was\n%s\n' "$recorded" >&2; exit 1; }
