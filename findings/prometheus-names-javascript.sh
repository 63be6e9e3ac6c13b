#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The same instrument is another Prometheus series in OpenTelemetry JS than in OpenTelemetry Go.
#
# Expected  Both exporters follow one specification. So an instrument with one name, unit and attribute is one series,
#           and one query serves services in both languages.
# Seen      With default settings, JavaScript adds no unit to a name: request_duration instead of
#           request_duration_seconds. For a histogram that a view makes exponential, JavaScript writes a TYPE line and no
#           sample, without a warning. The specification lets an exporter drop what its format lacks; Go writes the sum
#           and the count in text, and a native histogram in protobuf.
#           A double of one million is the label "1000000" in JavaScript and "1e+06" in Go.
#           An attribute named 1st stays 1st in JavaScript and becomes key_1st in Go.
# Versions  npm @opentelemetry/exporter-prometheus 0.301.0, sdk-metrics 3.1.1;
#           Go go.opentelemetry.io/otel/exporters/prometheus 0.69.0, sdk/metric 1.47.0
# Date      2026-11-27
# Sources   https://github.com/open-telemetry/opentelemetry-specification/blob/main/specification/compatibility/prometheus_and_openmetrics.md#metric-metadata-1
#           https://github.com/open-telemetry/opentelemetry-js/issues/5942 (exponential histograms)
set -euo pipefail

recorded='JavaScript:
# TYPE latency untyped
payload_total{amount="1000000"} 3
purchase_total{1st="x"} 1
request_duration_count 1
request_duration_sum 0.3
speed 0.5
Go:
# TYPE latency_seconds histogram
latency_seconds_count 1
latency_seconds_sum 0.3
payload_bytes_total{amount="1e+06"} 3
purchase_total{key_1st="x"} 1
request_duration_seconds_count 1
request_duration_seconds_sum 0.3
speed_bytes_per_second 0.5'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >page.mjs <<'JS'
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { AggregationType, MeterProvider } from '@opentelemetry/sdk-metrics';
import { resourceFromAttributes } from '@opentelemetry/resources';

const exporter = new PrometheusExporter({ preventServerStart: true });
const meter = new MeterProvider({
  readers: [exporter],
  resource: resourceFromAttributes({}),
  views: [{ instrumentName: 'latency', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } }],
}).getMeter('demo');
meter.createCounter('payload', { unit: 'By' }).add(3, { amount: 1000000 });
meter.createCounter('purchase').add(1, { '1st': 'x' });
meter.createHistogram('request.duration', { unit: 's' }).record(0.3);
meter.createGauge('speed', { unit: 'By/s' }).record(0.5);
meter.createHistogram('latency', { unit: 's' }).record(0.3);
const { resourceMetrics } = await exporter.collect();
// without target_info and the labels of the scope, which are beside the point
console.log(new PrometheusSerializer('', false, undefined, true, true).serialize(resourceMetrics));
JS

cat >main.go <<'GO'
package main

import (
	"context"
	"os"

	client "github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/metric"
	sdk "go.opentelemetry.io/otel/sdk/metric"
)

func main() {
	registry := client.NewRegistry()
	exporter := must(prometheus.New(prometheus.WithRegisterer(registry), prometheus.WithoutTargetInfo(), prometheus.WithoutScopeInfo()))
	exponential := sdk.NewView(sdk.Instrument{Name: "latency"}, sdk.Stream{Aggregation: sdk.AggregationBase2ExponentialHistogram{MaxSize: 160, MaxScale: 20}})
	meter := sdk.NewMeterProvider(sdk.WithReader(exporter), sdk.WithView(exponential)).Meter("demo")
	ctx := context.Background()

	payload := metric.WithAttributes(attribute.Float64("amount", 1000000))
	must(meter.Float64Counter("payload", metric.WithUnit("By"))).Add(ctx, 3, payload)
	must(meter.Float64Counter("purchase")).Add(ctx, 1, metric.WithAttributes(attribute.String("1st", "x")))
	must(meter.Float64Histogram("request.duration", metric.WithUnit("s"))).Record(ctx, 0.3)
	must(meter.Float64Gauge("speed", metric.WithUnit("By/s"))).Record(ctx, 0.5)
	must(meter.Float64Histogram("latency", metric.WithUnit("s"))).Record(ctx, 0.3)

	for _, family := range must(registry.Gather()) {
		must(expfmt.MetricFamilyToText(os.Stdout, family))
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
GO

npm install --loglevel=error --no-audit --no-fund --ignore-scripts @opentelemetry/api@1.10.0 \
  @opentelemetry/exporter-prometheus@0.301.0 @opentelemetry/sdk-metrics@3.1.1 @opentelemetry/resources@3.1.1 >/dev/null
go mod init finding 2>/dev/null
go mod edit -require=go.opentelemetry.io/otel@v1.47.0 -require=go.opentelemetry.io/otel/metric@v1.47.0 \
  -require=go.opentelemetry.io/otel/sdk/metric@v1.47.0 -require=go.opentelemetry.io/otel/exporters/prometheus@v0.69.0
go build -mod=mod -o page . 2>build.log || { cat build.log >&2; exit 1; }

# series leaves out help, units, buckets, and the types of all but the exponential histogram.
series() { grep -E '^[^#]|TYPE latency' | grep -v '_bucket{' | LC_ALL=C sort; }
saw="JavaScript:
$(node page.mjs | series)
Go:
$(./page | series)"

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-27 was\n%s\n' "$recorded" >&2; exit 1; }
