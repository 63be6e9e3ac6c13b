#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# In OpenTelemetry JS, an observable gauge shows what its callback no longer observes, for as long as the process lives.
#
# Expected  An observable gauge has the values of its last callback. When a queue or a connection is gone, the callback does not
#           observe it, and its series ends. In Go it is so.
# Seen      With cumulative temporality, as for Prometheus, JavaScript keeps the last value of each series that was ever observed. A
#           queue of 50 messages that was deleted stays on the page with 50, so that a sum over queues is too large and an
#           alert does not end. After 1,000 queues with one at a time, JavaScript has 1,000 series and Go has one. With
#           delta temporality JavaScript has one, too, though temporality is no matter of gauges.
# Versions  npm @opentelemetry/sdk-metrics 3.1.1, exporter-prometheus 0.301.0, api 1.10.0; Go go.opentelemetry.io/otel/sdk/metric 1.47.0
# Date      2026-11-28
# Sources   https://opentelemetry.io/docs/specs/otel/metrics/api/#asynchronous-gauge
#           https://opentelemetry.io/docs/specs/otel/metrics/sdk/#metricreader
set -euo pipefail

recorded='Go                       1 series after 1000 queues, one at a time
JavaScript, cumulative   1000 series after 1000 queues, one at a time
JavaScript, delta        1 series after 1000 queues, one at a time
JavaScript, the page without the queue mail
  queue_length{queue="mail"} 50
  queue_length{queue="orders"} 50'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >main.go <<'GO'
package main

import (
	"context"
	"fmt"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

func main() {
	queue := 0
	reader := sdk.NewManualReader()
	_, err := sdk.NewMeterProvider(sdk.WithReader(reader)).Meter("demo").Int64ObservableGauge("queue.length",
		metric.WithInt64Callback(func(_ context.Context, to metric.Int64Observer) error {
			to.Observe(50, metric.WithAttributes(attribute.Int("queue", queue)))
			return nil
		}))
	check(err)
	var data metricdata.ResourceMetrics
	for queue = range 1000 {
		check(reader.Collect(context.Background(), &data))
	}
	points := data.ScopeMetrics[0].Metrics[0].Data.(metricdata.Gauge[int64]).DataPoints
	fmt.Printf("Go                       %d series after 1000 queues, one at a time\n", len(points))
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
GO

cat >main.mjs <<'JS'
import { AggregationTemporality, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';

class Reader extends MetricReader {
  onForceFlush() { return Promise.resolve(); }
  onShutdown() { return Promise.resolve(); }
}

for (const temporality of ['CUMULATIVE', 'DELTA']) {
  const reader = new Reader({ aggregationTemporalitySelector: () => AggregationTemporality[temporality] });
  let queue = 0;
  const meter = new MeterProvider({ readers: [reader] }).getMeter('demo');
  meter.createObservableGauge('queue.length').addCallback((to) => to.observe(50, { queue }));
  let series;
  for (; queue < 1000; queue++) series = (await reader.collect()).resourceMetrics.scopeMetrics[0].metrics[0].dataPoints.length;
  console.log(`JavaScript, ${temporality.toLowerCase().padEnd(10)}   ${series} series after 1000 queues, one at a time`);
}

const exporter = new PrometheusExporter({ preventServerStart: true, withoutScopeInfo: true });
let queues = ['mail', 'orders'];
const meter = new MeterProvider({ readers: [exporter] }).getMeter('demo');
meter.createObservableGauge('queue_length').addCallback((to) => queues.forEach((queue) => to.observe(50, { queue })));
const page = () => new Promise((resolve) => { exporter.getMetricsRequestHandler({}, { setHeader() {}, end: resolve }); });
await page();
queues = ['orders'];
const lines = (await page()).split('\n').filter((line) => line.startsWith('queue_length'));
console.log(`JavaScript, the page without the queue mail\n  ${lines.map((line) => line.replace(/,otel_scope_name="demo"/, '')).join('\n  ')}`);
JS

cat >go.mod <<'MOD'
module finding

go 1.26
MOD
go get go.opentelemetry.io/otel/sdk/metric@v1.47.0 2>/dev/null
npm init -y >/dev/null
npm install --loglevel=error --no-audit --no-fund --ignore-scripts @opentelemetry/sdk-metrics@3.1.1 @opentelemetry/exporter-prometheus@0.301.0 \
  @opentelemetry/api@1.10.0 >/dev/null
saw=$(go run . && node main.mjs)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-28 was\n%s\n' "$recorded" >&2; exit 1; }
