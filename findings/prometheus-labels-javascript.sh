#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# One attribute name of OpenTelemetry JS can make Prometheus refuse the whole page.
#
# Expected  The specification says what a Prometheus exporter does when two attribute names become one label name: it
#           joins the values with ";". A label name matches [a-zA-Z_][a-zA-Z0-9_]*, so another first character is
#           replaced. The Go exporter does both: it writes a_b="x;y", and key_1st for 1st.
# Seen      The JavaScript exporter writes a.b and a_b as one label twice, and leaves 1st as it is. Prometheus refuses
#           the whole scrape: up is 0, and the valid counter that stands first on the page is not stored either.
# Versions  npm @opentelemetry/exporter-prometheus 0.301.0, sdk-metrics 3.1.1; Prometheus 3.16
#           (Go github.com/prometheus/prometheus 0.316.0: its scrape manager and its database, as a library)
# Date      2026-11-27
# Sources   https://github.com/open-telemetry/opentelemetry-specification/blob/main/specification/compatibility/prometheus_and_openmetrics.md#metric-attributes
#           https://prometheus.io/docs/concepts/data_model/#metric-names-and-labels
set -euo pipefail

recorded='plain       page: purchase_total{a="x"} 1
            up 1, healthy_total stored: true, error: none
collision   page: purchase_total{a_b="x",a_b="y"} 1
            up 0, healthy_total stored: false, error: label name "a_b" is not unique: invalid sample
digit       page: purchase_total{1st="x"} 1
            up 0, healthy_total stored: false, error: expected label name, got "1" ("INVALID") while parsing: "purchase_total{1"'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >page.mjs <<'JS'
import { writeFileSync } from 'node:fs';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { resourceFromAttributes } from '@opentelemetry/resources';

const pages = { plain: { a: 'x' }, collision: { 'a.b': 'x', a_b: 'y' }, digit: { '1st': 'x' } };
for (const [name, attributes] of Object.entries(pages)) {
  const exporter = new PrometheusExporter({ preventServerStart: true });
  const meter = new MeterProvider({ readers: [exporter], resource: resourceFromAttributes({}) }).getMeter('demo');
  meter.createCounter('healthy').add(1);
  meter.createCounter('purchase').add(1, attributes);
  const { resourceMetrics } = await exporter.collect();
  // without target_info and the labels of the scope, which are beside the point
  writeFileSync(`${name}.txt`, new PrometheusSerializer('', false, undefined, true, true).serialize(resourceMetrics));
}
JS

cat >main.go <<'GO'
package main

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/config"
	"github.com/prometheus/prometheus/discovery/targetgroup"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/scrape"
	"github.com/prometheus/prometheus/tsdb"
)

func main() {
	for _, name := range []string{"plain", "collision", "digit"} {
		page, err := os.ReadFile(name + ".txt")
		must(err)
		for _, line := range strings.Split(string(page), "\n") {
			if strings.HasPrefix(line, "purchase_total") {
				fmt.Printf("%-11s page: %s\n", name, line)
			}
		}
		up, stored, reason := scraped(name, page)
		fmt.Printf("%-11s up %v, healthy_total stored: %v, error: %s\n", "", up, stored, reason)
	}
}

// scraped serves the page on this machine and has Prometheus' scrape manager read it once into a new database.
func scraped(name string, page []byte) (up float64, stored bool, reason string) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		w.Write(page)
	}))
	defer server.Close()

	db, err := tsdb.Open("data-"+name, nil, nil, tsdb.DefaultOptions(), nil)
	must(err)
	defer db.Close()
	manager, err := scrape.NewManager(&scrape.Options{}, nil, nil, db, nil, prometheus.NewRegistry())
	must(err)
	loaded, err := config.Load("scrape_configs: [{job_name: demo, scrape_interval: 1s, scrape_timeout: 1s}]", nil)
	must(err)
	must(manager.ApplyConfig(loaded))
	targets := make(chan map[string][]*targetgroup.Group)
	go manager.Run(targets)
	defer manager.Stop()
	address := model.LabelValue(strings.TrimPrefix(server.URL, "http://"))
	targets <- map[string][]*targetgroup.Group{"demo": {{Source: "demo", Targets: []model.LabelSet{{model.AddressLabel: address}}}}}

	deadline := time.After(30 * time.Second)
	for {
		if value, ok := sample(db, "up"); ok {
			_, stored = sample(db, "healthy_total")
			reason = "none"
			if err := manager.TargetsActive()["demo"][0].LastError(); err != nil {
				reason = err.Error()
			}
			return value, stored, reason
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-deadline:
			panic("no scrape within 30 s")
		}
	}
}

// sample is the first value of a series of this name.
func sample(db *tsdb.DB, name string) (float64, bool) {
	querier, err := db.Querier(math.MinInt64, math.MaxInt64)
	must(err)
	defer querier.Close()
	found := querier.Select(context.Background(), false, nil, labels.MustNewMatcher(labels.MatchEqual, "__name__", name))
	if !found.Next() {
		return 0, false
	}
	points := found.At().Iterator(nil)
	points.Next()
	_, value := points.At()
	return value, true
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
GO

npm install --silent --no-audit --no-fund --ignore-scripts @opentelemetry/api@1.10.0 \
  @opentelemetry/exporter-prometheus@0.301.0 @opentelemetry/sdk-metrics@3.1.1 @opentelemetry/resources@3.1.1
go mod init finding 2>/dev/null
go mod edit -require=github.com/prometheus/prometheus@v0.316.0
node page.mjs
go build -mod=mod -o read . 2>build.log || { cat build.log >&2; exit 1; }
saw=$(./read)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-27 was\n%s\n' "$recorded" >&2; exit 1; }
