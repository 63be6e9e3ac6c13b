#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# In OpenTelemetry JS, the limit of series holds for one interval: each export lets as many new series in.
#
# Expected  With cumulative temporality, an instrument with the limit 3 has two series and the overflow for as long as the process
#           lives. What a label value adds after the limit goes to the overflow, and the sum of all series is right. So
#           2,000 series, the default, are a bound for memory and for Prometheus. In Go it is so.
# Seen      In JavaScript the limit counts the series of the last interval. After five exports with four new users each, Go has 2
#           users and JavaScript has 10. A user who was in the overflow becomes a series of its own later, so that the series
#           has a part of the user's increments. The default of 2,000 lets 2,000 more in with each export. The overflow of
#           an observable counter has the value of one series in JavaScript, 10, and the sum in Go, 40.
# Versions  npm @opentelemetry/sdk-metrics 3.1.1, @opentelemetry/api 1.10.0; Go go.opentelemetry.io/otel/sdk/metric 1.47.0
# Date      2026-11-28
# Sources   https://opentelemetry.io/docs/specs/otel/metrics/sdk/#cardinality-limits
set -euo pipefail

recorded='Go          limit 3  orders: 3 series, overflow 18
Go          limit 3  stock: 3 series, overflow 40
Go          limit 0  orders: 2000 series, overflow 13001
JavaScript  limit 3  orders: 11 series, overflow 10
JavaScript  limit 3  stock: 3 series, overflow 10
JavaScript  limit 0  orders: 9996 series, overflow 5005'

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
	limited(3, 4)
	limited(0, 3000)
}

// limited exports five times, each time with new users. The limit 0 is the default.
func limited(limit, users int) {
	ctx := context.Background()
	reader := sdk.NewManualReader()
	options := []sdk.Option{sdk.WithReader(reader)}
	if limit > 0 {
		options = append(options, sdk.WithCardinalityLimit(limit))
	}
	meter := sdk.NewMeterProvider(options...).Meter("demo")
	orders, err := meter.Int64Counter("orders")
	check(err)
	_, err = meter.Int64ObservableCounter("stock", metric.WithInt64Callback(func(_ context.Context, to metric.Int64Observer) error {
		for shop := range 6 {
			to.Observe(10, metric.WithAttributes(attribute.Int("shop", shop)))
		}
		return nil
	}))
	check(err)
	for export := range 5 {
		for user := range users {
			orders.Add(ctx, 1, metric.WithAttributes(attribute.Int("user", export*users+user)))
		}
		var data metricdata.ResourceMetrics
		check(reader.Collect(ctx, &data))
		if export < 4 {
			continue
		}
		for _, series := range data.ScopeMetrics[0].Metrics {
			points := series.Data.(metricdata.Sum[int64]).DataPoints
			var overflow int64
			for _, point := range points {
				if point.Attributes.HasValue("otel.metric.overflow") {
					overflow = point.Value
				}
			}
			if series.Name == "orders" || limit > 0 {
				fmt.Printf("Go          limit %d  %s: %d series, overflow %d\n", limit, series.Name, len(points), overflow)
			}
		}
	}
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
GO

cat >main.mjs <<'JS'
import { AggregationTemporality, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';

class Reader extends MetricReader {
  onForceFlush() { return Promise.resolve(); }
  onShutdown() { return Promise.resolve(); }
}

async function limited(limit, users) {
  const reader = new Reader({ aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE });
  const views = limit > 0 ? [{ instrumentName: '*', aggregationCardinalityLimit: limit }] : [];
  const meter = new MeterProvider({ readers: [reader], views }).getMeter('demo');
  const orders = meter.createCounter('orders');
  meter.createObservableCounter('stock').addCallback((to) => { for (let shop = 0; shop < 6; shop++) to.observe(10, { shop }); });
  let data;
  for (let round = 0; round < 5; round++) {
    for (let user = 0; user < users; user++) orders.add(1, { user: round * users + user });
    data = (await reader.collect()).resourceMetrics.scopeMetrics[0].metrics;
  }
  for (const { descriptor: { name }, dataPoints } of data) {
    const overflow = dataPoints.find(({ attributes }) => attributes['otel.metric.overflow'])?.value ?? 0;
    if (name === 'orders' || limit > 0) console.log(`JavaScript  limit ${limit}  ${name}: ${dataPoints.length} series, overflow ${overflow}`);
  }
}

await limited(3, 4);
await limited(0, 3000);
JS

cat >go.mod <<'MOD'
module finding

go 1.26
MOD
go get go.opentelemetry.io/otel/sdk/metric@v1.47.0 2>/dev/null
npm init -y >/dev/null
npm install --loglevel=error --no-audit --no-fund --ignore-scripts @opentelemetry/sdk-metrics@3.1.1 @opentelemetry/api@1.10.0 >/dev/null
saw=$(go run . && node main.mjs)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-28 was\n%s\n' "$recorded" >&2; exit 1; }
