// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// today compares with what many services have today: an event for Segment's client, which keeps it in memory, and a counter
// of client_golang. First one call after another, then with a thousand series, then by a hundred goroutines; last a page of
// a thousand series and one of ten thousand, as Prometheus asks for them. They are figures for docs/performance.md.
func today(b *run1) []Result {
	const series, goroutines = 1_000, 100
	values := make([]string, series)
	events := make([]otelanalytics.Event, series)
	for i := range values {
		values[i] = fmt.Sprint("method-", i)
		events[i] = loggedIn()
		data := payload()
		data["auth_method"] = values[i]
		events[i].Data = data
	}
	results := make([]Result, 0, 5)
	add := func(name string, ours, peer calls) {
		o, p := b.turns(ours, peer)
		results = append(results, ratio(name, "ns", o, p, 0))
	}
	one := b.tracker()
	add("today_call", serial(one), serial(b.enqueueAndCount(values[:1])))
	add("today_series", serial(b.trackWith(manySeries, events...)), serial(b.enqueueAndCount(values)))
	add("today_goroutines", parallel(goroutines, one), parallel(goroutines, b.enqueueAndCount(values[:1])))
	for _, n := range []int{series, 10 * series} {
		ours, peer := b.asPrometheus(b.page(n, false).Handler()), b.asPrometheus(b.peerPage(n, false))
		o, p := b.turns(serial(ours), serial(peer))
		results = append(results, ratio(fmt.Sprint("today_page_", n), "ms", o/1e6, p/1e6, 0))
	}
	return results
}

// manySeries declares a counter with room for a thousand series.
const manySeries = `
version: 1
metrics:
  user_logins: {instrument: counter, attributes: {auth_method: {limit: 1000}, account_type: {values: [normal, premium]}}}
events:
  user_logged_in: {record: [{metric: user_logins}]}
`

// enqueueAndCount hands an event to Segment's client, and adds to a counter whose series has the next of the values.
func (b *run1) enqueueAndCount(values []string) func() {
	enqueue := b.segment()
	counter := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "user_logins_total", Help: "logins"}, []string{"auth_method", "account_type"})
	var next atomic.Int64
	return func() {
		enqueue()
		counter.WithLabelValues(values[int(next.Add(1))%len(values)], "premium").Inc()
	}
}

// asPrometheus is [run1.get] with the headers of Prometheus 3: OpenMetrics, compressed by gzip.
func (b *run1) asPrometheus(h http.Handler) func() {
	return func() {
		r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
		r.Header.Set("Accept", "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"+
			"application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2")
		r.Header.Set("Accept-Encoding", "gzip")
		b.scrape(h, r)
	}
}
