#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# VictoriaMetrics answers quantiles of an OpenTelemetry exponential histogram with nothing, or with a wrong value.
#
# Expected  An exponential histogram has the smaller errors: at most a few percent of any quantile, whatever the values are.
# Seen      VictoriaMetrics stores each bucket with its two bounds as text of four digits. OpenTelemetry's histograms begin
#           with the finest scale, so that few values that lie close together have buckets whose two bounds are the same text.
#           Such buckets do not count: a histogram with one value, or with prices of 100.00 to 100.03, has no quantile at all.
#           A histogram with values below, at and above zero has quantiles that never go above zero. Count and sum are right.
# Versions  github.com/VictoriaMetrics/VictoriaMetrics 1.151.0; Go go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp
#           1.47.0, sdk/metric 1.47.0
# Date      2026-11-27
# Sources   https://docs.victoriametrics.com/victoriametrics/integrations/opentelemetry/
#           https://opentelemetry.io/docs/specs/otel/metrics/data-model/#exponentialhistogram
set -euo pipefail

recorded='1 to 10                 count 10  median 5.076     90 % 9.11      maximum 10.15
100                     count 1   median nothing   90 % nothing   maximum nothing
100.00 to 100.03        count 4   median nothing   90 % nothing   maximum nothing
-4 -4 -1 0 1 3          count 6   median -0.7357875 90 % -0.1471575 maximum 0'

dir=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null || true; wait; rm -rf "$dir"' EXIT
cd "$dir"

cat >main.go <<'GO'
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"time"

	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
)

var cases = []struct {
	text, name string
	scale      int32
	values     []float64
}{
	{"1 to 10", "ten", 20, []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}},
	{"100", "one", 20, []float64{100}},
	{"100.00 to 100.03", "close", 20, []float64{100, 100.01, 100.02, 100.03}},
	{"-4 -4 -1 0 1 3", "mixed", 2, []float64{-4, -4, -1, 0, 1, 3}},
}

func main() {
	ctx, server := context.Background(), os.Args[1]
	for _, c := range cases {
		exporter := must(otlpmetrichttp.New(ctx, otlpmetrichttp.WithEndpointURL(server+"/opentelemetry/v1/metrics")))
		view := sdk.NewView(sdk.Instrument{Name: "*"},
			sdk.Stream{Aggregation: sdk.AggregationBase2ExponentialHistogram{MaxSize: 160, MaxScale: c.scale}})
		provider := sdk.NewMeterProvider(sdk.WithResource(resource.Empty()), sdk.WithView(view),
			sdk.WithReader(sdk.NewPeriodicReader(exporter)))
		histogram := must(provider.Meter("").Float64Histogram(c.name))
		for _, value := range c.values {
			histogram.Record(ctx, value)
		}
		if err := provider.ForceFlush(ctx); err != nil {
			panic(err)
		}
	}
	must(http.Get(server + "/internal/force_flush")) // makes it visible for queries now
	for _, c := range cases {
		quantile := func(q string) string { return ask(server, "histogram_quantile("+q+", "+c.name+"_bucket)") }
		fmt.Printf("%-23s count %-3s median %-9s 90 %% %-9s maximum %s\n",
			c.text, ask(server, c.name+"_count"), quantile("0.5"), quantile("0.9"), quantile("1"))
	}
}

func ask(server, query string) string {
	soon := strconv.FormatInt(time.Now().Unix()+2, 10) // the server asks for whole seconds
	response := must(http.Get(server + "/api/v1/query?time=" + soon + "&query=" + url.QueryEscape(query)))
	defer response.Body.Close()
	var answer struct {
		Data struct{ Result []struct{ Value [2]any } }
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		panic(err)
	}
	if len(answer.Data.Result) == 0 {
		return "nothing"
	}
	value := must(strconv.ParseFloat(answer.Data.Result[0].Value[1].(string), 64))
	return strconv.FormatFloat(value, 'g', 7, 64)
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
GO

GOBIN=$dir go install github.com/VictoriaMetrics/VictoriaMetrics/app/victoria-metrics@v1.151.0 2>build.log || { cat build.log >&2; exit 1; }
go mod init finding 2>/dev/null
go mod edit -require=go.opentelemetry.io/otel@v1.47.0 -require=go.opentelemetry.io/otel/sdk/metric@v1.47.0 \
  -require=go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp@v1.47.0
go build -mod=mod -o export . 2>build.log || { cat build.log >&2; exit 1; }

port=18428
./victoria-metrics -httpListenAddr=127.0.0.1:$port -storageDataPath=data -search.latencyOffset=0s -search.disableCache >server.log 2>&1 &
server=$!
for _ in $(seq 100); do curl -sf "http://127.0.0.1:$port/health" >/dev/null && break; sleep 0.1; done
saw=$(./export "http://127.0.0.1:$port")

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-27 was\n%s\n' "$recorded" >&2; exit 1; }
