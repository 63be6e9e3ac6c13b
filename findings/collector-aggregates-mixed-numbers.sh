#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Where the Collector sums series of a Go service and of a JavaScript service, one of the two is missing.
#
# Expected  A counter of OpenTelemetry Go has integers, and one of OpenTelemetry JS has doubles, whole numbers as well. Prometheus and
#           OTLP have both under one name. When a Collector drops the attribute that tells the services apart, 3 orders
#           and 4 orders are 7, in any order, and their mean is 3.5.
# Seen      The type of the first series decides. When it is an integer, doubles count as 0: 3 and 4 are 3, and their mean is 1.
#           When the double comes first, the sum is 7. The mean and the median of integers are cut to an integer, 3 for 3 and 4.
#           The processors transform (aggregate_on_attributes) and metricstransform (aggregate_labels) do the same.
#           There is no error.
# Versions  github.com/open-telemetry/opentelemetry-collector-contrib/processor/transformprocessor, metricstransformprocessor and
#           groupbyattrsprocessor 0.161.0
# Date      2026-11-28
# Sources   https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/processor/transformprocessor/README.md#aggregate_on_attributes
#           https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/processor/metricstransformprocessor/README.md
set -euo pipefail

recorded='transform         sum   integers 3 and 4: 7; integer 3, double 4: 3; double 4, integer 3: 7
metricstransform  sum   integers 3 and 4: 7; integer 3, double 4: 3; double 4, integer 3: 7
transform         mean  integers 3 and 4: 3; integer 3, double 4: 1; double 4, integer 3: 3.5
metricstransform  mean  integers 3 and 4: 3; integer 3, double 4: 1; double 4, integer 3: 3.5'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >main.go <<'GO'
package main

import (
	"context"
	"fmt"

	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/groupbyattrsprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/metricstransformprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/transformprocessor"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processortest"
)

var ctx = context.Background()

type object = map[string]any

func main() {
	for _, aggregation := range []string{"sum", "mean"} {
		transform := object{"metric_statements": []any{object{"context": "metric", "statements": []any{
			fmt.Sprintf(`aggregate_on_attributes("%s", [])`, aggregation)}}}}
		metricsTransform := object{"transforms": []any{object{"include": "orders", "action": "update", "operations": []any{
			object{"action": "aggregate_labels", "label_set": []any{}, "aggregation_type": aggregation}}}}}
		for _, p := range []struct {
			name    string
			factory processor.Factory
			config  object
		}{
			{"transform", transformprocessor.NewFactory(), transform},
			{"metricstransform", metricstransformprocessor.NewFactory(), metricsTransform},
		} {
			fmt.Printf("%-16s  %-4s  integers 3 and 4: %s; integer 3, double 4: %s; double 4, integer 3: %s\n", p.name, aggregation,
				aggregated(p.factory, p.config, 3, 4), aggregated(p.factory, p.config, 3, 4.0), aggregated(p.factory, p.config, 4.0, 3))
		}
	}
}

// aggregated brings the series of two services together, and returns what a processor makes of them.
func aggregated(factory processor.Factory, config object, values ...any) string {
	sink := new(consumertest.MetricsSink)
	aggregate := start(factory, config, sink)
	compact := start(groupbyattrsprocessor.NewFactory(), object{}, aggregate)
	metrics := pmetric.NewMetrics()
	for i, value := range values {
		metric := metrics.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics().AppendEmpty()
		metric.SetName("orders")
		sum := metric.SetEmptySum()
		sum.SetIsMonotonic(true)
		sum.SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
		point := sum.DataPoints().AppendEmpty()
		point.SetTimestamp(pcommon.Timestamp(1_795_860_000_000_000_000))
		point.Attributes().PutStr("service", fmt.Sprint("service-", i))
		switch value := value.(type) {
		case int:
			point.SetIntValue(int64(value))
		case float64:
			point.SetDoubleValue(value)
		}
	}
	check(compact.ConsumeMetrics(ctx, metrics))
	point := sink.AllMetrics()[0].ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().At(0).Sum().DataPoints().At(0)
	if point.ValueType() == pmetric.NumberDataPointValueTypeInt {
		return fmt.Sprint(point.IntValue())
	}
	return fmt.Sprint(point.DoubleValue())
}

func start(factory processor.Factory, configuration object, next consumer.Metrics) processor.Metrics {
	config := factory.CreateDefaultConfig()
	check(confmap.NewFromStringMap(configuration).Unmarshal(config))
	metrics := must(factory.CreateMetrics(ctx, processortest.NewNopSettings(factory.Type()), config, next))
	check(metrics.Start(ctx, componenttest.NewNopHost()))
	return metrics
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

contrib=github.com/open-telemetry/opentelemetry-collector-contrib/processor
go mod init finding 2>/dev/null
for module in transformprocessor metricstransformprocessor groupbyattrsprocessor; do
  go mod edit -require="$contrib/$module@v0.161.0"
done
go build -mod=mod -o demo . 2>build.log || { cat build.log >&2; exit 1; }
saw=$(./demo)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-28 was\n%s\n' "$recorded" >&2; exit 1; }
