#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# parse-prometheus-text-format merges all histograms of one name.
#
# Expected  Its README says that the output aims to be compatible with prom2json: one entry for each label set, with the
#           labels. The text format allows any number of blanks or tabs between tokens.
# Seen      Two series of a histogram become one entry without labels, with the buckets of the last one: 20 of the 30
#           observations below are missing, without an error. Counters and gauges keep their labels. Two blanks in a TYPE
#           line are an error. Go's expfmt, which prom2json uses, reads both pages completely.
# Versions  npm parse-prometheus-text-format 1.1.1, the latest on that day; Go github.com/prometheus/common 0.72.1
# Date      2026-11-27
# Sources   https://prometheus.io/docs/instrumenting/exposition_formats/#text-format-details
#           https://github.com/yunyu/parse-prometheus-text-format
set -euo pipefail

recorded='histogram  npm  [{"buckets":{"1":"10","+Inf":"10"}}]
histogram  Go   {plan="free"} 20 observations, sum 5; {plan="paid"} 10 observations, sum 2
blanks     npm  error: Encountered invalid line: # TYPE  users  gauge
blanks     Go   {} 3'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >histogram.txt <<'TEXT'
# TYPE latency_seconds histogram
latency_seconds_bucket{plan="free",le="1"} 20
latency_seconds_bucket{plan="free",le="+Inf"} 20
latency_seconds_sum{plan="free"} 5
latency_seconds_count{plan="free"} 20
latency_seconds_bucket{plan="paid",le="1"} 10
latency_seconds_bucket{plan="paid",le="+Inf"} 10
latency_seconds_sum{plan="paid"} 2
latency_seconds_count{plan="paid"} 10
TEXT
printf '# TYPE  users  gauge\nusers  3\n' >blanks.txt

cat >parse.mjs <<'JS'
import { readFileSync } from 'node:fs';
import parse from 'parse-prometheus-text-format';

try {
  const families = parse(readFileSync(process.argv[2], 'utf8'));
  console.log(JSON.stringify(families.find((family) => family.metrics.length > 0).metrics));
} catch (error) {
  console.log(`error: ${error.message ?? error}`);
}
JS

cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

func main() {
	page, err := os.Open(os.Args[1])
	if err != nil {
		panic(err)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(page)
	if err != nil {
		panic(err)
	}
	var all []string
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			var labels []string
			for _, label := range metric.GetLabel() {
				labels = append(labels, fmt.Sprintf("%s=%q", label.GetName(), label.GetValue()))
			}
			text := fmt.Sprintf("{%s} %v", strings.Join(labels, ","), metric.GetGauge().GetValue())
			if h := metric.GetHistogram(); h != nil {
				text = fmt.Sprintf("{%s} %d observations, sum %v", strings.Join(labels, ","), h.GetSampleCount(), h.GetSampleSum())
			}
			all = append(all, text)
		}
	}
	fmt.Println(strings.Join(all, "; "))
}
GO

npm install --loglevel=error --no-audit --no-fund --ignore-scripts parse-prometheus-text-format@1.1.1 >/dev/null
go mod init finding 2>/dev/null
go mod edit -require=github.com/prometheus/common@v0.72.1
go build -mod=mod -o parse . 2>build.log || { cat build.log >&2; exit 1; }
saw="histogram  npm  $(node parse.mjs histogram.txt)
histogram  Go   $(./parse histogram.txt)
blanks     npm  $(node parse.mjs blanks.txt)
blanks     Go   $(./parse blanks.txt)"

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-27 was\n%s\n' "$recorded" >&2; exit 1; }
