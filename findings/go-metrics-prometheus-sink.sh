#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# hashicorp/go-metrics' Prometheus sink removes counters that rest, and fails the page when labels come in another order.
#
# Expected  A counter in Prometheus is never removed while the process lives, and the order of labels has no meaning, since
#           Prometheus and its client library sort them.
# Seen      A counter that nobody incremented for the sink's Expiration (60 s by default) leaves the page, and begins at 0 with
#           the next increment: with events rarer than that, increase() and rate() see none. Two calls with the same labels
#           in another order make two series of one name, so that Gather fails, and client_golang's handler answers the whole
#           scrape with 500. Values are 32-bit floats: counters are added up exactly, but a gauge of 16777217 is shown as
#           16777216, and MeasureSince observes milliseconds with the error of such a float.
# Versions  Go github.com/hashicorp/go-metrics 0.7.0, github.com/prometheus/client_golang 1.23.2
# Date      2026-11-27
# Sources   https://pkg.go.dev/github.com/hashicorp/go-metrics/prometheus (DefaultPrometheusOpts, Expiration)
#           https://prometheus.io/docs/instrumenting/writing_clientlibs/#labels
set -euo pipefail

recorded='at once          orders_placed 2, queue_length 16777216, status 200
after resting    no series, status 200
one more order   orders_placed 1, status 200
labels reversed  status 500'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >main.go <<'GO'
package main

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/hashicorp/go-metrics"
	sink "github.com/hashicorp/go-metrics/prometheus"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

const expiration = time.Second // a minute by default

func main() {
	registry := prometheus.NewRegistry()
	s, err := sink.NewPrometheusSinkFrom(sink.PrometheusOpts{Expiration: expiration, Registerer: registry})
	if err != nil {
		panic(err)
	}
	config := metrics.DefaultConfig("")
	config.EnableHostname, config.EnableRuntimeMetrics = false, false
	m, err := metrics.New(config, s)
	if err != nil {
		panic(err)
	}
	show := func(when string) {
		response := httptest.NewRecorder()
		promhttp.HandlerFor(registry, promhttp.HandlerOpts{}).ServeHTTP(response, httptest.NewRequest("GET", "/metrics", nil))
		var series []string
		if response.Code == 200 {
			for line := range strings.Lines(response.Body.String()) {
				if name, value, ok := strings.Cut(strings.TrimSpace(line), " "); ok && name != "#" {
					series = append(series, name+" "+strings.Replace(value, "1.6777216e+07", "16777216", 1)+",")
				}
			}
			if len(series) == 0 {
				series = append(series, "no series,")
			}
		}
		fmt.Printf("%-16s %s\n", when, strings.Join(append(series, fmt.Sprintf("status %d", response.Code)), " "))
	}

	m.IncrCounter([]string{"orders", "placed"}, 1)
	m.IncrCounter([]string{"orders", "placed"}, 1)
	m.SetGauge([]string{"queue", "length"}, 16777217)
	show("at once")
	time.Sleep(2 * expiration)
	show("after resting")
	m.IncrCounter([]string{"orders", "placed"}, 1)
	show("one more order")
	plan, country := metrics.Label{Name: "plan", Value: "free"}, metrics.Label{Name: "country", Value: "NL"}
	m.IncrCounterWithLabels([]string{"signups"}, 1, []metrics.Label{plan, country})
	m.IncrCounterWithLabels([]string{"signups"}, 1, []metrics.Label{country, plan})
	show("labels reversed")
}
GO

go mod init finding 2>/dev/null
go mod edit -require=github.com/hashicorp/go-metrics@v0.7.0 -require=github.com/prometheus/client_golang@v1.23.2
go build -mod=mod -o sink . 2>build.log || { cat build.log >&2; exit 1; }
saw=$(./sink)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-27 was\n%s\n' "$recorded" >&2; exit 1; }
