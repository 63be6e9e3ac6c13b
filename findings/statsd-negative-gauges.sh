#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# A negative gauge that a Datadog client sends makes a gauge behind statsd_exporter fall with each report.
#
# Expected  Gauge("balance", -5) sets the gauge to -5, however often it is sent. Both sides speak StatsD.
# Seen      In StatsD a gauge with a sign is a change: "-5|g" subtracts 5. Datadog's protocol has no such rule, and its Go client
#           sends negative values as they are. After three reports of -5 statsd_exporter shows -15; positive values are right.
#           A negative count is refused. Metrics orders.paid and orders-paid become one.
# Versions  Go github.com/DataDog/datadog-go/v5 5.9.1, github.com/prometheus/statsd_exporter 0.31.0
# Date      2026-11-27
# Sources   https://github.com/statsd/statsd/blob/master/docs/metric_types.md#gauges
#           https://docs.datadoghq.com/developers/dogstatsd/datagram_shell/
set -euo pipefail

recorded='balance -15
level 5
orders_paid 2
statsd_exporter_events_error_total{reason="illegal_negative_counter"} 1'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >main.go <<'GO'
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/DataDog/datadog-go/v5/statsd"
)

func main() {
	client, err := statsd.New(os.Args[1], statsd.WithoutTelemetry(), statsd.WithoutClientSideAggregation())
	if err != nil {
		panic(err)
	}
	for range 3 {
		client.Gauge("balance", -5, nil, 1)
		client.Gauge("level", 5, nil, 1)
	}
	client.Count("orders.paid", 1, nil, 1)
	client.Count("orders-paid", 1, nil, 1)
	client.Count("refunds", -3, nil, 1)
	if err := client.Close(); err != nil {
		panic(err)
	}
	var lines []string
	for deadline := time.Now().Add(20 * time.Second); len(lines) < 4; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			panic(fmt.Sprint("not all arrived: ", lines))
		}
		lines = series(os.Args[2])
	}
	for _, line := range lines {
		fmt.Println(line)
	}
}

func series(url string) (lines []string) {
	response, err := http.Get(url)
	if err != nil {
		return nil
	}
	defer response.Body.Close()
	page, err := io.ReadAll(response.Body)
	if err != nil {
		return nil
	}
	for line := range strings.Lines(string(page)) {
		for _, name := range []string{"balance ", "level ", "orders_paid ", `statsd_exporter_events_error_total{reason="illegal_negative_counter"} `} {
			if strings.HasPrefix(line, name) && !strings.HasSuffix(line, " 0\n") {
				lines = append(lines, strings.TrimSpace(line))
			}
		}
	}
	return lines
}
GO

go mod init finding 2>/dev/null
go mod edit -require=github.com/DataDog/datadog-go/v5@v5.9.1
go build -mod=mod -o send . 2>build.log || { cat build.log >&2; exit 1; }
GOBIN="$dir" go install github.com/prometheus/statsd_exporter@v0.31.0 2>build.log || { cat build.log >&2; exit 1; }
./statsd_exporter --statsd.listen-udp=127.0.0.1:19125 --statsd.listen-tcp= --web.listen-address=127.0.0.1:19102 2>exporter.log &
exporter=$!
trap 'kill $exporter 2>/dev/null; rm -rf "$dir"' EXIT
for _ in $(seq 100); do grep -q 'Listening on' exporter.log && break; sleep 0.1; done
saw=$(./send 127.0.0.1:19125 http://127.0.0.1:19102/metrics)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-27 was\n%s\n' "$recorded" >&2; exit 1; }
