#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The 99th percentile of two values, 10 and 1000, is 10 in one Go library, 1000 in another, and 990 in a third.
#
# Expected  Libraries for percentiles differ by the small error that each one states, such as 1 %.
# Seen      With few values the definition decides. DDSketch's rank rounds down, so that the largest value shows only at the
#           100th percentile. t-digests interpolate, each in its own way, and name values that never occurred. The summaries
#           of Prometheus' client and HDR histograms name the larger value. So an alert on the 99th percentile of a route with
#           few requests behaves in another way after a change of the library, with the same requests.
# Versions  Go github.com/DataDog/sketches-go 1.4.8, github.com/caio/go-tdigest/v4 4.1.0, github.com/influxdata/tdigest 0.0.1,
#           github.com/HdrHistogram/hdrhistogram-go 1.4.0, github.com/beorn7/perks 1.0.1 (in Prometheus' summaries),
#           github.com/rcrowley/go-metrics 0.0.0-20250401214520-65e299d6c5c9
# Date      2026-11-27
# Sources   https://pkg.go.dev/github.com/DataDog/sketches-go/ddsketch
#           https://pkg.go.dev/github.com/caio/go-tdigest/v4#TDigest.Quantile
#           https://pkg.go.dev/github.com/prometheus/client_golang/prometheus#SummaryOpts
set -euo pipefail

recorded='of 10 and 1000            50 %   99 %
  DDSketch, 1 % accuracy    10     10
  t-digest (caio)          505    990
  t-digest (influxdata)    505   1000
  HDR histogram             10   1000
  Prometheus summary        10   1000
  rcrowley uniform sample  505   1000
of nine 0 and one 1000    50 %   99 %
  DDSketch, 1 % accuracy     0      0
  t-digest (caio)            0    910
  t-digest (influxdata)      0   1000
  HDR histogram              0   1000
  Prometheus summary         0   1000
  rcrowley uniform sample    0   1000'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >main.go <<'GO'
package main

import (
	"fmt"

	"github.com/DataDog/sketches-go/ddsketch"
	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/beorn7/perks/quantile"
	caio "github.com/caio/go-tdigest/v4"
	influx "github.com/influxdata/tdigest"
	"github.com/rcrowley/go-metrics"
)

func main() {
	show("of 10 and 1000", 10, 1000)
	show("of nine 0 and one 1000", 0, 0, 0, 0, 0, 0, 0, 0, 0, 1000)
}

func show(text string, values ...float64) {
	dd := must(ddsketch.NewDefaultDDSketch(0.01))
	td := must(caio.New())
	in := influx.NewWithCompression(1000)
	hdr := hdrhistogram.New(1, 100000, 3)
	summary := quantile.NewTargeted(map[float64]float64{0.5: 0.05, 0.99: 0.001})
	sample := metrics.NewUniformSample(100)
	for _, value := range values {
		check(dd.Add(value))
		check(td.Add(value))
		in.Add(value, 1)
		check(hdr.RecordValue(int64(value)))
		summary.Insert(value)
		sample.Update(int64(value))
	}
	fmt.Printf("%-24s  50 %%   99 %%\n", text)
	for _, library := range []struct {
		name string
		at   func(q float64) float64
	}{
		{"DDSketch, 1 % accuracy", func(q float64) float64 { return must(dd.GetValueAtQuantile(q)) }},
		{"t-digest (caio)", td.Quantile},
		{"t-digest (influxdata)", in.Quantile},
		{"HDR histogram", func(q float64) float64 { return float64(hdr.ValueAtQuantile(100 * q)) }},
		{"Prometheus summary", summary.Query},
		{"rcrowley uniform sample", sample.Percentile},
	} {
		fmt.Printf("  %-23s %4.0f %6.0f\n", library.name, library.at(0.5), library.at(0.99))
	}
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
go mod edit -require=github.com/DataDog/sketches-go@v1.4.8 -require=github.com/caio/go-tdigest/v4@v4.1.0 \
  -require=github.com/influxdata/tdigest@v0.0.1 -require=github.com/HdrHistogram/hdrhistogram-go@v1.4.0 \
  -require=github.com/beorn7/perks@v1.0.1 -require=github.com/rcrowley/go-metrics@v0.0.0-20250401214520-65e299d6c5c9
go build -mod=mod -o percentiles . 2>build.log || { cat build.log >&2; exit 1; }
saw=$(./percentiles)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-27 was\n%s\n' "$recorded" >&2; exit 1; }
