#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The page of a Node.js cluster adds up the quantiles of its workers: four workers at 100 ms have a median of 400 ms.
#
# Expected  AggregatorRegistry makes one page of the workers' metrics. Quantiles cannot be merged, so that a summary is left out,
#           refused, or averaged.
# Seen      The lines of a summary with a quantile are summed like counters. Count and sum are right. Summation is the default of
#           every metric, whose option `aggregator` is one for all of its lines: an average would make count and sum wrong.
#           No error and no line of the page says that the quantiles mean nothing.
# Versions  npm prom-client 15.1.3
# Date      2026-11-28
# Sources   https://github.com/siimon/prom-client#usage-with-nodejss-cluster-module,
#           https://prometheus.io/docs/practices/histograms/ (quantiles are not aggregatable)
set -euo pipefail

recorded='one worker:   median 0.1
four workers: median 0.4, count 400'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >cluster.mjs <<'JS'
import { AggregatorRegistry, Registry, Summary } from 'prom-client';

// What four workers send to the primary: each has served 100 requests in 100 ms.
const workers = [];
for (let worker = 0; worker < 4; worker++) {
  const registry = new Registry();
  const summary = new Summary({ name: 'request_seconds', help: 'Duration.', percentiles: [0.5], registers: [registry] });
  for (let i = 0; i < 100; i++) summary.observe(0.1);
  workers.push(await registry.getMetricsAsJSON());
}

const value = (page, name) => Number(page.split('\n').find((line) => line.startsWith(name)).split(' ')[1]);
const one = await AggregatorRegistry.aggregate(workers.slice(0, 1)).metrics();
const four = await AggregatorRegistry.aggregate(workers).metrics();
console.log(`one worker:   median ${value(one, 'request_seconds{')}`);
console.log(`four workers: median ${value(four, 'request_seconds{')}, count ${value(four, 'request_seconds_count')}`);
JS

npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts prom-client@15.1.3
saw=$(node cluster.mjs)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-28 was\n%s\n' "$recorded" >&2; exit 1; }
