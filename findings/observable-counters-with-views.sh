#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# In OpenTelemetry JS, an observable counter whose view drops an attribute has the value of one series, not the sum of all.
#
# Expected  A view that drops an attribute merges the series that differ in it alone. For observable counters the guidelines of the
#           specification have an example: the merged value is the sum. So a counter that observes 3 for one shop and 4 for
#           another is 7 without the attribute `shop`, as with the same view on a synchronous counter.
# Seen      The Go SDK reports 7, and 14 after twice as much. OpenTelemetry JS reports 4 and 8: each observation replaces the one
#           before it, and the value is that of the shop which the callback observes last. Nothing is logged. A synchronous
#           counter is right in both languages.
# Versions  npm @opentelemetry/sdk-metrics 3.1.1, @opentelemetry/api 1.10.0; Go go.opentelemetry.io/otel/sdk/metric 1.47.0
# Date      2026-11-28
# Sources   https://github.com/open-telemetry/opentelemetry-specification/blob/main/specification/metrics/supplementary-guidelines.md
#           (asynchronous example: attribute removal in a view)
#           https://github.com/open-telemetry/opentelemetry-specification/issues/2905
set -euo pipefail

recorded='Go          orders 7 14  orders.observed 7 14  stock.observed 7 14
JavaScript  orders 7 14  orders.observed 4 8  stock.observed 4 8
JavaScript, the shops in the other order: orders.observed 3 6'

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
	ctx := context.Background()
	reader := sdk.NewManualReader()
	withoutShop := sdk.NewView(sdk.Instrument{Name: "*"}, sdk.Stream{AttributeFilter: attribute.NewDenyKeysFilter("shop")})
	meter := sdk.NewMeterProvider(sdk.WithReader(reader), sdk.WithView(withoutShop)).Meter("demo")
	paris, rome := metric.WithAttributes(attribute.String("shop", "paris")), metric.WithAttributes(attribute.String("shop", "rome"))

	round := int64(1)
	observe := metric.WithInt64Callback(func(_ context.Context, observer metric.Int64Observer) error {
		observer.Observe(3*round, paris)
		observer.Observe(4*round, rome)
		return nil
	})
	orders, err := meter.Int64Counter("orders")
	check(err)
	_, err = meter.Int64ObservableCounter("orders.observed", observe)
	check(err)
	_, err = meter.Int64ObservableUpDownCounter("stock.observed", observe)
	check(err)

	seen := map[string][]int64{}
	for ; round <= 2; round++ {
		orders.Add(ctx, 3, paris)
		orders.Add(ctx, 4, rome)
		var data metricdata.ResourceMetrics
		check(reader.Collect(ctx, &data))
		for _, series := range data.ScopeMetrics[0].Metrics {
			for _, point := range series.Data.(metricdata.Sum[int64]).DataPoints {
				seen[series.Name] = append(seen[series.Name], point.Value)
			}
		}
	}
	fmt.Print("Go        ")
	for _, name := range []string{"orders", "orders.observed", "stock.observed"} {
		fmt.Print("  ", name)
		for _, value := range seen[name] {
			fmt.Print(" ", value)
		}
	}
	fmt.Println()
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
GO

cat >main.mjs <<'JS'
import { AggregationTemporality, MeterProvider, MetricReader, createDenyListAttributesProcessor } from '@opentelemetry/sdk-metrics';

class Reader extends MetricReader {
  onForceFlush() { return Promise.resolve(); }
  onShutdown() { return Promise.resolve(); }
}

async function run(shops) {
  const reader = new Reader({ aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE });
  const withoutShop = { instrumentName: '*', attributesProcessors: [createDenyListAttributesProcessor(['shop'])] };
  const meter = new MeterProvider({ readers: [reader], views: [withoutShop] }).getMeter('demo');
  let round = 1;
  const observe = (result) => { for (const [shop, count] of shops) result.observe(count * round, { shop }); };
  const orders = meter.createCounter('orders');
  meter.createObservableCounter('orders.observed').addCallback(observe);
  meter.createObservableUpDownCounter('stock.observed').addCallback(observe);

  const seen = {};
  for (; round <= 2; round++) {
    for (const [shop, count] of shops) orders.add(count, { shop });
    const { resourceMetrics } = await reader.collect();
    for (const { descriptor, dataPoints } of resourceMetrics.scopeMetrics[0].metrics) {
      (seen[descriptor.name] ??= []).push(...dataPoints.map(({ value }) => value));
    }
  }
  return seen;
}

const seen = await run([['paris', 3], ['rome', 4]]);
console.log(`JavaScript  ${Object.entries(seen).map(([name, values]) => `${name} ${values.join(' ')}`).join('  ')}`);
const turned = await run([['rome', 4], ['paris', 3]]);
console.log(`JavaScript, the shops in the other order: orders.observed ${turned['orders.observed'].join(' ')}`);
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
