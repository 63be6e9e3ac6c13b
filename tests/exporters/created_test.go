// SPDX-License-Identifier: Apache-2.0

package exporters

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/prometheus/common/model"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/telemetry"
	"github.com/otelanalytics/otelanalytics-go/tests/exporters/servers"
)

const countryMap = `
version: 1
metrics:
  visits: {instrument: counter, attributes: {country: {limit: 10}}}
  stay: {instrument: histogram, unit: s, buckets: [10], attributes: {country: {limit: 10}}}
events:
  visited: {record: [{metric: visits}, {metric: stay, value: seconds}]}
`

// TestFirstEventOfANewValue: the first event with a value that no series had is an increase where Prometheus is told to
// begin series with 0, and else is not.
func TestFirstEventOfANewValue(t *testing.T) {
	for _, c := range []struct {
		name      string
		variables map[string]string
		options   []servers.PrometheusOption
		want      []model.SampleValue
	}{
		{"switched off", nil, nil, []model.SampleValue{1}},
		{"switched on, as protobuf", nil, []servers.PrometheusOption{servers.WithCreatedZeros()}, []model.SampleValue{0, 1}},
		{
			"switched on, as text",
			map[string]string{"OTELANALYTICS_PROMETHEUS_CREATED_LINES": "true"},
			[]servers.PrometheusOption{servers.WithCreatedZeros(), servers.WithScrapeProtocols("OpenMetricsText1.0.0")},
			[]model.SampleValue{0, 1},
		},
		{
			"switched on, as text without the lines", nil,
			[]servers.PrometheusOption{servers.WithCreatedZeros(), servers.WithScrapeProtocols("OpenMetricsText1.0.0")},
			[]model.SampleValue{1},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			environment(t, c.variables)
			visit, page := countries(t)
			prom := servers.StartPrometheus(t, append(c.options, servers.WithTarget("shop", page))...)
			visit("AT")
			prom.Await(t, `visits_total{country="AT"}`, 1)
			visit("NZ")
			prom.Await(t, `stay_seconds_count{country="NZ"}`, 1)
			prom.AwaitVector(t, `count_over_time(visits_total{country="NZ"}[1m])`, "two scrapes", func(v model.Vector) bool { return len(v) == 1 && v[0].Value > 2 })
			for _, series := range []string{`visits_total{country="NZ"}`, `stay_seconds_count{country="NZ"}`, `stay_seconds_bucket{country="NZ",le="10.0"}`} {
				if got := samples(t, prom, series); !slices.Equal(got, c.want) {
					t.Errorf("%s has the samples %v, want %v", series, got, c.want)
				}
			}
			increase, err := prom.Query(t.Context(), `increase(visits_total{country="NZ"}[1m])`)
			if err != nil || len(increase) != 1 || (increase[0].Value > 0) != (len(c.want) == 2) {
				t.Errorf("increase is %v, %v", increase, err)
			}
		})
	}
}

// countries returns a service that counts visits, and the URL of its page.
func countries(t *testing.T) (visit func(country string), page string) {
	t.Helper()
	m, err := eventmap.Parse([]byte(countryMap))
	if err != nil {
		t.Fatal(err)
	}
	tel, err := telemetry.Setup(t.Context(), telemetry.WithEventMap(m), telemetry.WithServiceName("shop"))
	if err != nil {
		t.Fatal(err)
	}
	client, err := otelanalytics.New(m, otelanalytics.WithMeterProvider(tel.MeterProvider()))
	if err != nil {
		t.Fatal(err)
	}
	s := &shop{t: t, tel: tel, client: client}
	t.Cleanup(s.close)
	return func(country string) {
		t.Helper()
		if err := client.Track(context.Background(), otelanalytics.Event{Type: "visited", Data: map[string]any{"country": country, "seconds": 3.0}}); err != nil {
			t.Fatal(err)
		}
	}, s.page()
}

// samples returns the values that a series has in Prometheus' database, one for each time that it changed.
func samples(t *testing.T, prom *servers.Prometheus, series string) []model.SampleValue {
	t.Helper()
	value, _, _, err := prom.API().Query(t.Context(), series+"[10m]", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	matrix, ok := value.(model.Matrix)
	if !ok || len(matrix) != 1 {
		t.Fatalf("%s: %v", series, value)
	}
	var values []model.SampleValue
	for _, p := range matrix[0].Values {
		values = append(values, p.Value)
	}
	return slices.Compact(values)
}
