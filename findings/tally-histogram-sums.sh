#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# A histogram of uber-go/tally adds the upper bound of the bucket to the sum on the page, not the value.
#
# Expected  _sum is the sum of the observed values, as the exposition formats of Prometheus define it, so that
#           rate(x_sum) / rate(x_count) is the average.
# Seen      Thirty requests of 11 ms each have a sum of 0.75 s (the bound of their bucket is 25 ms). One value above the last
#           bound adds the largest value of its type: 292 years of durations, or 1.8e308 of plain values, the next of which
#           makes the sum infinite for good.
# Versions  Go github.com/uber-go/tally/v4 4.1.17
# Date      2026-11-27
# Sources   https://prometheus.io/docs/concepts/metric_types/#histogram
#           https://github.com/uber-go/tally/blob/v4.1.17/prometheus/reporter.go
set -euo pipefail

recorded='coins         count  1, sum 1.7976931348623157e+308
points        count  2, sum +Inf
quick_seconds count 30, sum 0.7500000000000003
slow_seconds  count  1, sum 9.223372036854776e+09'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >main.go <<'GO'
package main

import (
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/uber-go/tally/v4"
	reporter "github.com/uber-go/tally/v4/prometheus"
)

func main() {
	registry := prometheus.NewRegistry()
	scope, closer := tally.NewRootScope(tally.ScopeOptions{
		CachedReporter: reporter.NewReporter(reporter.Options{Registerer: registry}), Separator: "_",
		OmitCardinalityMetrics: true,
	}, 0)
	for range 30 {
		scope.Histogram("quick_seconds", tally.DefaultBuckets).RecordDuration(11 * time.Millisecond)
	}
	scope.Histogram("slow_seconds", tally.DefaultBuckets).RecordDuration(time.Minute)
	scope.Histogram("coins", tally.ValueBuckets{1, 10, 100}).RecordValue(101)
	scope.Histogram("points", tally.ValueBuckets{1, 10, 100}).RecordValue(101)
	scope.Histogram("points", tally.ValueBuckets{1, 10, 100}).RecordValue(102)
	if err := closer.Close(); err != nil { // reports
		panic(err)
	}
	families, err := registry.Gather()
	if err != nil {
		panic(err)
	}
	for _, family := range families {
		h := family.GetMetric()[0].GetHistogram()
		fmt.Printf("%-13s count %2d, sum %g\n", family.GetName(), h.GetSampleCount(), h.GetSampleSum())
	}
}
GO

go mod init finding 2>/dev/null
go mod edit -require=github.com/uber-go/tally/v4@v4.1.17
go build -mod=mod -o sums . 2>build.log || { cat build.log >&2; exit 1; }
saw=$(./sums)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-27 was\n%s\n' "$recorded" >&2; exit 1; }
