#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# One double attribute of one Go process has two label values in Prometheus, one by scrape and one by OTLP.
#
# Expected  A process that Prometheus scrapes, and that also sends it OTLP, has the same series in both ways. The
#           specification writes a double as a JSON number for protocols that have only text.
# Seen      The Go exporter for scrapes formats doubles with Go's shortest form: it has an exponent from 1000000 on, and
#           below 0.0001. Prometheus' OTLP receiver formats them with the Collector's library: it has an exponent from
#           1e21 on, and below 0.000001. Both are JSON numbers, and two label values. So a query for a price or a size
#           that is a double finds nothing after a move from one way to the other. Integers have one form.
# Versions  Go go.opentelemetry.io/otel/exporters/prometheus 0.69.0, exporters/otlp/otlpmetric/otlpmetrichttp 1.47.0,
#           sdk/metric 1.47.0; github.com/prometheus/prometheus 0.316.0 (Prometheus 3.16, its OTLP receiver and database)
# Date      2026-11-27
# Sources   https://github.com/open-telemetry/opentelemetry-specification/blob/main/specification/common/README.md#floating-point-numbers
#           https://github.com/open-telemetry/opentelemetry-specification/blob/main/specification/compatibility/prometheus_and_openmetrics.md#metric-attributes
set -euo pipefail

recorded='scrape  payments_total{amount="1e+06"}
scrape  payments_total{amount="1e-05"}
scrape  payments_total{amount="2.10000005e+07"}
scrape  payments_total{amount="2000000"}
scrape  payments_total{amount="999999"}
OTLP    payments_total{amount="0.00001"}
OTLP    payments_total{amount="1000000"}
OTLP    payments_total{amount="2000000"}
OTLP    payments_total{amount="21000000.5"}
OTLP    payments_total{amount="999999"}'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >main.go <<'GO'
package main

import (
	"context"
	"fmt"
	"math"
	"net/http/httptest"
	"slices"

	client "github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/prometheus/config"
	"github.com/prometheus/prometheus/storage/remote"
	"github.com/prometheus/prometheus/tsdb"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/metric"
	sdk "go.opentelemetry.io/otel/sdk/metric"
)

func main() {
	ctx := context.Background()
	db := must(tsdb.Open("data", nil, nil, tsdb.DefaultOptions(), nil))
	defer db.Close()
	configuration := func() config.Config {
		return config.Config{GlobalConfig: config.DefaultGlobalConfig, OTLPConfig: config.DefaultOTLPConfig}
	}
	receiver := httptest.NewServer(remote.NewOTLPWriteHandler(nil, client.NewRegistry(), db, configuration, remote.OTLPOptions{}))
	defer receiver.Close()

	registry := client.NewRegistry()
	provider := sdk.NewMeterProvider(
		sdk.WithReader(must(prometheus.New(prometheus.WithRegisterer(registry), prometheus.WithoutScopeInfo()))),
		sdk.WithReader(sdk.NewPeriodicReader(must(otlpmetrichttp.New(ctx, otlpmetrichttp.WithEndpointURL(receiver.URL))))),
	)
	counter := must(provider.Meter("demo").Int64Counter("payments"))
	for _, amount := range []float64{999999, 1000000, 21000000.5, 0.00001} {
		counter.Add(ctx, 1, metric.WithAttributes(attribute.Float64("amount", amount)))
	}
	counter.Add(ctx, 1, metric.WithAttributes(attribute.Int("amount", 2000000)))
	if err := provider.ForceFlush(ctx); err != nil {
		panic(err)
	}

	var scraped []string
	for _, family := range must(registry.Gather()) {
		for _, series := range family.GetMetric() {
			if family.GetName() == "payments_total" {
				scraped = append(scraped, series.GetLabel()[0].GetValue())
			}
		}
	}
	querier := must(db.Querier(math.MinInt64, math.MaxInt64))
	defer querier.Close()
	received, _, err := querier.LabelValues(ctx, "amount", nil)
	if err != nil {
		panic(err)
	}
	show("scrape", scraped)
	show("OTLP", received)
}

func show(way string, amounts []string) {
	slices.Sort(amounts)
	for _, amount := range amounts {
		fmt.Printf("%-7s payments_total{amount=%q}\n", way, amount)
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
GO

go mod init finding 2>/dev/null
go mod edit -require=github.com/prometheus/prometheus@v0.316.0 -require=go.opentelemetry.io/otel@v1.47.0 \
  -require=go.opentelemetry.io/otel/metric@v1.47.0 -require=go.opentelemetry.io/otel/sdk/metric@v1.47.0 \
  -require=go.opentelemetry.io/otel/exporters/prometheus@v0.69.0 \
  -require=go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp@v1.47.0
go build -mod=mod -o export . 2>build.log || { cat build.log >&2; exit 1; }
saw=$(./export)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-27 was\n%s\n' "$recorded" >&2; exit 1; }
