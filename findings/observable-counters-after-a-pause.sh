#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# With delta temporality, an observable counter in Go that is silent for one interval counts all of its value again.
#
# Expected  The callback of an observable counter tells the total so far, and the SDK makes increases of it. When a callback fails
#           once, for example because a server did not answer, the next increase holds both intervals. The increases add up to
#           the total.
# Seen      Go forgets a series that a callback did not observe. When the series is back, its whole total is the increase: of totals
#           10, no answer, 20 and 25 the increases are 10, 20 and 5, which add up to 35 in place of 25. OpenTelemetry JS reports
#           10, 10 and 5. With cumulative temporality, Go leaves the series out for that interval and JavaScript repeats its
#           last value; both are right after it.
# Versions  Go go.opentelemetry.io/otel/sdk/metric 1.47.0; npm @opentelemetry/sdk-metrics 3.1.1, @opentelemetry/api 1.10.0
# Date      2026-11-28
# Sources   https://opentelemetry.io/docs/specs/otel/metrics/sdk/#asynchronous-instruments-1
#           https://opentelemetry.io/docs/specs/otel/metrics/api/#asynchronous-counter
set -euo pipefail

recorded='totals      10, no answer, 20, 25
Go          DeltaTemporality       10 - 20 5
Go          CumulativeTemporality  10 - 20 25
JavaScript  DeltaTemporality       10 - 10 5
JavaScript  CumulativeTemporality  10 10 20 25'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >main.go <<'GO'
package main

import (
	"context"
	"errors"
	"fmt"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

func main() {
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(error) {}))
	for _, temporality := range []metricdata.Temporality{metricdata.DeltaTemporality, metricdata.CumulativeTemporality} {
		reader := sdk.NewManualReader(sdk.WithTemporalitySelector(func(sdk.InstrumentKind) metricdata.Temporality { return temporality }))
		totals := []int64{10, -1, 20, 25}
		_, err := sdk.NewMeterProvider(sdk.WithReader(reader)).Meter("demo").Int64ObservableCounter("orders",
			metric.WithInt64Callback(func(_ context.Context, to metric.Int64Observer) error {
				total := totals[0]
				totals = totals[1:]
				if total < 0 {
					return errors.New("no answer")
				}
				to.Observe(total)
				return nil
			}))
		if err != nil {
			panic(err)
		}
		fmt.Printf("Go          %-21s ", temporality)
		for range len(totals) {
			var data metricdata.ResourceMetrics
			_ = reader.Collect(context.Background(), &data) // the error of the callback
			text := " -"
			for _, scope := range data.ScopeMetrics {
				for _, series := range scope.Metrics {
					for _, point := range series.Data.(metricdata.Sum[int64]).DataPoints {
						text = fmt.Sprint(" ", point.Value)
					}
				}
			}
			fmt.Print(text)
		}
		fmt.Println()
	}
}
GO

cat >main.mjs <<'JS'
import { AggregationTemporality, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';

class Reader extends MetricReader {
  onForceFlush() { return Promise.resolve(); }
  onShutdown() { return Promise.resolve(); }
}

for (const [name, temporality] of [['DeltaTemporality', AggregationTemporality.DELTA], ['CumulativeTemporality', AggregationTemporality.CUMULATIVE]]) {
  const reader = new Reader({ aggregationTemporalitySelector: () => temporality });
  const totals = [10, -1, 20, 25];
  const meter = new MeterProvider({ readers: [reader] }).getMeter('demo');
  meter.createObservableCounter('orders').addCallback((to) => {
    const total = totals.shift();
    if (total < 0) throw new Error('no answer');
    to.observe(total);
  });
  const seen = [];
  while (totals.length > 0) {
    const { resourceMetrics } = await reader.collect();
    seen.push(resourceMetrics.scopeMetrics[0]?.metrics[0]?.dataPoints[0]?.value ?? '-');
  }
  console.log(`JavaScript  ${name.padEnd(21)}  ${seen.join(' ')}`);
}
JS

cat >go.mod <<'MOD'
module finding

go 1.26
MOD
go get go.opentelemetry.io/otel@v1.47.0 go.opentelemetry.io/otel/sdk/metric@v1.47.0 2>/dev/null
npm init -y >/dev/null
npm install --loglevel=error --no-audit --no-fund --ignore-scripts @opentelemetry/sdk-metrics@3.1.1 @opentelemetry/api@1.10.0 >/dev/null
saw=$(echo 'totals      10, no answer, 20, 25' && go run . && node main.mjs)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-28 was\n%s\n' "$recorded" >&2; exit 1; }
