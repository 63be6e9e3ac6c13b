#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# One valid attribute name can make Prometheus refuse a whole page, in JavaScript and in Go, by different names.
#
# Expected  An attribute key is any text that is not empty. The specification says what a Prometheus exporter makes of it:
#           other characters become "_", and when two keys become one label name, their values are joined with ";".
#           So no key can harm other metrics.
# Seen      JavaScript writes a.b and a_b as one label twice, and leaves 1st as it is. Prometheus refuses the whole
#           scrape: up is 0, and the valid counter on the same page is not stored. Go converts both, to "x;y" and key_1st.
#           Go has no name for a key without a single letter or digit of ASCII, such as 名前. It drops the metric and
#           reports an error, and with promhttp's default options the whole page is a status 500. JavaScript writes "_".
# Versions  npm @opentelemetry/exporter-prometheus 0.301.0, sdk-metrics 3.1.1;
#           Go go.opentelemetry.io/otel/exporters/prometheus 0.69.0, github.com/prometheus/client_golang 1.25.0;
#           Prometheus 3.16 (github.com/prometheus/prometheus 0.316.0: its scrape manager and its database, as a library)
# Date      2026-11-27
# Sources   https://github.com/open-telemetry/opentelemetry-specification/blob/main/specification/common/README.md#attribute
#           https://github.com/open-telemetry/opentelemetry-specification/blob/main/specification/compatibility/prometheus_and_openmetrics.md#metric-attributes
#           https://pkg.go.dev/github.com/prometheus/client_golang/prometheus/promhttp#HandlerErrorHandling
set -euo pipefail

recorded='JavaScript plain      up 1, healthy_total stored: true   {a="x"}
JavaScript collision  up 0, healthy_total stored: false  label name "a_b" is not unique: invalid sample
JavaScript digit      up 0, healthy_total stored: false  expected label name, got "1" ("INVALID") while parsing: "purchase_total{1"
JavaScript foreign    up 1, healthy_total stored: true   {_="x"}
Go         plain      up 1, healthy_total stored: true   {a="x"}
Go         collision  up 1, healthy_total stored: true   {a_b="x;y"}
Go         digit      up 1, healthy_total stored: true   {key_1st="x"}
Go         foreign    up 0, healthy_total stored: false  server returned HTTP status 500 Internal Server Error'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >page.mjs <<'JS'
import { writeFileSync } from 'node:fs';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { resourceFromAttributes } from '@opentelemetry/resources';

const pages = { plain: { a: 'x' }, collision: { 'a.b': 'x', a_b: 'y' }, digit: { '1st': 'x' }, foreign: { 名前: 'x' } };
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

	client "github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/config"
	"github.com/prometheus/prometheus/discovery/targetgroup"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/scrape"
	"github.com/prometheus/prometheus/tsdb"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/metric"
	sdk "go.opentelemetry.io/otel/sdk/metric"
)

func main() {
	names := []string{"plain", "collision", "digit", "foreign"}
	for _, name := range names {
		page := must(os.ReadFile(name + ".txt"))
		scrapedFrom("JavaScript", name, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
			w.Write(page)
		}))
	}
	attributes := map[string][]attribute.KeyValue{
		"plain":     {attribute.String("a", "x")},
		"collision": {attribute.String("a.b", "x"), attribute.String("a_b", "y")},
		"digit":     {attribute.String("1st", "x")},
		"foreign":   {attribute.String("名前", "x")},
	}
	for _, name := range names {
		scrapedFrom("Go", name, page(attributes[name]))
	}
}

// page is a page of the Go exporter, with a healthy counter and one with these attributes.
func page(attributes []attribute.KeyValue) http.Handler {
	registry := client.NewRegistry()
	exporter := must(prometheus.New(prometheus.WithRegisterer(registry), prometheus.WithoutScopeInfo(), prometheus.WithoutTargetInfo()))
	meter := sdk.NewMeterProvider(sdk.WithReader(exporter)).Meter("demo")
	must(meter.Int64Counter("healthy")).Add(context.Background(), 1)
	must(meter.Int64Counter("purchase")).Add(context.Background(), 1, metric.WithAttributes(attributes...))
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
}

// scrapedFrom has Prometheus' scrape manager read the page once into a new database, and prints what is in it.
func scrapedFrom(language, name string, page http.Handler) {
	server := httptest.NewServer(page)
	defer server.Close()
	db := must(tsdb.Open("data-"+language+"-"+name, nil, nil, tsdb.DefaultOptions(), nil))
	defer db.Close()

	manager := must(scrape.NewManager(&scrape.Options{}, nil, nil, db, nil, client.NewRegistry()))
	configuration := must(config.Load("scrape_configs: [{job_name: demo, scrape_interval: 1s, scrape_timeout: 1s}]", nil))
	if err := manager.ApplyConfig(configuration); err != nil {
		panic(err)
	}
	targets := make(chan map[string][]*targetgroup.Group)
	go manager.Run(targets)
	defer manager.Stop()
	address := model.LabelValue(strings.TrimPrefix(server.URL, "http://"))
	targets <- map[string][]*targetgroup.Group{"demo": {{Source: "demo", Targets: []model.LabelSet{{model.AddressLabel: address}}}}}

	deadline := time.After(30 * time.Second)
	for {
		if up, _, scraped := sample(db, "up"); scraped {
			_, _, stored := sample(db, "healthy_total")
			_, seen, _ := sample(db, "purchase_total")
			if err := manager.TargetsActive()["demo"][0].LastError(); err != nil {
				seen = err.Error()
			}
			fmt.Printf("%-10s %-9s  up %v, healthy_total stored: %-5v  %s\n", language, name, up, stored, seen)
			return
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-deadline:
			panic("no scrape within 30 s")
		}
	}
}

// sample is the first value of a series of this name, and its labels.
func sample(db *tsdb.DB, name string) (value float64, text string, found bool) {
	querier := must(db.Querier(math.MinInt64, math.MaxInt64))
	defer querier.Close()
	series := querier.Select(context.Background(), false, nil, labels.MustNewMatcher(labels.MatchEqual, "__name__", name))
	if !series.Next() {
		return 0, "", false
	}
	points := series.At().Iterator(nil)
	points.Next()
	_, value = points.At()
	return value, labels.NewBuilder(series.At().Labels()).Del("__name__", "job", "instance").Labels().String(), true
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
GO

npm install --loglevel=error --no-audit --no-fund --ignore-scripts @opentelemetry/api@1.10.0 \
  @opentelemetry/exporter-prometheus@0.301.0 @opentelemetry/sdk-metrics@3.1.1 @opentelemetry/resources@3.1.1 >/dev/null
go mod init finding 2>/dev/null
go mod edit -require=github.com/prometheus/prometheus@v0.316.0 -require=github.com/prometheus/client_golang@v1.25.0 \
  -require=go.opentelemetry.io/otel@v1.47.0 -require=go.opentelemetry.io/otel/metric@v1.47.0 \
  -require=go.opentelemetry.io/otel/sdk/metric@v1.47.0 -require=go.opentelemetry.io/otel/exporters/prometheus@v0.69.0
node page.mjs
go build -mod=mod -o read . 2>build.log || { cat build.log >&2; exit 1; }
saw=$(./read)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-27 was\n%s\n' "$recorded" >&2; exit 1; }
