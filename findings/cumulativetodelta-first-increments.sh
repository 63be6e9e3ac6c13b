#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# After a restart of the Collector, the first increments of each new series of a Go service are gone behind cumulativetodelta.
#
# Expected  The processor's default, initial_value: auto, leaves the first value of a series out only when the series began
#           before the processor did. A series that appears later is counted from its first increment.
# Seen      The Go SDK gives each series the start time of its instrument, which is about the start of the service. So
#           after a restart of the Collector alone, a customer, an error code or any other label value that appears for the
#           first time looks older than the processor, and what it had at the first export is dropped. An instrument that
#           is made after the restart is counted in full.
# Versions  github.com/open-telemetry/opentelemetry-collector-contrib/processor/cumulativetodeltaprocessor 0.165.0;
#           Go go.opentelemetry.io/otel/sdk/metric 1.47.0, exporters/otlp/otlpmetric/otlpmetrichttp 1.47.0
# Date      2026-11-27
# Sources   https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/processor/cumulativetodeltaprocessor/README.md
#           https://opentelemetry.io/docs/specs/otel/metrics/data-model/#cumulative-streams-inserting-true-reset-points
set -euo pipefail

recorded='auto  orders{shop="new"}  tracked 3, the deltas add up to 1
auto  refunds{}           tracked 1, the deltas add up to 1
keep  orders{shop="new"}  tracked 3, the deltas add up to 3
keep  refunds{}           tracked 1, the deltas add up to 1'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >main.go <<'GO'
package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"time"

	processors "github.com/open-telemetry/opentelemetry-collector-contrib/processor/cumulativetodeltaprocessor"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pmetric/pmetricotlp"
	"go.opentelemetry.io/collector/processor/processortest"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/metric"
	sdk "go.opentelemetry.io/otel/sdk/metric"
)

func main() {
	for _, initial := range []string{"auto", "keep"} {
		deltas := run(initial)
		fmt.Printf("%s  orders{shop=\"new\"}  tracked 3, the deltas add up to %d\n", initial, deltas["orders new"])
		fmt.Printf("%s  refunds{}           tracked 1, the deltas add up to %d\n", initial, deltas["refunds"])
	}
}

// run starts a service, then a processor, and lets the service count. It returns the sums of the deltas by series.
func run(initial string) map[string]int64 {
	ctx := context.Background()
	var collector consumer.Metrics
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		request := pmetricotlp.NewExportRequest()
		check(request.UnmarshalProto(must(io.ReadAll(r.Body))))
		check(collector.ConsumeMetrics(ctx, request.Metrics()))
	}))
	defer receiver.Close()

	provider := sdk.NewMeterProvider(sdk.WithReader(sdk.NewPeriodicReader(
		must(otlpmetrichttp.New(ctx, otlpmetrichttp.WithEndpointURL(receiver.URL))), sdk.WithInterval(time.Hour))))
	orders := must(provider.Meter("demo").Int64Counter("orders"))
	orders.Add(ctx, 5, metric.WithAttributes(attribute.String("shop", "old")))

	time.Sleep(50 * time.Millisecond) // the Collector starts after the service
	factory, sink := processors.NewFactory(), new(consumertest.MetricsSink)
	config := factory.CreateDefaultConfig()
	check(confmap.NewFromStringMap(map[string]any{"initial_value": initial}).Unmarshal(config))
	processor := must(factory.CreateMetrics(ctx, processortest.NewNopSettings(factory.Type()), config, sink))
	check(processor.Start(ctx, componenttest.NewNopHost()))
	collector = processor
	check(provider.ForceFlush(ctx))

	orders.Add(ctx, 2, metric.WithAttributes(attribute.String("shop", "new")))
	must(provider.Meter("demo").Int64Counter("refunds")).Add(ctx, 1)
	check(provider.ForceFlush(ctx))
	orders.Add(ctx, 1, metric.WithAttributes(attribute.String("shop", "new")))
	check(provider.ForceFlush(ctx))

	deltas := map[string]int64{}
	for _, data := range sink.AllMetrics() {
		for _, resource := range data.ResourceMetrics().All() {
			for _, scope := range resource.ScopeMetrics().All() {
				for _, series := range scope.Metrics().All() {
					for _, point := range series.Sum().DataPoints().All() {
						name := series.Name()
						if shop, ok := point.Attributes().Get("shop"); ok {
							name += " " + shop.AsString()
						}
						deltas[name] += point.IntValue()
					}
				}
			}
		}
	}
	return deltas
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

go mod init finding 2>/dev/null
go mod edit -require=go.opentelemetry.io/otel@v1.47.0 -require=go.opentelemetry.io/otel/sdk/metric@v1.47.0 \
  -require=go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp@v1.47.0 \
  -require=github.com/open-telemetry/opentelemetry-collector-contrib/processor/cumulativetodeltaprocessor@v0.165.0
go build -mod=mod -o demo . 2>build.log || { cat build.log >&2; exit 1; }
saw=$(./demo)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-27 was\n%s\n' "$recorded" >&2; exit 1; }
