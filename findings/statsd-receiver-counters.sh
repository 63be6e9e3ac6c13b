#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The Collector's StatsD receiver cuts fractions off each increment, and its counters are not on the Prometheus page.
#
# Expected  A StatsD counter may have fractions, such as seconds or an amount of money: five increments by 0.4 are 2. The Collector's
#           Prometheus exporter shows the counters, and they grow.
# Seen      Each increment is cut to an integer before it is added: five times 0.4 are 0, and 12.99 and 7.50 are 19. With the default
#           configuration, no counter is on the page. With is_monotonic_counter, a counter begins again with its last
#           increment after an interval without one. So a counter that grows by 1 now and then stays at 1 on the page, where
#           Prometheus sees no increase. There is no error.
# Versions  github.com/open-telemetry/opentelemetry-collector-contrib/receiver/statsdreceiver, exporter/prometheusexporter 0.161.0
# Date      2026-11-28
# Sources   https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/receiver/statsdreceiver/README.md
#           https://docs.datadoghq.com/developers/dogstatsd/datagram_shell/ (values are integers or floats)
set -euo pipefail

recorded='increments of 0.4, 0.4, 0.4, 0.4, 0.4
  receiver: 0
  page: nothing
increments of 12.99, 7.50
  receiver: 19
  page: nothing
increments of 1, 1, 1, with pauses, is_monotonic_counter
  receiver: 1
  receiver: 1
  receiver: 1
  page: orders_total 1'

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
	"strings"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/exporter/prometheusexporter"
	"github.com/open-telemetry/opentelemetry-collector-contrib/receiver/statsdreceiver"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/receiver/receivertest"
)

const interval = 200 * time.Millisecond

var ctx = context.Background()

type object = map[string]any

// told passes metrics on, and tells the deltas that the receiver made.
type told struct {
	consumer.Metrics
	deltas chan int64
}

func (t told) ConsumeMetrics(ctx context.Context, metrics pmetric.Metrics) error {
	err := t.Metrics.ConsumeMetrics(ctx, metrics)
	for _, resource := range metrics.ResourceMetrics().All() {
		for _, scope := range resource.ScopeMetrics().All() {
			for _, metric := range scope.Metrics().All() {
				t.deltas <- metric.Sum().DataPoints().At(0).IntValue()
			}
		}
	}
	return err
}

func main() {
	fmt.Println("increments of 0.4, 0.4, 0.4, 0.4, 0.4")
	show(object{}, "seconds:0.4|c\nseconds:0.4|c\nseconds:0.4|c\nseconds:0.4|c\nseconds:0.4|c")
	fmt.Println("increments of 12.99, 7.50")
	show(object{}, "amount:12.99|c\namount:7.50|c")
	fmt.Println("increments of 1, 1, 1, with pauses, is_monotonic_counter")
	show(object{"is_monotonic_counter": true}, "orders:1|c", "orders:1|c", "orders:1|c")
}

// show sends packets with idle intervals between them. It prints what the receiver makes, and what is on the page then.
func show(config object, packets ...string) {
	pageAddress := free("tcp")
	exporters := prometheusexporter.NewFactory()
	exporter := must(exporters.CreateMetrics(ctx, exportertest.NewNopSettings(exporters.Type()), load(exporters, object{"endpoint": pageAddress})))
	check(exporter.Start(ctx, componenttest.NewNopHost()))
	next := told{exporter, make(chan int64, 100)}

	address := free("udp")
	config["endpoint"], config["aggregation_interval"] = address, interval.String()
	receivers := statsdreceiver.NewFactory()
	receiver := must(receivers.CreateMetrics(ctx, receivertest.NewNopSettings(receivers.Type()), load(receivers, config), next))
	check(receiver.Start(ctx, componenttest.NewNopHost()))
	connection := must(net.Dial("udp", address))
	for _, packet := range packets {
		must(connection.Write([]byte(packet)))
		sum := <-next.deltas
		time.Sleep(3 * interval) // no increments
		for len(next.deltas) > 0 {
			sum += <-next.deltas
		}
		fmt.Println("  receiver:", sum)
	}
	check(receiver.Shutdown(ctx))

	response := must(http.Get("http://" + pageAddress + "/metrics"))
	page := "nothing"
	for line := range strings.Lines(string(must(io.ReadAll(response.Body)))) {
		if name, rest, labels := strings.Cut(line, "{"); labels && !strings.HasPrefix(name, "#") && name != "target_info" {
			page = name + rest[strings.LastIndex(rest, " "):]
		}
	}
	fmt.Println("  page:", strings.TrimSpace(page))
	check(exporter.Shutdown(ctx))
}

func free(network string) string {
	if network == "udp" {
		connection := must(net.ListenPacket(network, "127.0.0.1:0"))
		defer connection.Close()
		return connection.LocalAddr().String()
	}
	listener := must(net.Listen(network, "127.0.0.1:0"))
	defer listener.Close()
	return listener.Addr().String()
}

func load(factory component.Factory, values object) component.Config {
	config := factory.CreateDefaultConfig()
	check(confmap.NewFromStringMap(values).Unmarshal(config))
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
for module in receiver/statsdreceiver exporter/prometheusexporter; do
  go mod edit -require="$contrib/$module@v0.161.0"
done
go build -mod=mod -o demo . 2>build.log || { cat build.log >&2; exit 1; }
saw=$(timeout 60 ./demo)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-28 was\n%s\n' "$recorded" >&2; exit 1; }
