#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Prometheus' Go library for metric pages writes OpenMetrics, and reads it as something else without an error.
#
# Expected  What expfmt writes, expfmt reads: NewDecoder takes the format that ResponseFormat finds in the header.
# Seen      ResponseFormat calls the OpenMetrics header unknown, and NewDecoder then reads the page as the older text format.
#           A counter comes back as untyped, because its type belongs to the name without _total. There is no error. The first
#           exemplar ends the page: what comes behind it is missing. A test that asks a page for exemplars, and then looks
#           for the counters by their type, finds none.
# Versions  Go github.com/prometheus/common 0.72.0, github.com/prometheus/client_golang 1.25.0
# Date      2026-11-27
# Sources   https://pkg.go.dev/github.com/prometheus/common/expfmt#NewDecoder
#           https://pkg.go.dev/github.com/prometheus/common/expfmt#ResponseFormat
set -euo pipefail

recorded='text, no exemplars         orders_total is COUNTER, queue is GAUGE
OpenMetrics, no exemplars  orders_total is UNTYPED, queue is GAUGE
OpenMetrics, one exemplar  orders_total is UNTYPED, then an error: true'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >main.go <<'GO'
package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
)

func main() {
	show("text, no exemplars", "text/plain", nil)
	show("OpenMetrics, no exemplars", "application/openmetrics-text; version=1.0.0", nil)
	show("OpenMetrics, one exemplar", "application/openmetrics-text; version=1.0.0", prometheus.Labels{"trace_id": "4bf92f"})
}

func show(name, accept string, exemplar prometheus.Labels) {
	registry := prometheus.NewRegistry()
	orders := prometheus.NewCounter(prometheus.CounterOpts{Name: "orders_total", Help: "Orders."})
	queue := prometheus.NewGauge(prometheus.GaugeOpts{Name: "queue", Help: "Jobs."})
	registry.MustRegister(orders, queue)
	orders.(prometheus.ExemplarAdder).AddWithExemplar(3, exemplar)
	page := httptest.NewServer(promhttp.HandlerFor(registry, promhttp.HandlerOpts{EnableOpenMetrics: true}))
	defer page.Close()

	request := must(http.NewRequest(http.MethodGet, page.URL, nil))
	request.Header.Set("Accept", accept)
	response := must(http.DefaultClient.Do(request))
	defer response.Body.Close()
	decoder := expfmt.NewDecoder(response.Body, expfmt.ResponseFormat(response.Header))
	var found []string
	for {
		var family dto.MetricFamily
		err := decoder.Decode(&family)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			found = append(found, fmt.Sprintf("then an error: %v", err != nil))
			break
		}
		found = append(found, family.GetName()+" is "+family.GetType().String())
	}
	fmt.Printf("%-26s %s\n", name, strings.Join(found, ", "))
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
GO

go mod init finding 2>/dev/null
go mod edit -require=github.com/prometheus/client_golang@v1.25.0 -require=github.com/prometheus/common@v0.72.0
go build -mod=mod -o page . 2>build.log || { cat build.log >&2; exit 1; }
saw=$(./page)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-27 was\n%s\n' "$recorded" >&2; exit 1; }
