// SPDX-License-Identifier: Apache-2.0

package exporterprom_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/exporterprom"
)

// program returns a registry of client_golang as a program has it, with a counter of a name.
func program(t *testing.T, name string, others ...prometheus.Collector) *prometheus.Registry {
	t.Helper()
	r := prometheus.NewRegistry()
	counter := prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: "Of the program."})
	counter.Add(7)
	for _, c := range append(others, counter) {
		if err := r.Register(c); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

func TestGatherersOfTheProgram(t *testing.T) {
	prom := filled(t, exporterprom.WithGatherer(program(t, "jobs_total")), exporterprom.WithGatherer(program(t, "mails_total")), exporterprom.WithGatherer(nil))
	w := httptest.NewRecorder()
	prom.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	for _, line := range []string{"jobs_total 7", "mails_total 7", `user_logins_total{auth_method="email"} 3`, "go_goroutines "} {
		if !strings.Contains(w.Body.String(), "\n"+line) {
			t.Errorf("the page lacks %s:\n%.2000s", line, w.Body)
		}
	}
}

// TestPageOfPromhttp: a registry that serves a page of its own has promhttp's metrics, too.
func TestPageOfPromhttp(t *testing.T) {
	r := program(t, "jobs_total")
	promhttp.HandlerFor(r, promhttp.HandlerOpts{Registry: r})
	prom, err := exporterprom.New(exporterprom.WithGatherer(r))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := prom.Gatherer().Gather(); err != nil {
		t.Error(err)
	}
}

// broken is a collector without a metric to show.
type broken struct{}

func (broken) Describe(chan<- *prometheus.Desc) {}

func (broken) Collect(to chan<- prometheus.Metric) {
	to <- prometheus.NewInvalidMetric(prometheus.NewDesc("jobs_waiting", "Of the program.", nil, nil), errors.New("no metrics today"))
}

func TestGatherersThatDoNotFit(t *testing.T) {
	for _, c := range []struct {
		name    string
		options []exporterprom.Option
		want    string
	}{
		{
			"the Go runtime is measured twice",
			[]exporterprom.Option{exporterprom.WithGatherer(program(t, "jobs_total", collectors.NewGoCollector()))},
			"WithoutRuntimeMetrics leaves out go_* and process_*",
		},
		{
			"two have one metric",
			[]exporterprom.Option{exporterprom.WithGatherer(program(t, "jobs_total")), exporterprom.WithGatherer(program(t, "jobs_total"))},
			"gatherer 2 of WithGatherer has metrics that are on the page already: jobs_total;",
		},
		{
			"one cannot be gathered",
			[]exporterprom.Option{exporterprom.WithGatherer(program(t, "jobs_total", broken{}))},
			"gatherer 1 of WithGatherer cannot be gathered: ",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := exporterprom.New(c.options...); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v", err)
			}
		})
	}
	if _, err := exporterprom.New(exporterprom.WithoutRuntimeMetrics(),
		exporterprom.WithGatherer(program(t, "jobs_total", collectors.NewGoCollector()))); err != nil {
		t.Errorf("with the remedy: %v", err)
	}
}

func TestCheck(t *testing.T) {
	m, err := eventmap.Parse([]byte(`
version: 1
metrics:
  user_logins: {instrument: counter, attributes: {service.version: {limit: 3}, method: {limit: 3}}}
  latency: {instrument: histogram, unit: s}
  off: {instrument: counter, enabled: false, attributes: {service.name: {limit: 3}}}
events:
  logged_in: {record: [{metric: user_logins}, {metric: latency, value: seconds}, {metric: off}]}
`))
	if err != nil {
		t.Fatal(err)
	}
	r := resource.NewSchemaless(attribute.String("service.name", "shop"), attribute.String("service.version", "7"), attribute.String("reason", "x"))
	for _, c := range []struct {
		name    string
		options []exporterprom.Option
		want    []string
	}{
		{"nothing", nil, nil},
		{"a label that no attribute has", []exporterprom.Option{exporterprom.WithResourceLabels("service.name")}, nil},
		{"a label that is not in the resource", []exporterprom.Option{exporterprom.WithResourceLabels("method")}, nil},
		{"another metric", []exporterprom.Option{exporterprom.WithGatherer(program(t, "jobs_total"))}, nil},
		{"a namespace apart", []exporterprom.Option{exporterprom.WithNamespace("acme"), exporterprom.WithGatherer(program(t, "user_logins_total"))}, nil},
		{
			"an attribute",
			[]exporterprom.Option{exporterprom.WithResourceLabels("service.version")},
			[]string{"the attribute service.version of the metric user_logins and the resource's service.version are one label, service_version; remove service.version from"},
		},
		{
			"an attribute of the SDK's",
			[]exporterprom.Option{exporterprom.WithResourceLabels("reason")},
			[]string{"the SDK's metric otelanalytics.events.rejected and the resource's reason are one label, reason"},
		},
		{
			"names",
			[]exporterprom.Option{exporterprom.WithGatherer(program(t, "user_logins_total")), exporterprom.WithGatherer(program(t, "otelanalytics_journal_pending"))},
			[]string{"the metric user_logins is user_logins_total on the page, and a gatherer has a metric of that name", "the SDK's metric otelanalytics.journal.pending is otelanalytics_journal_pending"},
		},
		{
			"a name in a namespace",
			[]exporterprom.Option{exporterprom.WithNamespace("acme"), exporterprom.WithGatherer(program(t, "acme_latency_seconds"))},
			[]string{"the metric latency is acme_latency_seconds on the page"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			prom, err := exporterprom.New(c.options...)
			if err != nil {
				t.Fatal(err)
			}
			err = prom.Check(m, r)
			if (err == nil) != (c.want == nil) {
				t.Fatal(err)
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%v\nlacks %s", err, want)
				}
			}
		})
	}
}
