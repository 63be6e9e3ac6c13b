#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The OpenTelemetry middleware of the River job queue puts the tags of each job into the labels of its metrics.
#
# Expected  Metrics of a queue have labels with few values: kind, queue, status. Tags of a job, which the queue documents as
#           free text for finding jobs again, belong to spans.
# Seen      Each list of tags is a label value, so each order or customer named in a tag makes new series of a counter, a gauge
#           and a histogram. After 2,000 series of an instrument, OpenTelemetry Go counts all others as overflow, without
#           kind and status: failures of jobs are then invisible by kind. No option turns the tags off.
# Versions  github.com/riverqueue/rivercontrib/otelriver 0.12.0; Go go.opentelemetry.io/otel/sdk/metric 1.47.0
# Date      2026-11-27
# Sources   https://pkg.go.dev/github.com/riverqueue/rivercontrib/otelriver
#           https://riverqueue.com/docs/open-telemetry
set -euo pipefail

recorded='3000 jobs with the tag of their order  2000 series, 1000 failed jobs, 0 of them with their kind
3000 jobs without a tag                   2 series, 1000 failed jobs, 1000 of them with their kind'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >main.go <<'GO'
package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/riverqueue/river/rivertype"
	"github.com/riverqueue/rivercontrib/otelriver"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

func main() {
	show("3000 jobs with the tag of their order", func(i int) []string { return []string{fmt.Sprintf("order-%d", i)} })
	show("3000 jobs without a tag", func(int) []string { return nil })
}

// show works 2,000 jobs that succeed, then 1,000 that fail.
func show(name string, tags func(int) []string) {
	ctx, reader := context.Background(), sdk.NewManualReader()
	middleware := otelriver.NewMiddleware(&otelriver.MiddlewareConfig{MeterProvider: sdk.NewMeterProvider(sdk.WithReader(reader))})
	for i := range 3000 {
		job := &rivertype.JobRow{ID: int64(i), Kind: "invoice", Queue: "default", Attempt: 1, Priority: 1, Tags: tags(i)}
		_ = middleware.Work(ctx, job, func(context.Context) error {
			if i >= 2000 {
				return errors.New("no paper")
			}
			return nil
		})
	}
	var data metricdata.ResourceMetrics
	if err := reader.Collect(ctx, &data); err != nil {
		panic(err)
	}
	for _, metric := range data.ScopeMetrics[0].Metrics {
		sum, ok := metric.Data.(metricdata.Sum[int64])
		if !ok || metric.Name != "river.work_count" {
			continue
		}
		var failed int64
		for _, point := range sum.DataPoints {
			status, _ := point.Attributes.Value("status")
			if kind, ok := point.Attributes.Value("kind"); ok && status.AsString() == "error" && kind.AsString() == "invoice" {
				failed += point.Value
			}
		}
		fmt.Printf("%-38s %4d series, 1000 failed jobs, %d of them with their kind\n", name, len(sum.DataPoints), failed)
	}
}
GO

go mod init finding 2>/dev/null
go mod edit -require=github.com/riverqueue/rivercontrib/otelriver@v0.12.0 -require=go.opentelemetry.io/otel/sdk/metric@v1.47.0
go build -mod=mod -o work . 2>build.log || { cat build.log >&2; exit 1; }
saw=$(./work)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-27 was\n%s\n' "$recorded" >&2; exit 1; }
