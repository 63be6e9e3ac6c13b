#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The client library VictoriaMetrics/metrics writes one series twice on a page when its labels come in another order.
#
# Expected  `requests_total{code="200",path="/"}` and `requests_total{path="/",code="200"}` name one series, in Prometheus and
#           in VictoriaMetrics, so that a client library adds both up.
# Seen      GetOrCreateCounter takes the text as a name: two counters, and two lines of one series on the page. Prometheus keeps
#           the first line and drops the second one: the scrape is a success (up is 1), and a part of the events is missing.
#           A histogram counts no negative values: neither its count nor its sum has them.
# Versions  Go github.com/VictoriaMetrics/metrics 1.45.0, github.com/prometheus/prometheus 0.316.0
# Date      2026-11-27
# Sources   https://pkg.go.dev/github.com/VictoriaMetrics/metrics#GetOrCreateCounter
#           https://prometheus.io/docs/concepts/data_model/#metric-names-and-labels
set -euo pipefail

recorded='page        requests_total{code="200",path="/"} 3
page        requests_total{path="/",code="200"} 4
page        size_sum 8
page        size_count 2
Prometheus  requests_total{code="200", path="/"} 3
Prometheus  up 1'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >main.go <<'GO'
package main

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/VictoriaMetrics/metrics"
	client "github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/config"
	"github.com/prometheus/prometheus/discovery/targetgroup"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/scrape"
	"github.com/prometheus/prometheus/tsdb"
)

func main() {
	set := metrics.NewSet()
	set.GetOrCreateCounter(`requests_total{code="200",path="/"}`).Add(3)
	set.GetOrCreateCounter(`requests_total{path="/",code="200"}`).Add(4)
	for _, value := range []float64{3, 5, -1} {
		set.GetOrCreateHistogram("size").Update(value)
	}
	var page bytes.Buffer
	set.WritePrometheus(&page)
	for line := range strings.Lines(page.String()) {
		if !strings.HasPrefix(line, "#") && !strings.Contains(line, "vmrange") {
			fmt.Print("page        ", line)
		}
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		w.Write(page.Bytes())
	}))
	defer server.Close()
	db := must(tsdb.Open("data", nil, nil, tsdb.DefaultOptions(), nil))
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
	for deadline := time.Now().Add(30 * time.Second); len(stored(db, "up")) == 0; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			panic("no scrape within 30 s")
		}
	}
	for _, name := range []string{"requests_total", "up"} {
		for _, line := range stored(db, name) {
			fmt.Println("Prometheus ", line)
		}
	}
}

// stored returns the series of a name, each with its first value.
func stored(db *tsdb.DB, name string) (lines []string) {
	querier := must(db.Querier(math.MinInt64, math.MaxInt64))
	defer querier.Close()
	found := querier.Select(context.Background(), true, nil, labels.MustNewMatcher(labels.MatchEqual, "__name__", name))
	for found.Next() {
		series := found.At()
		points := series.Iterator(nil)
		points.Next()
		_, value := points.At()
		text := labels.NewBuilder(series.Labels()).Del("__name__", "job", "instance").Labels().String()
		lines = append(lines, fmt.Sprint(name, strings.TrimSuffix(text, "{}"), " ", value))
	}
	return lines
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
GO

go mod init finding 2>/dev/null
go mod edit -require=github.com/VictoriaMetrics/metrics@v1.45.0 -require=github.com/prometheus/prometheus@v0.316.0
go build -mod=mod -o count . 2>build.log || { cat build.log >&2; exit 1; }
saw=$(./count)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-27 was\n%s\n' "$recorded" >&2; exit 1; }
