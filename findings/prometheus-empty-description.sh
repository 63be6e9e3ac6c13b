#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# An OpenTelemetry instrument without a description makes the whole page fail for the life of the process, when another
# library has an instrument of the same name.
#
# Expected  Two scopes may have an instrument of one name. When the descriptions differ, the exporter uses one of them for both,
#           as the specification asks, and logs it.
# Seen      It does so for two texts. When it meets the empty one first, it keeps that, and does not give it to the other one.
#           The registry finds two help texts, and promhttp answers with 500 in place of the page. The order of the scopes is
#           random, and that of the first scrape is remembered: one process serves all scrapes, and the next one none.
#           With ContinueOnError, one of the two instruments is missing, not always the same.
# Versions  Go go.opentelemetry.io/otel/exporters/prometheus 0.69.0, sdk/metric 1.47.0, github.com/prometheus/client_golang 1.25.0
# Date      2026-11-28
# Sources   https://github.com/open-telemetry/opentelemetry-specification/blob/main/specification/compatibility/prometheus_and_openmetrics.md#metric-metadata-1
set -euo pipefail

recorded='"Orders that were paid." and "Orders."
  all of 200 processes serve all of 10 scrapes
"" and ""
  all of 200 processes serve all of 10 scrapes
"" and "Orders."
  some of 200 processes serve all of 10 scrapes
  some of 200 processes answer all of 10 scrapes with 500
  with ContinueOnError these have one of the two instruments
  collected metric orders_total has help "Orders." but should have ""'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >main.go <<'GO'
package main

import (
	"context"
	"fmt"
	"net/http/httptest"
	"regexp"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	exporter "go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/metric"
	sdk "go.opentelemetry.io/otel/sdk/metric"
)

const processes, scrapes = 200, 10

func main() {
	show("Orders that were paid.", "Orders.")
	show("", "")
	show("", "Orders.")
}

func show(first, second string) {
	fmt.Printf("%q and %q\n", first, second)
	served, failed, whole, causes := 0, 0, 0, map[string]bool{}
	for range processes {
		registry := start(first, second)
		good := 0
		for range scrapes {
			page := scrape(registry, promhttp.HTTPErrorOnError)
			if page.Code == 200 {
				good++
				continue
			}
			causes[cause(page.Body.String())] = true
			if strings.Count(scrape(registry, promhttp.ContinueOnError).Body.String(), "\norders_total{") != 1 {
				whole++
			}
		}
		switch good {
		case scrapes:
			served++
		case 0:
			failed++
		}
	}
	if served > 0 {
		fmt.Println(" ", share(served), "serve all of", scrapes, "scrapes")
	}
	if failed > 0 {
		fmt.Println(" ", share(failed), "answer all of", scrapes, "scrapes with 500")
		if whole == 0 {
			fmt.Println("  with ContinueOnError these have one of the two instruments")
		}
	}
	if rest := processes - served - failed; rest > 0 {
		fmt.Println(" ", share(rest), "serve some scrapes")
	}
	for text := range causes {
		if strings.HasSuffix(text, `should have ""`) {
			fmt.Println(" ", text)
		}
	}
}

// start has two libraries in one service, each with a counter of orders.
func start(first, second string) *prometheus.Registry {
	registry := prometheus.NewRegistry()
	provider := sdk.NewMeterProvider(sdk.WithReader(must(exporter.New(exporter.WithRegisterer(registry)))))
	for scope, description := range map[string]string{"first": first, "second": second} {
		counter := must(provider.Meter(scope).Int64Counter("orders", metric.WithDescription(description)))
		counter.Add(context.Background(), 1)
	}
	return registry
}

func scrape(registry *prometheus.Registry, handling promhttp.HandlerErrorHandling) *httptest.ResponseRecorder {
	page := httptest.NewRecorder()
	promhttp.HandlerFor(registry, promhttp.HandlerOpts{ErrorHandling: handling}).ServeHTTP(page, httptest.NewRequest("GET", "/metrics", nil))
	return page
}

var labels = regexp.MustCompile(`(label|counter):\{[^}]*\} *`)

func cause(page string) string {
	_, text, _ := strings.Cut(page, "\n\n")
	return strings.Join(strings.Fields(labels.ReplaceAllString(text, "")), " ")
}

func share(n int) string {
	if n == processes {
		return fmt.Sprintf("all of %d processes", processes)
	}
	return fmt.Sprintf("some of %d processes", processes)
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
GO

go mod init finding 2>/dev/null
go mod edit -require=go.opentelemetry.io/otel/exporters/prometheus@v0.69.0 -require=go.opentelemetry.io/otel/sdk/metric@v1.47.0 -require=github.com/prometheus/client_golang@v1.25.0
go build -mod=mod -o scrape . 2>build.log || { cat build.log >&2; exit 1; }
saw=$(./scrape)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-28 was\n%s\n' "$recorded" >&2; exit 1; }
