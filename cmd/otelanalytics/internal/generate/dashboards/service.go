// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"fmt"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/promql"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// upStates are what 1 and 0 mean of something that is up or is not.
var upStates = map[string]state{"1": {"up", "green"}, "0": {"down", "red"}}

// requests are the durations of requests that OpenTelemetry's HTTP instrumentation observes (semantic conventions for HTTP
// metrics, http.server.request.duration).
type requests struct {
	name   string
	series promql.Series
	native bool
}

func requestDuration(naming promql.Naming) requests {
	s := naming.Series("http_server_request_duration_seconds", eventmap.Histogram)
	return requests{s.Name(), s.Where(targets()...).Where(promql.Match("http_route", "$http_route")), s.Native()}
}

// counted returns the name of the series that count requests.
func (r requests) counted() string {
	if r.native {
		return r.name
	}
	return r.name + "_count"
}

// serviceSections are those of the service itself: up and down, requests, gRPC calls where it has them, and the process.
func serviceSections(naming promql.Naming, calls bool) []section {
	all := []section{instanceSection(naming), requestSection(naming)}
	if calls {
		all = append(all, callSection(naming))
	}
	return append(all, processSection())
}

// shareLeast is where the axis of a share of failures ends at least: 5 %.
const shareLeast = 0.05

// share is the part of all observations that failed ones are. Without a failure there are no series of these: it is then 0 of
// what there was.
func share(failed, all promql.Series, span string) string {
	return fmt.Sprintf("(%s or 0 * %s) / (%[2]s > 0)", failed.Observations(span), all.Observations(span))
}

func instanceSection(naming promql.Naming) section {
	up := promql.Naming{}.Series("up", eventmap.Gauge).Where(targets()...)
	observer := naming.Own(ownmetrics.ObserverUp).Where(targets()...)
	start := promql.Naming{}.Series("process_start_time_seconds", eventmap.Gauge).Where(targets()...)
	return section{key: "instances", title: "Instances", charts: []chart{
		{
			key: "up", kind: figures, title: "Up", unit: number, none: "Prometheus scrapes nothing of this job and instance", states: upStates,
			description: "Whether Prometheus could scrape each instance.",
			queries:     []query{{expr: up.Max("job", "instance"), legend: legend("", "instance")}},
		},
		{
			key: "observers", kind: figures, title: "Observers", unit: number, none: "No observer runs", states: upStates,
			description: "Whether the last reading of each observer succeeded, in every instance. One that is down keeps its last values.",
			queries:     []query{{expr: "min by (source) (" + observer.Vector() + ")", legend: legend("", "source")}},
		},
		{
			key: "age", kind: figures, title: "Running for", unit: seconds, none: "No process says when it started: only those that Prometheus scrapes do",
			description: "How long ago each process started.",
			queries:     []query{{expr: "time() - " + start.Max("instance"), legend: legend("", "instance")}},
		},
	}}
}

func requestSection(naming promql.Naming) section {
	r := requestDuration(naming)
	const title, none = "HTTP requests", "No requests in this time range"
	class := fmt.Sprintf(`label_replace(%s, "class", "$1", "http_response_status_code", "(.)..")`,
		r.series.Observations(perPoint, "http_response_status_code"))
	failed := r.series.Where(promql.Match("http_response_status_code", "5.."))
	return section{key: "http", title: title, charts: []chart{
		{
			key: "http/now", kind: figures, three: true, title: title, unit: "reqps", none: none,
			description: "How many requests were answered a second, the share of them that failed with a status of 5xx, and what 95 of 100 took at " +
				"most; all over the last five minutes.",
			queries: []query{
				{expr: r.series.Observations(window), legend: "a second, over 5 minutes"},
				{expr: share(failed, r.series, window), legend: "failed, over 5 minutes", unit: percent},
				{expr: r.series.Quantile(0.95, window), legend: "p95 over 5 minutes", unit: seconds},
			},
		},
		{
			key: "http/class", kind: series, title: "HTTP requests by class of status", unit: "reqps", none: none,
			description: "How many requests were answered a second, by the first digit of the status.",
			queries:     []query{{expr: "sum by (class) (" + class + ")", legend: "{{class}}xx"}},
		},
		{
			key: "http/failures", kind: series, title: "HTTP requests that failed", unit: percent, none: none, least: shareLeast,
			description: "The share of requests that were answered with a status of 5xx.",
			queries:     []query{{expr: share(failed, r.series, perPoint), legend: "5xx"}},
		},
		{
			key: "http/quantiles", kind: series, title: "HTTP requests, duration", unit: seconds, none: none,
			description: "What 50, 95 and 99 of 100 requests took at most. Dots are single requests that link to their traces, where the " +
				"data source says how.",
			queries: []query{
				{expr: r.series.Quantile(0.5, perPoint), legend: "p50"},
				{expr: r.series.Quantile(0.95, perPoint), legend: "p95", exemplars: true},
				{expr: r.series.Quantile(0.99, perPoint), legend: "p99"},
			},
		},
		{
			key: "http/route/rate", kind: series, title: "HTTP requests by route", unit: "reqps", none: none, many: true,
			description: "How many requests were answered a second, by route." + topNote,
			queries:     []query{{expr: named(top(r.series, observed("http_route"), "http_route"), "http_route", "no route"), legend: legend("", "http_route")}},
		},
		{
			key: "http/route/p95", kind: series, title: "HTTP requests, p95 by route", unit: seconds, none: none, many: true,
			description: "What 95 of 100 requests took at most, by route." + topNote,
			queries:     []query{{expr: named(top(r.series, p95("http_route"), "http_route"), "http_route", "no route"), legend: legend("", "http_route")}},
		},
	}}
}

// processSection shows what client_golang's collectors say of the process. No namespace stands before their names.
func processSection() section {
	of := func(name string, instrument eventmap.Instrument) promql.Series {
		return promql.Naming{}.Series(name, instrument).Where(targets()...)
	}
	one := func(key, title, unit, description, expr string) chart {
		return chart{
			key: key, kind: series, title: title, unit: unit, description: description,
			none:    "Only processes that Prometheus scrapes say this of themselves",
			queries: []query{{expr: expr, legend: legend("", "instance")}},
		}
	}
	return section{key: "process", title: "Process", charts: []chart{
		one("cpu", "CPU", number, "How many cores each process uses.", of("process_cpu_seconds_total", eventmap.Counter).Rate(perPoint, "instance")),
		one("memory", "Memory", inBytes, "Resident memory of each process.", of("process_resident_memory_bytes", eventmap.Gauge).Max("instance")),
		one("goroutines", "Goroutines", number, "Goroutines of each process.", of("go_goroutines", eventmap.Gauge).Max("instance")),
	}}
}
