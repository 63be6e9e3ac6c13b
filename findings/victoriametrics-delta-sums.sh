#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# VictoriaMetrics accepts counters with delta temporality, and increase() then counts a part of them.
#
# Expected  A server that takes OTLP adds deltas up, or refuses them, as Prometheus does.
# Seen      Each delta is stored as the value of the counter, without a warning. Deltas of 2, 2 and 2 look like a counter that
#           stands still: increase() is 2, rate() about 0. Deltas of 3, 1 and 2 look like a counter that was reset. Only
#           sum_over_time() finds the total. A dashboard made for cumulative counters shows too little, and no error.
# Versions  github.com/VictoriaMetrics/VictoriaMetrics 1.151.0; Go go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp
#           1.47.0, sdk/metric 1.47.0
# Date      2026-11-27
# Sources   https://docs.victoriametrics.com/victoriametrics/integrations/opentelemetry/
#           https://opentelemetry.io/docs/specs/otel/metrics/data-model/#sums
set -euo pipefail

recorded='cumulative  2, 2, 2  increase 6  sum of samples 12
delta       2, 2, 2  increase 2  sum of samples 6
cumulative  3, 1, 2  increase 6  sum of samples 13
delta       3, 1, 2  increase 5  sum of samples 6'

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
	"strings"
	"time"

	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/resource"
)

var temporalities = map[string]metricdata.Temporality{
	"cumulative": metricdata.CumulativeTemporality, "delta": metricdata.DeltaTemporality,
}

func main() {
	ctx, server := context.Background(), os.Args[1]
	for _, steps := range [][]int64{{2, 2, 2}, {3, 1, 2}} {
		for _, word := range []string{"cumulative", "delta"} {
			name := fmt.Sprintf("%s_%d", word, steps[0])
			exporter := must(otlpmetrichttp.New(ctx, otlpmetrichttp.WithEndpointURL(server+"/opentelemetry/v1/metrics"),
				otlpmetrichttp.WithTemporalitySelector(func(sdk.InstrumentKind) metricdata.Temporality { return temporalities[word] })))
			provider := sdk.NewMeterProvider(sdk.WithResource(resource.Empty()), sdk.WithReader(sdk.NewPeriodicReader(exporter)))
			counter := must(provider.Meter("").Int64Counter(name))
			for _, step := range steps {
				counter.Add(ctx, step)
				if err := provider.ForceFlush(ctx); err != nil {
					panic(err)
				}
				time.Sleep(1100 * time.Millisecond) // the server keeps one sample a millisecond
			}
			must(http.Get(server + "/internal/force_flush")) // makes it visible for queries now
			fmt.Printf("%-11s %s  increase %s  sum of samples %s\n", word, strings.Trim(strings.ReplaceAll(fmt.Sprint(steps), " ", ", "), "[]"),
				ask(server, "increase("+name+"[1m])"), ask(server, "sum_over_time("+name+"[1m])"))
		}
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
	return answer.Data.Result[0].Value[1].(string)
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

port=18429
./victoria-metrics -httpListenAddr=127.0.0.1:$port -storageDataPath=data -search.latencyOffset=0s -search.disableCache >server.log 2>&1 &
server=$!
for _ in $(seq 100); do curl -sf "http://127.0.0.1:$port/health" >/dev/null && break; sleep 0.1; done
saw=$(./export "http://127.0.0.1:$port")

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-27 was\n%s\n' "$recorded" >&2; exit 1; }
